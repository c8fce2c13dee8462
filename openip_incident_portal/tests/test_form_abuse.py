# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from lxml import html
from psycopg2.errors import UniqueViolation

from odoo import Command, fields
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.openip_incident_portal.models.form.incident_form import (
    MAX_REPORTS,
)
from odoo.addons.openip_incident_portal.models.intake.incident_form_trap import (
    MAX_NOTES,
)

from .form_common import ANSWERS, FORM_PATH, FormCommon
from .intake_common import UNKNOWN, UNKNOWN_MAIL

SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
ODD = "\u202eعربي 电话 🙂 \u0000\u0007"


@tagged("post_install", "-at_install")
class TestFormAbuse(FormCommon):
    def _count(self):
        return self.incidents.search_count([])

    # Reading changes nothing

    def test_following_the_link_changes_nothing(self):
        path = self._get_form_path(self.technician.email_formatted)
        self.visit(path)
        before = self.get_rows()
        for _turn in range(2):
            self.visit(path)
            response = self.opener.head(f"{self.base_url()}{path}", timeout=30)
            self.assertEqual(response.status_code, 200)
        self.assertUnchanged(before)

    def test_page_is_neither_kept_nor_passed_on(self):
        response = self.url_open(self._get_form_path(UNKNOWN))
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(response.headers["X-Robots-Tag"], "noindex")

    def test_form_sent_as_it_was_found_changes_nothing(self):
        """A scanner that submits forms makes no choice."""
        path = self._get_form_path(self.baker.email_formatted)
        count = self._count()
        response = self.fill(path)
        self.assertRefused(response)
        self.assertEqual(self._count(), count)
        self.assertEqual(self.intake.state, "sent")

    # Links

    def test_wrong_links_open_one_neutral_page(self):
        path = self._get_form_path(UNKNOWN)
        token = path.rpartition("/")[2]
        middle = len(token) // 2
        forged = token[:middle] + ("A" if token[middle] != "A" else "B")
        incident = self._create_incident()
        wrong = (
            forged + token[middle + 1 :],
            token[:-5],
            token + "AAAA",
            "x",
            "%00",
            "%C3%A9",
            incident._sign_incident_link(self.customer, "view"),
        )
        for text in wrong:
            with self.subTest(token=text):
                self.assertNeutral(self.url_open(f"/incident/form/{text}"))

    def test_discarded_intake_opens_nothing(self):
        path = self._get_form_path(UNKNOWN)
        self.intake.with_user(self.manager).action_discard()
        self.env.flush_all()
        self.assertNeutral(self.url_open(path))

    def test_expired_form_takes_nothing(self):
        path = self._get_form_path(self.baker.email_formatted)
        form = self.get_form(self.visit(path))
        count = self._count()
        with freeze_time(fields.Datetime.now() + timedelta(days=15)):
            self.assertEqual(self.url_open(path).status_code, 410)
            self.assertIn(self.send(form, **ANSWERS).status_code, (400, 410))
        self.assertEqual(self._count(), count)

    def test_form_without_its_key_is_given_back(self):
        path = self._get_form_path(self.baker.email_formatted)
        count = self._count()
        response = self.url_open(path, data=ANSWERS)
        self.assertRefused(response, "restée ouverte longtemps")
        self.assertIn(ANSWERS["description"], response.text)
        self.assertEqual(self._count(), count)

    # One form, one incident

    def test_form_posted_twice_makes_one_incident(self):
        path = self._get_form_path(self.baker.email_formatted)
        form = self.get_form(self.visit(path))
        count = self._count()
        with self.capture_letters() as letters:
            for _turn in range(3):
                self.assertEqual(self.send(form, **ANSWERS).status_code, 303)
        self.assertEqual(self._count(), count + 1)
        self.assertPartiesGot(letters, self.baker.email, self.integrator.email)

    def test_form_of_a_login_posted_twice_makes_one_incident(self):
        self._log_in(self.baker)
        form = self.get_form(self.visit(FORM_PATH))
        count = self._count()
        places = {self.send(form, **ANSWERS).headers["Location"] for _turn in range(3)}
        self.assertEqual(self._count(), count + 1)
        self.assertEqual(len(places), 1)
        other = self.get_form(self.visit(FORM_PATH))
        self.send(other, **ANSWERS)
        self.assertEqual(self._count(), count + 2)

    def test_copy_that_is_not_visible_yet_is_looked_for_again(self):
        """Two copies at once: the database refuses the second, which then waits."""
        self._log_in(self.baker)
        form = self.get_form(self.visit(FORM_PATH))
        self.send(form, **ANSWERS)
        forms = self.env["incident.form"]
        ticket = self.incidents.search([], order="id desc", limit=1)
        prepared = forms.with_user(self.baker.user_ids)._prepare_user_form("x")
        prepared.key = ticket.incident_form_key
        values = forms._read_values(prepared, ANSWERS)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(ConcurrencyError) as caught,
        ):
            forms.with_user(self.baker.user_ids)._register_incident(
                prepared, values, []
            )
        self.assertIsInstance(caught.exception.__cause__, UniqueViolation)

    def test_login_of_somebody_else_finds_nothing_by_a_foreign_key(self):
        self._log_in(self.baker)
        form = self.get_form(self.visit(FORM_PATH))
        place = self.send(form, **ANSWERS).headers["Location"]
        self._log_in(self.stranger, "form_stranger")
        response = self.url_open(place)
        self.assertNotRegex(response.text, r"INC\d")

    # Input

    def test_errors_come_back_with_everything_filled_in(self):
        path = self._get_form_path(self.technician.email_formatted)
        typed = {
            "customer": "new",
            "customer_name": "Garage Dupont",
            "customer_email": "nonsense",
            "subject": "No <b>calls</b>",
            "service": "Line 7",
            "impact": "degraded",
            "since": "2099-01-01T10:00",
            "tried": "Restarted\ntwice",
            "onsite": "Dupont",
            "description": "",
        }
        page = self.assertRefused(
            self.fill(path, **typed), "e-mail address", "in the past", "describe"
        )
        for name in ("customer_email", "since", "description"):
            (element,) = page.xpath(f"//*[@name='{name}']")
            self.assertEqual(element.get("aria-invalid"), "true")
            self.assertIn(f"{name}_error", element.get("aria-describedby"))
        again = self.get_form(page).fields
        for name, text in typed.items():
            self.assertEqual((again[name] or "").strip("\n"), text, name)

    def test_unknown_sender_has_to_say_who_it_is(self):
        response = self.fill(self._get_form_path(UNKNOWN_MAIL), **ANSWERS)
        self.assertRefused(response, "who you are")

    def test_nonsense_is_answered_with_a_page(self):
        path = self._get_form_path(self.technician.email_formatted)
        nonsense = {
            "customer": ("", "0", "abc", str(self.stranger.id), "9" * 30),
            "category": ("0", "abc", "-1", "1e9"),
            "impact": ("", "fatal", "0"),
            "since": (
                "yesterday",
                "0001-01-01T00:00",
                "9999-12-31T23:59",
                "2026-13-45",
            ),
            "description": ("", "   \n ", "x" * 200_001),
            "service": ("x" * 151,),
        }
        form = self.get_form(self.visit(path))
        good = {**ANSWERS, "customer": str(self.customer.id)}
        count = self._count()
        for name, texts in nonsense.items():
            for text in texts:
                with self.subTest(name=name, text=text[:20]):
                    self.assertRefused(self._send_raw(form, **{**good, name: text}))
        self.assertEqual(self._count(), count)

    def _send_raw(self, form, **values):
        """Send what no browser would: the form's checks are not asked."""
        data = {"form_key": form.fields["form_key"], **values}
        return self.url_open(form.action, data=data, allow_redirects=False)

    def test_customer_of_another_integrator_cannot_be_chosen(self):
        form = self.get_form(
            self.visit(self._get_form_path(self.technician.email_formatted))
        )
        response = self._send_raw(form, **ANSWERS, customer=str(self.stranger.id))
        self.assertRefused(response)

    def test_customer_cannot_name_another(self):
        """More than the form asks is ignored."""
        incident, _letters = self._report(
            customer=str(self.stranger.id),
            partner_id=str(self.stranger.id),
            name="Somebody else",
            team_id=str(self.plain_team.id),
        )
        self.assertEqual(incident.partner_id, self.baker)
        self.assertEqual(incident.team_id, self.team)

    def test_own_address_is_no_customer(self):
        response = self.fill(
            self._get_form_path(self.technician.email_formatted),
            **ANSWERS,
            customer="new",
            customer_name="Loop",
            customer_email=self.address,
        )
        self.assertRefused(response, "address is ours")

    def test_colleague_is_no_customer(self):
        """Else its mails would be those of the customer's contact."""
        self.agent.email = "agent@elsewhere.example.com"
        response = self.fill(
            self._get_form_path(self.technician.email_formatted),
            **ANSWERS,
            customer="new",
            customer_name="Ada",
            customer_email="Agent@elsewhere.example.com",
        )
        self.assertRefused(response, "address is ours")

    def test_colleague_is_who_works_for_us(self):
        forms = self.env["incident.form"]
        self.agent.email = "Agent@elsewhere.example.com"
        self.assertTrue(forms._is_colleagues("agent@elsewhere.example.com"))
        self.assertFalse(forms._is_colleagues("agent2@elsewhere.example.com"))
        self.assertFalse(forms._is_colleagues(self.baker.email_normalized))
        portal = self.env.ref("base.group_portal")
        self.agent.write({"group_ids": [Command.set(portal.ids)]})
        self.assertFalse(forms._is_colleagues("agent@elsewhere.example.com"))

    def test_markup_is_inert_everywhere(self):
        path = self._get_form_path(self.technician.email_formatted)
        incident, letters = self._report(
            path=path,
            customer="new",
            customer_name=SCRIPT,
            customer_email="new@garage.example.com",
            subject=SCRIPT,
            service=SCRIPT,
            tried=SCRIPT,
            onsite=SCRIPT,
            description=SCRIPT,
        )
        self.assertRegistered(incident)
        self.assertEqual(incident.incident_tried, SCRIPT)
        incident.with_user(self.agent).incident_update("<p>News.</p>")
        shown = [
            incident.description,
            incident.incident_banner,
            *(letter["body"] for letter in letters),
            *incident.message_ids.mapped("body"),
            self.url_open(path).text,
            self.url_open(self.get_path(incident, self.integrator)).text,
        ]
        for text in shown:
            tree = html.fromstring(text or "<p/>")
            self.assertFalse(
                tree.xpath("//*[@onerror and not(self::script)] | //img[@src='x']"),
                text,
            )
            scripts = [script.text or "" for script in tree.xpath("//script")]
            self.assertFalse([text for text in scripts if "alert(1)" in text])

    def test_markup_comes_back_inert(self):
        path = self._get_form_path(self.technician.email_formatted)
        texts = dict.fromkeys(
            ("customer_name", "subject", "service", "tried", "onsite", "description"),
            SCRIPT,
        )
        page = self.assertRefused(self.fill(path, **texts))
        self.assertFalse(page.xpath("//*[@onerror and not(self::script)]"))
        self.assertEqual(self.get_form(page).fields["subject"], SCRIPT)

    def test_odd_characters_and_long_texts_are_kept(self):
        incident, letters = self._report(
            subject=ODD, description="x" * 100_000, service=ODD
        )
        self.assertRegistered(incident)
        self.assertIn("عربي 电话 🙂", incident.name)
        self.assertGreaterEqual(len(incident.description), 100_000)
        self.assertEqual(len(letters), 2 + len(self._internal(letters)))

    def _internal(self, letters):
        return [letter for letter in letters if "@operator." in letter["email_to"][0]]

    # Files

    def test_files_that_we_do_not_take_are_refused(self):
        path = self._get_form_path(self.baker.email_formatted)
        count = self._count()
        refused = {
            "too many": [(f"{index}.txt", b"x") for index in range(6)],
            "program": [("tool.exe", b"MZ")],
            "empty": [("empty.txt", b"")],
            "large": [("large.txt", b"x" * (10 * 1024 * 1024 + 1))],
            "disguised": [("picture.png", b"MZ program")],
        }
        for case, files in refused.items():
            with self.subTest(case=case):
                response = self.fill(path, files=files, **ANSWERS)
                page = self.assertRefused(response)
                self.assertTrue(page.xpath("//*[@id='files_error']")[0].text)
                self.assertEqual(self.get_form(page).fields["impact"], "down")
        self.assertEqual(self._count(), count)

    def test_names_of_files_are_cleaned(self):
        incident, _letters = self._report(files=[("../../etc/pass\x07wd.txt", b"x")])
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", "helpdesk.ticket"), ("res_id", "=", incident.id)]
        )
        self.assertEqual(attachment.name, "passwd.txt")

    # Robots

    def test_trapped_report_is_put_before_agents(self):
        """A robot learns nothing; who was trapped by its browser is heard."""
        path = self._get_form_path(self.baker.email_formatted)
        count = self._count()
        with self.capture_letters() as letters:
            response = self.fill(path, **ANSWERS, company_website="http://spam")
        self.assertEqual(response.status_code, 200)
        self.assertIn("Merci" if "Merci" in response.text else "Thank", response.text)
        self.assertNotRegex(response.text, r"INC\d")
        self.assertEqual(self._count(), count)
        self.assertNoLetters(letters)
        self.assertEqual(self.intake.state, "sent")
        self.assertTrue(self.intake.to_review)
        self.assertEqual(self.intake.hold_reason, "trapped")
        notes = self.intake.message_ids.filtered(
            lambda message: message.message_type == "notification"
        )
        self.assertIn(ANSWERS["description"], " ".join(notes.mapped("body")))
        # Whoever sends it again, without, is registered.
        incident, _letters = self._report(path=path)
        self.assertRegistered(incident)

    def test_trapped_report_with_a_login_is_put_before_agents(self):
        self._log_in(self.baker)
        count, intakes = self._count(), self.env["incident.intake"].sudo()
        before = intakes.search([])
        with self.capture_letters() as letters:
            for _time in range(2):
                self.fill(FORM_PATH, **ANSWERS, company_website="http://spam")
        self.assertEqual(self._count(), count)
        self.assertNoLetters(letters)
        (intake,) = intakes.search([]) - before
        self.assertTrue(intake.to_review)
        self.assertEqual(intake.partner_id, self.baker)
        self.assertIn(ANSWERS["description"], intake.body)

    def test_trapped_report_that_is_not_kept_is_given_back(self):
        path = self._get_form_path(self.baker.email_formatted)
        for index in range(5):
            self.intake.sudo()._message_log(body=f"Note {index} of a colleague")
        for index in range(MAX_NOTES):
            for _time in range(2):
                values = {**ANSWERS, "description": f"Voice {index}"}
                response = self.fill(path, **values, company_website="x")
                self.assertEqual(response.status_code, 200)
        values = {**ANSWERS, "description": "One more", "service": "Line 7"}
        response = self.fill(path, **values, company_website="x")
        page = self.assertRefused(response)
        fields_ = self.get_form(page).fields
        self.assertIn("One more", fields_["description"])
        self.assertEqual(fields_["service"], "Line 7")
        bodies = " ".join(self.intake.message_ids.mapped("body"))
        for index in range(MAX_NOTES):
            self.assertEqual(bodies.count(f"Voice {index}"), 1, bodies)
        self.assertNotIn("One more", bodies)

    def test_captcha_of_odoo_is_asked(self):
        path = self._get_form_path(self.baker.email_formatted)
        count = self._count()
        captcha = type(self.env["ir.http"])
        with patch.object(
            captcha,
            "_verify_request_recaptcha_token",
            side_effect=UserError("Suspicious activity"),
        ):
            page = self.assertRefused(
                self.fill(path, **ANSWERS, service="Line 7"), "Suspicious activity"
            )
        self.assertEqual(self.get_form(page).fields["service"], "Line 7")
        self.assertEqual(self._count(), count)

    def test_login_that_reports_without_end_is_stopped(self):
        user = self._log_in(self.baker)
        self.incidents.with_user(user).sudo().create(
            [
                {
                    "name": "Flood",
                    "description": "<p>Flood</p>",
                    "team_id": self.team.id,
                    "incident_form_key": f"flood {index}",
                }
                for index in range(MAX_REPORTS)
            ]
        )
        self.assertRefused(self.fill(FORM_PATH, **ANSWERS))

    def test_no_mail_of_the_form_carries_the_words_of_a_stranger(self):
        _incident, letters = self._report(
            self.technician.email_formatted,
            customer="new",
            customer_name="Click evil.example.com",
            customer_email="victim@elsewhere.example.com",
            subject="Evil words",
        )
        letter = self._letter_to(letters, "victim@elsewhere.example.com")
        self.assertNotIn("vil", letter["subject"] + letter["body"])
        self.assertNotIn("href", letter["body"])
        self.assertNotIn(UNKNOWN_MAIL, letter["body"])
