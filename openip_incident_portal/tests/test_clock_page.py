# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The guaranteed time as the parties read it, and as an integrator disputes it."""

import re
from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import IN_PROGRESS

from .page_common import PageCommon, get_page


@tagged("post_install", "-at_install")
class TestClockPage(PageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract = cls.env["incident.contract"].create(
            {
                "name": "GTR 4 h",
                "version_ids": [
                    Command.create(
                        {
                            "date_from": "2020-01-01",
                            "gti_hours": 1,
                            "gtr_hours": 4,
                            "around_the_clock": True,
                            "shown_to_parties": True,
                        }
                    )
                ],
            }
        )
        cls.version = cls.contract.version_ids
        cls.customer.incident_contract_id = cls.contract
        (cls.customer | cls.integrator).lang = "en_US"
        cls.cause = cls.env.ref("openip_incident.clock_cause_no_access")

    def _open(self, stopped=True):
        incident = self._create_incident_in(IN_PROGRESS)
        if stopped:
            start = incident.sudo().incident_clock_entry_ids[:1]
            start.with_user(self.manager).action_correct(
                "Reported before", fields.Datetime.now() - timedelta(minutes=90)
            )
            incident.with_user(self.agent).incident_clock_stop(
                self.cause, None, "Nobody on site"
            )
        return incident

    def _get_clock_path(self, incident, party=None):
        return self.get_path(incident, party, "clock")

    def _get_disputes(self, incident):
        self.env.invalidate_all()
        return incident.sudo().incident_clock_entry_ids.filtered(
            lambda one: one.kind == "dispute"
        )

    def _dispute(self, incident, text="We were there", **values):
        page = self.visit(self._get_clock_path(incident, self.integrator))
        return self.send(self.get_form(page), text=text, **values)

    def test_both_parties_read_it_on_the_page(self):
        incident = self._open()
        for party in (self.customer, self.integrator):
            text = self.view(incident, party)
            self.assertIn("Guaranteed restoration (GTR)", text)
            self.assertIn("clock stopped since", text)
            self.assertIn("No access to the site", text)
            self.assertNotIn("Nobody on site", text)
            page = self.visit(self._get_clock_path(incident, party))
            self.assertEqual(bool(page.forms), party == self.integrator)
            [table] = page.xpath("//table[contains(@class, 'o_incident_lines')]")
            self.assertIn("Counted hours", table.text_content())

    def test_deadline_is_in_the_zone_of_the_reader(self):
        incident = self._open(stopped=False)
        said = {}
        for zone in ("Europe/Paris", "Asia/Tokyo"):
            self.customer.tz = zone
            said[zone] = dict(get_page(incident, self.customer)["clock"]["facts"])
        self.assertEqual(len({str(one) for one in said.values()}), 2)

    def test_the_clock_of_the_contract_is_named_as_everywhere(self):
        incident = self._open()
        page = self.visit(self._get_clock_path(incident))
        self.assertIn(
            "Times are those of the contract: Paris time.",
            " ".join(page.text_content().split()),
        )

    def test_the_page_is_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        incident = self._open()
        self.customer.lang = "fr_FR"
        page = self.visit(self._get_clock_path(incident))
        self.assertEqual(page.get("lang"), "fr-FR")

    def test_nothing_leaves_where_the_contract_is_silent(self):
        self.version.shown_to_parties = False
        incident = self._open()
        for party in (self.customer, self.integrator):
            self.assertNotIn("Guaranteed", self.view(incident, party))
            self.assertNotIn("No access", self.view(incident, party))
            for path in (self._get_clock_path(incident, party),):
                for one in (path, path.replace("/clock", "/clock/pdf")):
                    self.assertNeutral(self.url_open(one))
            facts = incident.sudo()._get_correspondence_facts(party)
            self.assertNotIn("GTR", str(facts))

    def test_a_page_that_was_open_takes_no_dispute_any_more(self):
        incident = self._open()
        page = self.visit(self._get_clock_path(incident, self.integrator))
        self.version.shown_to_parties = False
        self.assertEqual(self.send(self.get_form(page), text="No").status_code, 404)
        self.assertFalse(self._get_disputes(incident))

    def test_mails_say_it_to_the_parties_only(self):
        incident = self._open().sudo()
        for party in (self.customer, self.integrator):
            facts = incident._get_correspondence_facts(party)
            self.assertIn("clock stopped since", str(facts))
            known = incident._get_all_correspondence_facts(party)
            self.assertLessEqual(set(facts[-2:]), set(known))
        stranger = self.env["res.partner"].create({"name": "Informed"})
        self.assertNotIn("GTR", str(incident._get_correspondence_facts(stranger)))

    def test_earlier_deadlines_are_known_again(self):
        incident = self._open(stopped=False).sudo()
        before = incident._get_correspondence_facts(self.customer)
        incident.with_user(self.agent).incident_clock_stop(
            self.cause, None, "Nobody on site"
        )
        self.env.invalidate_all()
        known = incident._get_all_correspondence_facts(self.customer)
        self.assertLessEqual(set(before[-1:]), set(known))

    # Disputes

    def test_an_integrator_disputes_an_entry_once(self):
        incident = self._open()
        [stop] = incident.sudo().incident_clock_entry_ids.filtered(
            lambda one: one.kind == "stop"
        )
        page = self.visit(self._get_clock_path(incident, self.integrator))
        form = self.get_form(page)
        for _again in range(2):
            response = self.send(form, text="We were there", about=str(stop.sequence))
            self.assertEqual(response.status_code, 303)
        dispute = self._get_disputes(incident)
        self.assertEqual(len(dispute), 1)
        self.assertEqual(
            (dispute.entry_id, dispute.party, dispute.reason),
            (stop, "integrator", "We were there"),
        )
        self.assertEqual(dispute.message_id.author_id, self.integrator)
        self.assertTrue(dispute.message_id.is_internal)
        activity = incident.sudo().activity_ids.filtered(
            lambda one: (
                one.activity_type_id
                == self.env.ref("openip_incident.mail_activity_type_dispute")
            )
        )
        self.assertEqual(len(activity), 1)
        self.assertFalse(incident.sudo().incident_clock_entry_ids._find_broken())
        text = self.read_page(self.visit(self._get_clock_path(incident)))
        self.assertIn("Open: our support checks it", text)
        self.assertIn("We were there", text)

    def test_a_dispute_hands_no_link_to_the_other_party(self):
        incident = self._open()
        token = self.get_token(incident, self.integrator, "view")
        link = f"{incident.get_base_url()}/incident/{incident.id}?token={token}"
        self._dispute(incident, f"It is said on {link} already")
        dispute = self._get_disputes(incident)
        for text in (dispute.reason, dispute.message_id.body):
            self.assertIn("It is said on", text)
            self.assertNotIn(token, text)

    def test_the_judgement_is_shown(self):
        incident = self._open()
        self._dispute(incident)
        dispute = self._get_disputes(incident).with_user(self.manager)
        dispute.action_accept_dispute("You <were>\nthere")
        for party in (self.customer, self.integrator):
            page = self.visit(self._get_clock_path(incident, party))
            self.assertIn("Accepted", self.read_page(page))
            [line_break] = page.xpath("//article//br")
            self.assertIn("You <were>", line_break.getparent().text_content())
            self.assertEqual(line_break.tail.strip(), "there")

    def _judge(self, incident, reason, accept=True):
        """Judge the last dispute; return the notices of the mails that tell it."""
        known = incident.sudo().notice_ids
        dispute = self._get_disputes(incident)[-1:].with_user(self.manager)
        if accept:
            dispute.action_accept_dispute(reason)
        else:
            dispute.action_refuse_dispute(reason)
        return incident.sudo().notice_ids - known

    def test_the_integrator_is_mailed_what_was_decided(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.integrator.lang = "fr_FR"
        incident = self._open()
        [stop] = incident.sudo().incident_clock_entry_ids.filtered(
            lambda one: one.kind == "stop"
        )
        self._dispute(incident, about=str(stop.sequence))
        [notice] = self._judge(incident, "You <were>\nthere", accept=False)
        self.assertEqual(notice.partner_id, self.integrator)
        body = notice.message_id.body
        self.assertIn(stop.with_context(lang="fr_FR").cause_id.name, body)
        self.assertIn("You &lt;were&gt;<br", body)
        # As every moment in a mail: no seconds, and whose hour it is.
        said = re.sub(r"\s+", " ", body)
        self.assertRegex(said, r"le \w+ \d\w* \S+ à \d+ h \d\d \(heure d")
        self.assertNotRegex(said, r"\d:\d\d:\d\d")
        self.assertTrue(notice.message_id.subject.startswith(incident.number))
        self.assertEqual(notice.message_id.author_id, self.manager.partner_id)
        # The other party reads it on its page, if at all: the mail is a line's own.
        self.assertEqual(
            notice.entry_id.incident_private_party_id, self.integrator.incident_party_id
        )

    def test_nobody_is_mailed_of_what_nobody_outside_has_raised(self):
        incident = self._open()
        incident.with_user(self.agent).incident_clock_dispute("They shouted")
        self.assertFalse(self._judge(incident, "They did"))
        self._dispute(incident)
        self.version.shown_to_parties = False
        self.assertFalse(self._judge(incident, "Well"))

    def test_who_takes_over_is_told_nothing_of_the_dispute_of_another(self):
        incident = self._open()
        self._dispute(incident)
        other = self.integrator.copy({"name": "Autre", "email": "a@other.example.com"})
        incident.sudo().integrator_id = other
        self.assertFalse(self._judge(incident, "You were"))
        self.assertIn(self.integrator.name, incident.message_ids[:1].body)

    def test_what_support_notes_for_itself_shows_no_words(self):
        incident = self._open()
        incident.with_user(self.agent).incident_clock_dispute("They shouted")
        text = self.read_page(self.visit(self._get_clock_path(incident)))
        self.assertIn("Open: our support checks it", text)
        self.assertNotIn("They shouted", text)

    def test_a_customer_disputes_nothing(self):
        incident = self._open()
        theirs = self.visit(self._get_clock_path(incident, self.integrator))
        fields_ = dict(self.get_form(theirs).fields)
        own = self._get_clock_path(incident)
        token = self.get_token(incident, self.customer, "clock")
        response = self.url_open(
            own, data={**fields_, "token": token, "text": "No"}, allow_redirects=False
        )
        self.assertNotEqual(response.status_code, 303)
        self.assertFalse(self._get_disputes(incident))

    def test_texts_have_a_limit(self):
        incident = self._open()
        for text in ("", "   ", "x" * 4001):
            self.assertRefused(self._dispute(incident, text))
        self.assertFalse(self._get_disputes(incident))
        for number in range(11):
            self._dispute(incident, f"Reason {number}", about="99999")
        self.assertEqual(len(self._get_disputes(incident)), 10)

    def test_bad_parameters_break_nothing(self):
        incident = self._open()
        for about in ("x", "-1", "9" * 30, "٣"):
            self.assertEqual(
                self._dispute(incident, f"About {about}", about=about).status_code, 303
            )
        self.assertFalse(self._get_disputes(incident).entry_id)

    def test_it_is_printed_for_the_party(self):
        incident = self._open()
        path = self._get_clock_path(incident).replace("/clock", "/clock/pdf")
        response = self.url_open(path)
        self.assertEqual(response.status_code, 200)
        self.assertIn("no-store", response.headers["Cache-Control"])
        self.assertIn(incident.number, response.text)
        self.assertIn("No access to the site", response.text)

    def test_it_says_so_where_nothing_can_be_printed(self):
        path = self._get_clock_path(self._open()).replace("/clock", "/clock/pdf")
        reports = type(self.env["ir.actions.report"])
        trouble = UserError("Unable to find Wkhtmltopdf on this system.")
        with patch.object(reports, "_render_qweb_pdf", side_effect=trouble):
            text = self.read_page(self.visit(path))
        self.assertIn("No PDF can be made at the moment", text)
        self.assertIn("No access to the site", text)

    def test_reading_changes_nothing(self):
        path = self._get_clock_path(self._open(), self.integrator)
        # The first request writes the wake-ups of what was done above.
        self.visit(path)
        before = self.get_rows()
        self.visit(path)
        self.assertUnchanged(before)

    def test_erasing_blanks_what_was_said(self):
        incident = self._open()
        self._dispute(incident)
        dispute = self._get_disputes(incident)
        dispute.write({"reason": False})
        text = self.read_page(self.visit(self._get_clock_path(incident)))
        self.assertIn("Open: our support checks it", text)
        self.assertFalse(incident.sudo().incident_clock_entry_ids._find_broken())

    def test_lists_say_it_by_the_same_number_of_queries(self):
        incidents = self.env["helpdesk.ticket"]
        for _n in range(6):
            incidents |= self._open()
        pages, counts = self.env["incident.page"], []
        for few in (incidents[:2], incidents):
            pages._prepare_rows(few, self.customer)
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            rows = pages._prepare_rows(few, self.customer)
            counts.append(self.cr.sql_log_count - before)
            self.assertTrue(all("Clock stopped" in row["clock"] for row in rows))
        self.assertLessEqual(counts[1] - counts[0], 0)

    def test_lists_say_dates_as_the_other_ones_of_the_list(self):
        """With the words that pages use, too; in the zone of the reader."""
        incident, pages = self._open(), self.env["incident.page"]
        [stop] = incident.sudo().incident_clock_entry_ids._get_open_stops()
        self.customer.tz = "Indian/Reunion"
        moment = datetime(2026, 12, 1, 22, 5)
        self.env.cr.execute(
            "UPDATE incident_clock_entry SET date = %s WHERE id = %s",
            [moment, stop.id],
        )
        self.env["res.lang"]._activate_lang("fr_FR")
        for lang, said in (
            ("en_US", "Clock stopped since 2 December at 02:05: "),
            ("fr_FR", "Décompte arrêté depuis le 2 décembre à 2\xa0h\xa005\xa0: "),
        ):
            self.env.invalidate_all()
            with freeze_time(moment + timedelta(hours=1)):
                told = pages.with_context(lang=lang)
                tickets = incident.with_context(lang=lang)
                [row] = told._prepare_rows(tickets, self.customer)
            cause = self.cause.with_context(lang=lang).name
            self.assertEqual(row["clock"], said + cause)

    def test_a_missed_time_is_said(self):
        incident = self._open(stopped=False).sudo()
        start = incident.incident_clock_entry_ids[:1]
        start.with_user(self.manager).action_correct(
            "Reported before", fields.Datetime.now() - timedelta(hours=9)
        )
        self.assertIn("exceeded", self.view(incident))
