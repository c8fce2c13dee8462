# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Outages: states, members, access, and what agents enter."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from ..models.outages import OVER, STATES, TRANSITIONS
from .common import CLOSED, CLOSURE, IN_PROGRESS, OPENED, REGISTERED
from .outage_common import OutageCommon

ACTS = {
    "identified": "action_identify",
    "investigating": "action_investigate",
    "monitoring": "action_monitor",
    "resolved": "action_resolve",
    "in_progress": "action_start",
    "verifying": "action_verify",
    "completed": "action_complete",
    "cancelled": "action_cancel",
}


@tagged("post_install", "-at_install")
class TestOutage(OutageCommon):
    # States

    def test_every_move_of_the_table_and_no_other(self):
        for kind, table in TRANSITIONS.items():
            for origin in (*table, *OVER):
                for target, _label in STATES:
                    with self.subTest(kind=kind, origin=origin, target=target):
                        self._try_move(kind, origin, target, table)

    def _try_move(self, kind, origin, target, table):
        outage = self._create_outage(kind=kind)
        self.env.cr.execute(
            "UPDATE incident_outage SET state = %s WHERE id = %s", [origin, outage.id]
        )
        outage.invalidate_recordset(["state"])
        act = ACTS.get(target)
        allowed = target in table.get(origin, ())
        if not act:
            self.assertFalse(allowed)
        elif allowed:
            getattr(outage, act)()
            self.assertEqual(outage.state, target)
        else:
            with self.assertRaises(UserError):
                getattr(outage, act)()

    def test_no_state_by_writing(self):
        outage = self._create_outage()
        with self.assertRaises(UserError):
            outage.state = "resolved"
        with self.assertRaises(UserError):
            outage.kind = "works"
        with self.assertRaises(UserError):
            outage.with_context(incident_outage_move=True).write({"state": "resolved"})

    def test_no_state_by_creating(self):
        for kind, state in (("works", "resolved"), ("outage", "completed")):
            self.assertNotEqual(
                self._create_outage(kind=kind, state=state).state, state
            )

    def test_what_lasts_is_not_archived(self):
        for kind in ("outage", "works"):
            outage = self._create_outage(kind=kind)
            with self.assertRaises(UserError):
                outage.action_archive()
            outage.action_cancel()
            outage.action_archive()
            self.assertFalse(outage.active)

    def test_works_begin_as_scheduled(self):
        works = self._create_outage(kind="works")
        self.assertEqual(works.state, "scheduled")
        self.assertEqual(self._create_outage().state, "investigating")

    def test_each_has_a_number_of_its_own(self):
        first, second = self._create_outage(), self._create_outage()
        self.assertTrue(first.number.startswith("OUT"))
        self.assertNotEqual(first.number, second.number)

    def test_end_is_noted_and_taken_back(self):
        outage = self._create_outage()
        outage.action_resolve()
        self.assertTrue(outage.end_date)
        outage.action_investigate()
        self.assertFalse(outage.end_date)

    def test_dates_in_order(self):
        with self.assertRaises(ValidationError):
            self._create_outage(
                begin_date="2026-11-02 10:00:00",
                expected_end_date="2026-11-02 09:00:00",
            )
        with self.assertRaises(ValidationError):
            self._create_outage(kind="works", expected_end_date=False)

    def test_it_is_never_deleted_by_people(self):
        outage = self._create_outage().with_user(self.manager)
        with self.assertRaises(UserError):
            outage.unlink()

    # Members

    def test_attach_and_detach(self):
        outage = self._create_outage()
        incidents = self._create_incidents(3)
        outage.action_attach(incidents.ids)
        self.assertEqual(outage.ticket_ids, incidents)
        self.assertEqual((outage.ticket_count, outage.open_ticket_count), (3, 3))
        outage.action_detach(incidents[0].id)
        self.assertFalse(incidents[0].outage_id)
        logged = incidents[0].message_ids.filtered(
            lambda message: outage.number in (message.body or "")
        )
        self.assertEqual(len(logged), 2, "both acts are in the chatter")

    def test_what_cannot_be_attached(self):
        outage = self._create_outage()
        closed = self._create_incident_in(CLOSED)
        plain = self._create_plain_ticket()
        other = self._create_outage()
        elsewhere = self._create_incident()
        other.action_attach(elsewhere)
        foreign = self._create_incident(
            user=self.env.user, team_id=self.team_c2.id, company_id=self.company_2.id
        )
        for ticket in (closed, plain, elsewhere, foreign):
            with self.subTest(ticket=ticket.number), self.assertRaises(UserError):
                outage.action_attach(ticket)
            with self.subTest(ticket=ticket.number), self.assertRaises(UserError):
                ticket.outage_id = outage

    def test_nothing_is_attached_to_what_is_over(self):
        outage = self._create_outage()
        outage.action_cancel()
        with self.assertRaises(UserError):
            outage.action_attach(self._create_incident())

    def test_written_like_any_field(self):
        outage = self._create_outage()
        incident = self._create_incident(outage_id=outage.id)
        self.assertTrue(incident.incident_outage_lasts)
        self.assertIn(outage.number, incident.incident_banner)
        incident.outage_id = False
        self.assertNotIn(outage.number, incident.incident_banner)

    def test_dialog_enters_a_new_outage(self):
        service = self.env["incident.service"].create(
            {"name": "TS-1", "partner_id": self.customer.id}
        )
        incidents = self._create_incident(service_id=service.id)
        wizards = self.env["incident.outage.attach.wizard"].with_user(self.agent)
        form = Form(
            wizards.with_context(
                active_model="helpdesk.ticket", active_ids=incidents.ids
            )
        )
        form.name = "Trunks of Nantes"
        action = form.save().action_attach()
        outage = self.env["incident.outage"].browse(action["res_id"])
        self.assertEqual(outage.ticket_ids, incidents)
        self.assertEqual(outage.service_ids, service)
        self.assertEqual(outage.team_id, self.team)

    def test_dialog_opens_in_a_browser(self):
        """The web client asks for the names of what is chosen, other than a form."""
        incidents = self._create_incident() | self._create_incident()
        wizards = self.env["incident.outage.attach.wizard"].with_user(self.agent)
        chosen = wizards.with_context(
            active_model="helpdesk.ticket", active_ids=incidents.ids
        )
        shown = {"ticket_ids": {"fields": {"display_name": {}}}, "name": {}}
        commands = chosen.onchange({}, [], shown)["value"]["ticket_ids"]
        self.assertEqual({command[1] for command in commands}, set(incidents.ids))

    # Resolved

    def test_resolved_asks_the_opened_alone(self):
        outage = self._create_outage()
        opened = self._create_incident_in(OPENED)
        working = self._create_incident_in(IN_PROGRESS)
        registered = self._create_incident()
        outage.action_attach(opened | working | registered)
        outage.action_resolve("<p>A card was replaced.</p>")
        self.assertEqual(opened.incident_phase, CLOSURE)
        self.assertEqual(working.incident_phase, CLOSURE)
        self.assertEqual(registered.incident_phase, REGISTERED)

    # Access

    def test_who_may_do_what(self):
        outage = self._create_outage()
        outsider = self._create_portal_user(self.baker, "baker")
        with self.assertRaises(AccessError):
            outage.with_user(outsider).read(["name"])
        with self.assertRaises(AccessError):
            self.env["incident.outage"].with_user(outsider).search([])
        employee = new_test_user(
            self.env, login="outage_employee", groups="base.group_user"
        )
        with self.assertRaises(AccessError):
            outage.with_user(employee).action_identify()
        outage.with_user(self.agent).action_identify()
        self.assertEqual(outage.state, "identified")

    def test_services_of_other_companies_are_refused(self):
        service = self.env["incident.service"].create(
            {
                "name": "TS-2",
                "partner_id": self.customer.id,
                "company_id": self.company_2.id,
            }
        )
        outage = self._create_outage().with_env(self.env)
        with self.assertRaises(ValidationError):
            outage.service_ids = service

    def test_what_has_incidents_or_messages_stays_in_its_company(self):
        free, used, told = (
            self._create_outage(team_id=False).with_env(self.env) for _each in "123"
        )
        incident = self._create_incident_in(OPENED)
        used.with_user(self.agent).action_attach(incident)
        with self.mock_mail_gateway():
            told.publish("<p>Calls fail.</p>")
            incident.action_incident_close("support")
        for outage in (used, told):
            with self.assertRaises(UserError):
                outage.company_id = self.company_2
            outage.company_id = self.company
        free.company_id = self.company_2
        self.assertEqual(free.company_id, self.company_2)

    def test_no_query_where_there_is_none(self):
        """What is no part of an outage costs nothing on its way."""
        incident = self._create_incident_in(OPENED)
        self.assertFalse(incident.incident_outage_lasts)
        with self.assertQueryCount(0):
            incident._get_incident_banner_lines()
