# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Joint closure: one mail per party and step, a ledger of its own per incident."""

from datetime import timedelta

from odoo.tests import Form, TransactionCase, tagged
from odoo.tools import mute_logger

from ..tools.connected import find_connected
from .common import CLOSED, CLOSURE, IN_PROGRESS, REGISTERED
from .followup_common import START, UNREACHABLE_TYPE, FollowupCommon
from .outage_common import create_outage
from .test_outage_reply import MAIL


class OutageClosureCommon(FollowupCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env["res.partner"].create(
            {
                "name": "Garage Dupont",
                "is_company": True,
                "email": "dupont@garage.example.com",
                "integrator_id": cls.integrator.id,
                "lang": "fr_FR",
            }
        )
        cls.both = [cls.customer.email, cls.integrator.email]

    def members(self, count=3, partner=None):
        """Return opened incidents of a customer and the integrator."""
        incidents = self.env["helpdesk.ticket"]
        with self.at(START), self.mock_mail_gateway():
            for _index in range(count):
                values = {"partner_id": partner.id} if partner else {}
                incidents |= self._create_incident(**values)
            incidents.action_incident_open()
            self.send_queue()
            self.flush_tracking()
        return incidents

    def resolve_outage(self, incidents, hours=0):
        with self.moment(hours):
            outage = create_outage(self)
            outage.action_attach(incidents)
            outage.action_resolve("<p>A card was replaced.</p>")
        return outage

    def get_events(self, incidents):
        return incidents.sudo().followup_ids.event_ids.sorted("id")

    def assertLetters(self, letters, *addresses):
        self.assertEqual(
            sorted(letter.address for letter in letters), sorted(addresses)
        )


@tagged("post_install", "-at_install")
class TestOutageClosure(OutageClosureCommon):
    # One mail

    def test_every_step_is_one_mail_per_party(self):
        incidents = self.members()
        outage = self.resolve_outage(incidents)
        letters = self.run_to(0.5)
        self.assertLetters(letters, *self.both)
        for letter in letters:
            self.assertIn("A card was replaced.", letter.body)
            for incident in incidents:
                self.assertIn(incident.number, letter.body)
        for hours, phase in ((24, CLOSURE), (48, CLOSURE), (72, CLOSED)):
            with self.subTest(hours=hours):
                self.assertFalse(self.run_to(hours - 0.01))
                self.assertLetters(self.run_to(hours + 0.3), *self.both)
                self.assertEqual(set(incidents.mapped("incident_phase")), {phase})
        self.assertFalse(self.run_to(14 * 24))
        self.assertEqual(outage.state, "completed")
        self.assertEqual(set(incidents.mapped("close_reason")), {"not_confirmed"})

    def test_each_incident_keeps_its_own_evidence(self):
        incidents = self.members()
        self.resolve_outage(incidents)
        self.run_to(73)
        for incident in incidents:
            events = self.get_events(incident)
            self.assertEqual(
                events.mapped("action"), [False, "remind", "announce", "close"]
            )
            for event in events:
                self.assertEqual(len(event.notice_ids), 2)
                self.assertEqual(set(event.notice_ids.mapped("status")), {"sent"})
        notices = self.get_events(incidents).notice_ids
        self.assertEqual(len(notices), 3 * 4 * 2)
        self.assertEqual(len(notices.message_id), 4 * 2, "the mail is shared")

    def test_who_has_one_gets_the_plain_mail(self):
        mine, other = self.members(1), self.members(1, self.second)
        self.resolve_outage(mine | other)
        letters = self.run_to(0.5)
        self.assertLetters(letters, *self.both, self.second.email)
        by_address = {letter.address: letter for letter in letters}
        self.assertIn(mine.number, by_address[self.customer.email].body)
        self.assertNotIn(other.number, by_address[self.customer.email].body)
        self.assertNotIn(mine.number, by_address[self.second.email].body)
        joint = by_address[self.integrator.email]
        self.assertIn(mine.number, joint.body)
        self.assertIn(other.number, joint.body)
        self.assertIn("Garage Dupont", joint.body)

    def test_what_is_due_within_the_hour_is_told_together(self):
        incidents = self.members()
        self.resolve_outage(incidents)
        self.run_to(0.5)
        late, later, first = incidents.sudo().followup_ids
        late.due_date = first.due_date.replace(minute=50)
        later.due_date = first.due_date.replace(hour=first.due_date.hour + 2)
        letters = self.run_to(24.3)
        self.assertLetters(letters, *self.both)
        self.assertEqual(late.event_ids[-1:].action, "remind")
        self.assertNotIn(later.ticket_id.number, letters[0].body)

    def test_nothing_is_closed_before_its_date(self):
        incidents = self.members(2)
        self.resolve_outage(incidents)
        self.run_to(48.5)
        second = incidents[1].sudo().followup_ids
        second.due_date = second.due_date.replace(minute=50)
        second._wake_next(second.due_date)
        self.assertFalse(self.run_to(72.8), "the first one waits for the other")
        self.assertEqual(set(incidents.mapped("incident_phase")), {CLOSURE})
        self.assertLetters(self.run_to(73), *self.both)
        self.assertEqual(set(incidents.mapped("incident_phase")), {CLOSED})

    def test_closure_waits_no_longer_than_an_hour(self):
        incidents = self.members(3)
        self.resolve_outage(incidents)
        self.run_to(48.5)
        _first, second, third = incidents.sudo().followup_ids.sorted(
            lambda one: one.ticket_id.id
        )
        second.due_date += timedelta(minutes=40)
        third.due_date += timedelta(minutes=90)
        third._wake_next(third.due_date)
        self.assertLetters(self.run_to(73), *self.both)
        self.assertEqual(incidents.mapped("incident_phase"), [CLOSED, CLOSED, CLOSURE])
        self.assertLetters(self.run_to(74), *self.both)

    # Deliveries

    def test_a_bounce_counts_for_all_of_the_mail(self):
        incidents = self.members(2)
        self.resolve_outage(incidents)
        self.run_to(0.5)
        with self.moment(1):
            self.bounce(incidents[0], self.integrator)
        mine = incidents.sudo().notice_ids.filtered(
            lambda notice: notice.joint and notice.partner_id == self.integrator
        )
        self.assertEqual(mine.mapped("status"), ["bounced"] * 2)
        for incident in incidents:
            self.assertTrue(self.get_activities(incident, UNREACHABLE_TYPE))

    def test_what_does_not_leave_is_written_anew_together(self):
        incidents = self.members()
        self.server_down = True
        self.resolve_outage(incidents)
        self.assertFalse(self.run_to(2.5))
        self.server_down = False
        self.assertLetters(self.run_to(9), *self.both)
        for event in self.get_events(incidents):
            sent = event.notice_ids.filtered(lambda notice: notice.status == "sent")
            self.assertEqual(len(sent), 2)
        self.assertFalse(self.run_to(24))

    def test_an_answer_takes_only_its_own_incident_out(self):
        incidents = self.members()
        self.server_down = True
        self.resolve_outage(incidents)
        with self.moment(0.2):
            incidents[0].action_incident_start()
        statuses = self.get_events(incidents[0]).notice_ids.mapped("status")
        self.assertEqual(set(statuses), {"failed"})
        self.server_down = False
        self.assertLetters(self.run_to(1), *self.both)
        self.assertEqual(
            set(self.get_events(incidents[1:]).notice_ids.mapped("status")), {"sent"}
        )
        self.run_to(24.3)
        self.assertEqual(len(self.get_events(incidents[0])), 1)

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def test_a_reply_answers_none_until_it_is_handed(self):
        incidents = self.members(2)
        outage = self.resolve_outage(incidents)
        (message,) = (
            incidents.sudo()
            .notice_ids.filtered(
                lambda notice: notice.joint and notice.partner_id == self.customer
            )
            .message_id
        )
        mail = MAIL.format(
            sender=self.customer.email,
            to=self.team.alias_email or "voice@example.com",
            subject=message.subject,
            message_id=message.message_id,
            serial=1,
            headers="",
            text="One of them still fails.",
        )
        self.run_to(1)
        with self.moment(2):
            self.env["mail.thread"].message_process(False, mail)
        reply = outage.sudo().reply_ids
        self.assertEqual((reply.state, reply.partner_id), ("pending", self.customer))
        self.assertEqual(reply.candidate_ids, incidents)
        self.assertFalse(incidents.filtered("last_answer_date"))
        self.run_to(200)
        self.assertEqual(set(incidents.mapped("incident_phase")), {CLOSURE})

    # Whom it concerns

    def test_what_was_never_opened_stays_and_is_listed(self):
        opened = self.members(2)
        with self.at(START), self.mock_mail_gateway():
            unopened = self._create_incident()
            self.flush_tracking()
        with self.moment(0):
            outage = create_outage(self)
            outage.action_attach(opened | unopened)
            wizard = Form(
                self.env["incident.outage.resolve.wizard"]
                .with_user(self.agent)
                .with_context(default_outage_id=outage.id)
            ).save()
            self.assertEqual(
                (wizard.incident_count, wizard.mail_count, wizard.party_count),
                (2, 2, 2),
            )
            self.assertEqual(wizard.unopened_ticket_ids, unopened)
            wizard.action_resolve()
        self.run_to(80)
        self.assertEqual(unopened.incident_phase, REGISTERED)
        self.assertEqual(outage.unopened_ticket_ids, unopened)
        self.assertEqual(outage.state, "resolved", "one of them is open")
        with self.moment(81):
            unopened.action_incident_reject("<p>None.</p>")
        self.run_to(81.1)
        self.assertEqual(outage.state, "completed")

    def test_a_refusal_reopens_one_and_tells_the_outage(self):
        incidents = self.members()
        outage = self.resolve_outage(incidents)
        with self.moment(1):
            incidents[0].action_incident_start()
        self.assertEqual(
            incidents.mapped("incident_phase"), [IN_PROGRESS, CLOSURE, CLOSURE]
        )
        self.assertEqual(incidents[0].outage_id, outage)
        self.assertEqual(outage.activity_ids.user_id, self.agent)
        said = outage.message_ids.filtered(
            lambda message: incidents[0].number in (message.body or "")
        )
        self.assertTrue(said)
        self.run_to(80)
        self.assertEqual(outage.state, "resolved")
        with self.moment(81):
            incidents[0].action_incident_close("support")
        self.run_to(81.1)
        self.assertEqual(outage.state, "completed")

    def test_detached_it_goes_on_alone(self):
        incidents = self.members(3)
        outage = self.resolve_outage(incidents)
        self.run_to(1)
        with self.moment(2):
            outage.action_detach(incidents[0])
        letters = self.run_to(24.3)
        self.assertLetters(letters, *self.both, *self.both)
        self.assertFalse(incidents[0].sudo().followup_ids.joint_outage_id)

    def test_the_last_one_detached_completes_it(self):
        incidents = self.members(2)
        outage = self.resolve_outage(incidents)
        with self.moment(1):
            incidents[0].action_incident_close("support")
            outage.action_detach(incidents[1])
        self.assertEqual(outage.state, "resolved", "left to the scheduled action")
        self.run_to(1.1)
        self.assertEqual(outage.state, "completed")

    def test_an_update_meanwhile_is_told_by_itself(self):
        incidents = self.members(2)
        self.resolve_outage(incidents)
        self.run_to(1)
        with self.moment(2):
            incidents.incident_update("<p>News</p>")
        self.assertLetters(self.run_to(3), *self.both, *self.both)


class TestConnected(TransactionCase):
    def test_groups(self):
        self.assertEqual(
            find_connected({1: "a", 2: "b", 3: "ac", 4: "cd", 5: "", 6: "b"}),
            [[1, 3, 4], [2, 6], [5]],
        )
