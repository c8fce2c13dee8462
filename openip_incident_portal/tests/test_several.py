# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Several incidents answered or confirmed at once, each as on its own page."""

from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import (
    CLOSED,
    CLOSURE,
    OPENED,
    WAITING,
)
from odoo.addons.openip_incident.tests.outage_common import create_outage

from .portal_common import IncidentPortalCommon

PATH = "/my/incidents/several"
TEXT = "The router was restarted <b>twice</b>"


@tagged("post_install", "-at_install")
class TestSeveral(IncidentPortalCommon):
    def _create_several(self, phase, count=2, **values):
        incidents = self.env["helpdesk.ticket"].browse()
        for _index in range(count):
            incidents |= self._create_incident_in(phase, **values)
        return incidents.sudo()

    def _read_form(self, query=""):
        return self._page(f"{PATH}{query}").forms[-1]

    def _send(self, answer=(), confirm=(), **values):
        values = {"nonce": "one", **values}
        return self._post(
            PATH,
            answer=[incident.id for incident in answer],
            confirm=[incident.id for incident in confirm],
            **values,
        )

    def _said(self, incident):
        return self._entries(incident).filtered(lambda entry: "router" in entry.body)

    def test_twelve_answered_and_ten_confirmed_by_four_clicks(self):
        waiting = self._create_several(WAITING, 12)
        solved = self._create_several(CLOSURE, 10)
        self._login("technician")
        [link] = self._page("/my/tickets").xpath(f"//a[@href='{PATH}']/@href")
        [every] = self._page(link).xpath("//a[contains(@href, 'ticked=all')]/@href")
        form = [form for form in self._page(every).forms if form.action == PATH][0]
        ticked = [box for box in form.inputs if box.name in ("answer", "confirm")]
        self.assertTrue(all(box.checked for box in ticked))
        # What is left: a text, a yes, and to send it.
        response = self._post(
            PATH,
            answer=[box.get("value") for box in ticked if box.name == "answer"],
            confirm=[box.get("value") for box in ticked if box.name == "confirm"],
            text=TEXT,
            agreed="1",
            nonce=form.fields["nonce"],
        )
        self.assertEqual(response.status_code, 200)
        for incident in waiting:
            [said] = self._said(incident)
            self.assertEqual(said.author_id, self.technician)
            self.assertIn("&lt;b&gt;", said.body)
            self.assertTrue(incident.last_answer_date)
        for incident in solved:
            self.assertEqual(incident.incident_phase, CLOSED)
            self.assertEqual(incident.close_reason, "confirmed")
            self.assertEqual(incident.closure_decided_by_id, self.technician)
        for incident in waiting | solved:
            self.assertIn(incident.number, response.text)

    def test_what_an_outage_has_hit_is_confirmed_in_one_mail(self):
        outage = create_outage(self).sudo()
        hit = self._create_several(CLOSURE, 5)
        outage.action_attach(hit)
        outage.with_user(self.agent).action_resolve()
        alone = self._create_several(CLOSURE, 1)
        known = (hit | alone).notice_ids
        self.env.flush_all()
        self._login("technician")
        response = self._send(confirm=hit | alone, agreed="1")
        self.assertNotIn("could not be done", response.text)
        self.assertEqual(set((hit | alone).mapped("incident_phase")), {CLOSED})
        self.assertEqual(hit.closure_decided_by_id, self.technician)
        # One for all five and one for the other, to each of both parties.
        told = (hit | alone).notice_ids - known
        self.assertEqual(len(told), 2 * 6)
        self.assertEqual(len(told.message_id), 4)

    def test_double_click_does_nothing_twice_and_reports_the_same(self):
        waiting, solved = self._create_several(WAITING), self._create_several(CLOSURE)
        self._login("technician")
        mails = []
        for _click in range(2):
            response = self._send(waiting, solved, text=TEXT, agreed="1")
            self.assertNotIn("could not be done", response.text)
            mails.append(self.env["mail.mail"].search_count([]))
        self.assertEqual(*mails)
        for incident in waiting:
            self.assertEqual(len(self._said(incident)), 1)

    def test_each_is_looked_at_again(self):
        [good, gone] = self._create_several(WAITING)
        [solved, late] = self._create_several(CLOSURE)
        gone._incident_move_to("in_progress")
        late._incident_move_to("in_progress")
        self._login("technician")
        response = self._send([good, gone], [solved, late], text=TEXT, agreed="1")
        self.assertIn("does not wait for your answer any more", response.text)
        self.assertIn("does not ask for your confirmation any more", response.text)
        self.assertTrue(self._said(good))
        self.assertFalse(self._said(gone))
        self.assertEqual(solved.incident_phase, CLOSED)
        self.assertEqual(late.incident_phase, "in_progress")

    def test_nothing_of_others_is_done_nor_told(self):
        own = self._create_several(WAITING, 1)
        foreign = self._create_several(WAITING, 1, partner_id=self.stranger.id)
        foreign.integrator_id = False
        foreign_solved = self._create_several(CLOSURE, 1, partner_id=self.stranger.id)
        foreign_solved.integrator_id = False
        plain = self._create_plain_ticket(partner_id=self.technician.id)
        self.env.flush_all()
        self._login("technician")
        nobody = self.env["helpdesk.ticket"].browse(999_999_999)
        response = self._send(
            own | foreign | plain | nobody, foreign_solved, text=TEXT, agreed="1"
        )
        self.assertEqual(response.status_code, 200)
        self.assertTrue(self._said(own))
        for incident in foreign | foreign_solved:
            self.assertNotIn(incident.number, response.text)
            self.assertFalse(self._said(incident))
        self.assertEqual(foreign_solved.incident_phase, CLOSURE)
        self.assertIn("3 not found, or not yours", " ".join(response.text.split()))

    def test_asked_alone_is_answered_in_private(self):
        incident = self._create_incident_in(OPENED)
        incident.with_user(self.agent).incident_request(
            "information", "Only you", wait_for="integrator", parties="integrator"
        )
        incident = incident.sudo()
        self._login("technician")
        self._send(incident, text=TEXT)
        [said] = self._said(incident)
        self.assertEqual(
            said.sudo().incident_private_party_id, self.technician.incident_party_id
        )

    def test_what_is_missing_is_said_and_nothing_is_lost(self):
        waiting, solved = self._create_several(WAITING), self._create_several(CLOSURE)
        self._login("technician")
        for answer, confirm, values, words in (
            ((), (), {"text": TEXT}, "Please tick"),
            (waiting, (), {}, "Please write your answer"),
            ((), solved, {}, "everything works again, or untick"),
            (waiting, solved, {"text": TEXT}, "everything works again, or untick"),
            (waiting, (), {"text": "x" * 200_001}, "too long"),
            (waiting, (), {"text": TEXT, "nonce": "<x>"}, "send the form again"),
            ((), (), {}, "Please tick at least one"),
        ):
            with self.subTest(words=words, values=str(values)[:40]):
                response = self._send(answer, confirm, **values)
                self.assertEqual(response.status_code, 422)
                self.assertIn(words, response.text)
                if values.get("text") == TEXT:
                    self.assertIn("router was restarted", response.text)
        for incident in waiting | solved:
            self.assertFalse(self._said(incident))
        self.assertEqual(set(solved.mapped("incident_phase")), {CLOSURE})

    def test_forged_ids_are_no_ids(self):
        self._login("technician")
        response = self._post(
            PATH, answer=["-1", "0", "x", "²", "9" * 30, ""], text=TEXT, nonce="one"
        )
        self.assertEqual(response.status_code, 422)

    def test_opening_the_page_ticks_nothing_and_changes_nothing(self):
        waiting = self._create_several(WAITING)
        self._login("technician")
        form = self._read_form()
        ticked = [box for box in form.inputs if getattr(box, "checked", False)]
        self.assertFalse(ticked)
        for query in ("?ticked=all", "?text=x&agreed=1", f"?answer={waiting.ids[0]}"):
            self._get(PATH + query)
        self.assertFalse(self._said(waiting[0]))

    def test_only_parties_with_a_login_come_in(self):
        waiting = self._create_several(WAITING, 1)
        self._login(None)
        self.assertSentToLogin(self._get(PATH))
        self._send(waiting, text=TEXT)
        self.authenticate("incident_agent", "incident_agent")
        self.assertLedAway(self._get(PATH))
        self._send(waiting, text=TEXT)
        self._login("technician")
        refused = self._post(
            PATH, csrf=False, answer=waiting.ids, text=TEXT, nonce="one"
        )
        self.assertEqual(refused.status_code, 400)
        self.assertFalse(self._said(waiting))
