# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.openip_incident.tests.common import (
    CLOSED,
    CLOSURE,
    OPENED,
    PHASES,
    WAITING,
)

from .page_common import PageCommon

EVIL = "<script>alert('x')</script><img src=x onerror=alert(1)>\"'>{{7*7}}"
ROUTES = {"view": "", "answer": "/answer", "closure": "/closure"}


@tagged("post_install", "-at_install")
class TestPersonalPageAbuse(PageCommon):
    def _get_all_paths(self, incident, token, attachment_id=1):
        return [
            f"/incident/{incident.id}{route}?token={token}"
            for route in (*ROUTES.values(), f"/file/{attachment_id}")
        ]

    # Links

    def test_what_opens_nothing_looks_the_same_everywhere(self):
        incident = self._create_incident_in(WAITING)
        good = self.get_token(incident)
        other = self._create_incident_in(WAITING, partner_id=self.stranger.id)
        tokens = {
            "none": "",
            "garbage": "x",
            "unicode": "%C3%A9%00%FF",
            "cut": good[:-4],
            "forged": good[:20] + ("A" if good[20] != "A" else "B") + good[21:],
            "other incident": self.get_token(other, self.stranger),
            "path": "../../etc/passwd",
            "huge": "A" * 5000,
        }
        pages = set()
        for name, token in tokens.items():
            for path in self._get_all_paths(incident, token):
                with self.subTest(name=name, path=path[:40]):
                    page = self.assertNeutral(self.url_open(path))
                    pages.add(self.read_page(page))
        self.assertEqual(len(pages), 1)

    def test_link_serves_its_incident_only(self):
        incident = self._create_incident_in(CLOSURE)
        other = self._create_incident_in(CLOSURE)
        for purpose, route in ROUTES.items():
            token = self.get_token(incident, purpose=purpose)
            with self.subTest(purpose=purpose):
                path = f"/incident/{other.id}{route}?token={token}"
                self.assertNeutral(self.url_open(path))

    def test_link_serves_its_purpose_only(self):
        incident = self._create_incident_in(CLOSURE)
        for purpose, route in (
            ("view", "/answer"),
            ("view", "/closure"),
            ("answer", "/closure"),
            ("closure", "/answer"),
        ):
            token = self.get_token(incident, purpose=purpose)
            with self.subTest(purpose=purpose, route=route):
                path = f"/incident/{incident.id}{route}?token={token}"
                self.assertNeutral(self.url_open(path))

    def test_acts_with_a_foreign_link_are_refused(self):
        incident = self._create_incident_in(CLOSURE)
        other = self._create_incident_in(CLOSURE, partner_id=self.stranger.id)
        for token in (
            self.get_token(other, self.stranger, "closure"),
            self.get_token(incident, purpose="answer"),
            self.get_token(incident, purpose="view"),
            "",
        ):
            form = self.get_form(
                self.visit(self.get_path(incident, self.customer, "closure"))
            )
            response = self.send(form, token=token, decision="confirmed")
            self.assertNeutral(response)
        self.assertEqual(incident.incident_phase, CLOSURE)
        self.assertEqual(other.incident_phase, CLOSURE)

    def test_former_party_and_voided_links_open_and_do_nothing(self):
        incident = self._create_incident_in(CLOSURE)
        path = self.get_path(incident, self.integrator, "closure")
        form = self.get_form(self.visit(path))
        incident.integrator_id = False
        self.assertNeutral(self.url_open(path))
        self.assertNeutral(self.send(form, decision="confirmed"))
        path = self.get_path(incident)
        self.env.flush_all()
        incident.action_incident_void_links()
        self.env.flush_all()
        self.assertNeutral(self.url_open(path))
        self.assertEqual(incident.incident_phase, CLOSURE)

    def test_fresh_link_is_not_mailed_for_a_foreign_one(self):
        incident = self._create_incident_in(OPENED)
        other = self._create_incident_in(OPENED)
        form = self.get_form(
            self.visit(self.get_path(incident, self.customer, "answer"))
        )
        form.action = f"/incident/{other.id}/link"
        with self.capture_letters() as letters:
            self.assertNeutral(self.send(form, agreed="1"))
        self.assertNoLetters(letters)

    # Reading changes nothing

    def test_reading_changes_nothing_in_any_phase(self):
        incidents = [self._create_incident_in(phase) for phase in PHASES]
        paths = [
            self.get_path(incident, self.integrator, purpose)
            for incident in incidents
            for purpose in ROUTES
        ]
        self.visit(paths[0])
        before = self.get_rows()
        for path in paths:
            self.assertEqual(self.url_open(path, method="HEAD").status_code, 200)
            page = self.visit(path)
            for link in page.xpath("//div[@id='wrap']//a/@href"):
                self.assertLess(self.url_open(link).status_code, 500)
        self.assertUnchanged(before)

    @mute_logger("odoo.http")
    def test_acting_routes_do_not_act_on_get(self):
        incident = self._create_incident_in(CLOSURE)
        token = self.get_token(incident, self.integrator, "closure")
        answer = self.get_token(incident, self.integrator, "answer")
        self.visit(f"/incident/{incident.id}?token={token}")
        before = self.get_rows()
        for path, status in (
            (f"/closure?token={token}&decision=confirmed", 200),
            (f"/closure?token={token}&decision=refused&text=No", 200),
            (f"/answer?token={answer}&text=Hello&nonce=1", 200),
            (f"/link?token={token}&agreed=1", 404),
        ):
            for method in ("GET", "HEAD"):
                with self.subTest(path=path, method=method):
                    response = self.url_open(
                        f"/incident/{incident.id}{path}", method=method
                    )
                    self.assertEqual(response.status_code, status)
        self.assertUnchanged(before)

    def test_scanner_that_sends_forms_as_they_are_changes_nothing(self):
        self.visit(self.get_path(self._create_incident_in(OPENED)))
        confirmed = self._create_incident_in(CLOSURE)
        self.decide(confirmed, self.integrator, decision="confirmed")
        incidents = [self._create_incident_in(phase) for phase in PHASES]
        before = self.get_rows()
        sent = 0
        for incident in [*incidents, confirmed]:
            for purpose in ROUTES:
                page = self.visit(self.get_path(incident, self.integrator, purpose))
                for form in page.forms:
                    sent += 1
                    self.assertEqual(self.send(form).status_code, 422)
        self.assertGreater(sent, 8)
        # Who sends is counted, whatever becomes of it.
        self.assertUnchanged(before, but=["incident_visit"])

    def test_no_act_without_the_key_of_the_form(self):
        incident = self._create_incident_in(CLOSURE)
        form = self.get_form(
            self.visit(self.get_path(incident, self.customer, "closure"))
        )
        for key in (None, "x"):
            response = self.send(form, decision="confirmed", form_key=key)
            page = self.assertRefused(response, "restée ouverte longtemps")
            self.assertEqual(self.get_form(page).fields["decision"], "confirmed")
        self.assertEqual(incident.incident_phase, CLOSURE)

    # Texts

    def test_markup_is_inert_wherever_it_is_shown(self):
        self.customer.name = f"Customer {EVIL}"
        self.integrator.name = f"Integrator {EVIL}"
        incident = self._create_incident_in(
            WAITING, name=f"Title {EVIL}", description=f"<p>Description</p>{EVIL}"
        )
        self.answer(incident, self.integrator, text=f"Answer {EVIL}")
        self.answer(incident, self.integrator, text="", files=[(f"{EVIL}.txt", b"x")])
        for party in (self.customer, self.integrator):
            for purpose in ROUTES:
                page = self.visit(self.get_path(incident, party, purpose))
                with self.subTest(party=party.id, purpose=purpose):
                    self.assertFalse(page.xpath("//div[@id='wrap']//script"))
                    self.assertFalse(page.xpath("//div[@id='wrap']//*[@onerror]"))
                    self.assertNotIn("49", page.xpath("//h1")[0].text_content())
        text = self.view(incident, self.integrator)
        self.assertIn(f"Title {EVIL}", text)
        self.assertIn(f"Answer {EVIL}", text)
        self.assertNotIn("<script", str(incident.sudo().message_ids.mapped("body")))

    def test_markup_is_inert_when_a_form_comes_back(self):
        incident = self._create_incident_in(CLOSURE)
        response = self.decide(
            incident,
            self.integrator,
            decision="refused",
            text=EVIL,
            files=[(f"{EVIL}.exe", b"x")],
        )
        page = self.assertRefused(response, "of a kind that we do not take")
        self.assertFalse(page.xpath("//div[@id='wrap']//*[@onerror]"))
        self.assertFalse(page.xpath("//div[@id='wrap']//script"))
        self.assertEqual(self.get_form(page).fields["text"].strip(), EVIL)

    def test_odd_texts_arrive_as_they_are(self):
        incident = self._create_incident_in(WAITING)
        for text in (
            "مرحبا، الخط لا يعمل",
            "שלום 123 abc",
            "🔥🧯 Ünïcödé \u200d zero width",
            "Robert'); DROP TABLE helpdesk_ticket;--",
            "%(name)s %s {0} ${x}",
            "long " * 20000,
        ):
            with self.subTest(text=text[:20]):
                self.answer(incident, self.integrator, text=text)
                words = " ".join(text.split())
                self.assertIn(words, self.view(incident, self.integrator))

    def test_characters_that_no_database_keeps_are_dropped(self):
        incident = self._create_incident_in(WAITING)
        self.answer(incident, text="a\x00b\x1bc\x07d\r\ne")
        self.assertEqual(self.get_answers(incident).body, "<p>abcd<br>e</p>")

    def test_text_without_end_is_refused_and_kept(self):
        incident = self._create_incident_in(WAITING)
        text = "x" * 200001
        page = self.assertRefused(
            self.answer(incident, self.integrator, text=text), "too long"
        )
        self.assertEqual(len(self.get_form(page).fields["text"].strip()), 200001)

    def test_description_of_100_kb_is_shown(self):
        incident = self._create_incident_in(
            OPENED, description="<p>" + "word " * 20000 + "end</p>"
        )
        self.assertIn("word end", self.view(incident, self.integrator))

    def test_flood_of_answers_is_stopped(self):
        incident = self._create_incident_in(WAITING)
        values = {"message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
        for number in range(30):
            incident.sudo().message_post(
                author_id=self.integrator.id, body=f"No {number}", **values
            )
        response = self.answer(incident, self.integrator, text="One more")
        self.assertRefused(response, "try again in an hour")
        # The other party is not silenced by it.
        self.assertEqual(self.answer(incident, text="Hello").status_code, 303)

    # Parameters

    @mute_logger("odoo.http", "odoo.addons.http_routing.models.ir_http")
    def test_malformed_addresses_are_answered_with_a_page(self):
        incident = self._create_incident_in(OPENED)
        token = self.get_token(incident)
        for path in (
            "/incident/0",
            "/incident/x",
            "/incident/-1",
            "/incident/99999999999999999999",
            f"/incident/99999999999999999999?token={token}",
            f"/incident/{incident.id}/file/99999999999999999999?token={token}",
            f"/incident/{incident.id}/file/x?token={token}",
            f"/incident/{incident.id}/nowhere?token={token}",
            f"/incident/{incident.id}?token={token}x&token={token}",
            f"/incident/{incident.id}?token[]={token}",
        ):
            with self.subTest(path=path[:60]):
                response = self.url_open(path)
                self.assertEqual(response.status_code, 404)
                self.assertNotIn("Traceback", response.text)

    def test_unknown_parameters_do_no_harm(self):
        incident = self._create_incident_in(CLOSED)
        path = self.get_path(incident, self.integrator)
        page = self.visit(f"{path}&done=%3Cscript%3E&ticket=5&party=1&lang=xx&debug=1")
        self.assertFalse(page.find_class("o_incident_thanks"))

    def test_files_in_place_of_texts_do_no_harm(self):
        incident = self._create_incident_in(CLOSURE)
        for purpose, names in (
            ("answer", ("text", "nonce")),
            ("closure", ("decision", "text")),
        ):
            path = self.get_path(incident, self.integrator, purpose)
            form = self.get_form(self.visit(path))
            keys = {name: form.fields[name] for name in ("form_key", "token")}
            files = [(name, ("a.txt", b"confirmed")) for name in names]
            response = self.url_open(form.action, data=keys, files=files)
            self.assertEqual(response.status_code, 422)
            token = [("token", ("a.txt", b"x"))]
            keys.pop("token")
            self.assertNeutral(self.url_open(form.action, data=keys, files=token))
        self.assertEqual(incident.incident_phase, CLOSURE)

    def test_wrong_path_of_a_plain_ticket_is_neutral(self):
        ticket = self._create_plain_ticket()
        token = self.get_token(ticket)
        self.assertNeutral(self.url_open(f"/incident/{ticket.id}?token={token}"))
