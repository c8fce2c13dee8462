# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Many at once: what can be done is done, the rest is reported by reason."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..wizards.incident_act_batch import CHOICES
from .common import (
    CLOSED,
    CLOSURE,
    ESCALATED,
    IN_PROGRESS,
    OPENED,
    REGISTERED,
    WAITING,
)
from .test_act_words import ActCommon


@tagged("post_install", "-at_install")
class TestActBatch(ActCommon):
    def _acts(self):
        """Return the acts: dict of name: dialog, phase of those that can, that cannot,
        phase that they reach, mails of each.
        """
        return {
            "open": ("action_incident_open_dialog", REGISTERED, CLOSURE, OPENED, 2),
            "start": ("action_incident_start_dialog", OPENED, WAITING, IN_PROGRESS, 0),
            "request": ("incident_request", IN_PROGRESS, CLOSED, WAITING, 2),
            "update": ("incident_update", IN_PROGRESS, CLOSED, IN_PROGRESS, 2),
            "escalate": (
                "action_incident_escalate",
                IN_PROGRESS,
                REGISTERED,
                ESCALATED,
                2,
            ),
            "resolve": (
                "action_incident_resolve_dialog",
                IN_PROGRESS,
                REGISTERED,
                CLOSURE,
                2,
            ),
            "close": ("action_incident_close_dialog", OPENED, REGISTERED, CLOSED, 2),
            "reject": ("action_incident_reject", REGISTERED, OPENED, CLOSED, 2),
            "assign": ("action_incident_assign_dialog", OPENED, None, OPENED, 0),
            "hold": ("action_incident_hold_dialog", WAITING, OPENED, WAITING, 0),
        }

    def _fill(self, form):
        if form.act == "escalate":
            form.level_id = self.level
        if form.act == "assign":
            form.user_id = self.leader
        if form.act in ("request", "update", "reject"):
            form.body = "<p>Words</p>"

    def test_every_act_does_what_it_can(self):
        for act, (dialog, good, bad, target, mails) in self._acts().items():
            able = self._create_incident_in(good) | self._create_incident_in(good)
            refused = self._create_incident_in(bad) if bad else able.browse()
            with self.subTest(act=act):
                action = getattr(able | refused, dialog)()
                self.assertEqual(action["context"]["default_act"], act)
                form = self.open_form(action)
                self.assertRegex(form.summary, r"^2 incidents, ")
                for ticket in refused:
                    self.assertIn(ticket.number, form.left_out)
                self._fill(form)
                letters = self.confirm(form)
                self.assertEqual(len(letters), mails * 2)
                self.assertEqual(set(able.mapped("incident_phase")), {target})
                if not refused:
                    self.assertEqual(self.result["tag"], "display_notification")
                    continue
                self.assertEqual(refused.incident_phase, bad)
                wizard = self.env["incident.act.wizard"].browse(self.result["res_id"])
                self.assertEqual(wizard.left_ids, refused)
                self.assertIn(refused.number, wizard.report)
                self.assertEqual(
                    wizard.action_show_left()["domain"], [("id", "in", refused.ids)]
                )
        self.assertEqual(able.sudo().followup_id.mapped("state"), ["held", "held"])

    def test_what_has_no_button_is_chosen(self):
        incidents = self._create_incident_in(OPENED) | self._create_incident_in(WAITING)
        form = self.open_form(incidents.action_incident_more_dialog())
        self.assertFalse(form.summary)
        for choice in dict(CHOICES):
            with self.subTest(choice=choice), self.capture_letters() as letters:
                form.choice = choice
                action = form.save().action_confirm()
                self.assertEqual(action["context"]["default_act"], choice)
                self.assertCountEqual(
                    action["context"]["default_ticket_ids"], incidents.ids
                )
            self.assertNoLetters(letters)

    def test_same_phase_is_no_error(self):
        there = self._create_incident_in(CLOSURE)
        able = self._create_incident_in(IN_PROGRESS)
        form = self.open_form((there | able).action_incident_resolve_dialog())
        letters = self.confirm(form)
        self.assertEqual(len(letters), 2)
        self.assertEqual(able.incident_phase, CLOSURE)
        self.assertEqual(self.result["tag"], "display_notification")
        with self.assertRaisesRegex(UserError, "there already"):
            (there | able).action_incident_resolve_dialog()

    def test_none_that_can_says_why_before_anything_is_typed(self):
        incidents = self._create_incident() | self._create_incident()
        with self.assertRaisesRegex(UserError, incidents[0].number):
            incidents.action_incident_resolve_dialog()

    def test_one_that_fails_unforeseen_stops_no_other(self):
        incidents = self._create_incidents(7)
        for incident in incidents:
            incident.stage_id = self.stages[OPENED]
        broken = incidents[3]
        tickets = type(incidents)
        prepare = tickets._prepare_incident_move_vals

        def fail(ticket, stage):
            if ticket == broken:
                raise ZeroDivisionError
            return prepare(ticket, stage)

        form = self.open_form(incidents.action_incident_resolve_dialog())
        with (
            patch.object(tickets, "_prepare_incident_move_vals", fail),
            self.assertLogs("odoo.addons.openip_incident", "ERROR"),
        ):
            letters = self.confirm(form)
        self.assertEqual(len(letters), 12)
        self.assertEqual(broken.incident_phase, OPENED)
        self.assertEqual(set((incidents - broken).mapped("incident_phase")), {CLOSURE})
        wizard = self.env["incident.act.wizard"].browse(self.result["res_id"])
        self.assertEqual(wizard.left_ids, broken)

    def test_incident_of_another_company_is_left(self):
        foreign = self._create_incident(
            user=self.env.user, team_id=self.team_c2.id, company_id=self.company_2.id
        )
        own = self._create_incident_in(OPENED)
        able, _there, refused = (own | foreign.with_user(self.agent))._sort_incidents(
            "resolve"
        )
        self.assertEqual(able, own)
        self.assertEqual(list(refused.values()), [foreign])

    def test_fifty_of_which_five_cannot_cost_what_fifty_cost(self):
        def solve(count, bad):
            incidents = self._create_incidents(count)
            for incident in incidents[bad:]:
                incident.stage_id = self.stages[OPENED]
            self.env.flush_all()
            form = self.open_form(incidents.action_incident_resolve_dialog())
            wizard = form.save()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with self.mock_mail_gateway():
                wizard.action_confirm()
                self.env.flush_all()
            done = incidents.filtered(lambda one: one.incident_phase == CLOSURE)
            self.assertEqual(len(done), count - bad)
            return self.env.cr.sql_log_count - before

        solve(2, 0)
        few, many, mixed = solve(10, 0), solve(50, 0), solve(50, 5)
        self.assertLess((many - few) / 40, 3)
        self.assertLess(mixed, many * 1.3 + 20)
