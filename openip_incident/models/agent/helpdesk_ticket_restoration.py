# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ..phases import CLOSED, REGISTERED
from ..restoration.helpdesk_ticket_restoration import IDLE_PHASES
from ..words import INTERNAL

EXPECT = "expect_restoration"
PLAN = "plan_intervention"
CHANGE = "change_intervention"
CANCEL = "cancel_intervention"
# What may be expected: acts of which both parties learn at once.
EXPECTATION_ACTS = (EXPECT, PLAN, CHANGE, CANCEL)


class HelpdeskTicket(models.Model):
    """What agents let the parties expect: a date, somebody who comes."""

    _inherit = "helpdesk.ticket"

    incident_can_expect = fields.Boolean(
        compute="_compute_incident_can_expect", groups=INTERNAL
    )
    incident_can_plan = fields.Boolean(
        compute="_compute_incident_can_expect", groups=INTERNAL
    )

    @api.depends("incident_phase")
    def _compute_incident_can_expect(self):
        for ticket in self:
            phase = ticket.incident_phase
            ticket.incident_can_expect = phase and phase not in IDLE_PHASES
            ticket.incident_can_plan = phase and phase not in (REGISTERED, CLOSED)

    def incident_expect_restoration(self, date=None, body=None):
        """Tell the parties until when it is expected to work again (P3).

        :param date: naive UTC; False takes back what was promised
        :param body: HTML that the parties read with it
        :raises UserError: for a date in the past, or where nobody is at work
        """
        self._ensure_may_act()
        if date is None:
            self._ensure_incident_workable()
            return self._open_incident_wizard(EXPECT)
        self._incident_expect(date, body)
        return True

    def incident_plan_intervention(
        self, begin=None, end=None, place=None, visitor=None, body=None
    ):
        """Plan that somebody comes, and tell the parties (P3).

        :param begin: naive UTC
        :param end: naive UTC
        :param place: where to, as the parties read it
        :param visitor: who comes, as the parties read it
        :param body: HTML that the parties read with it
        """
        self._ensure_may_act()
        if not begin or not end:
            self._ensure_incident_visitable()
            return self._open_incident_wizard(PLAN)
        self._incident_plan_intervention(begin, end, place, visitor, body)
        return True

    def incident_change_intervention(
        self,
        intervention=None,
        begin=None,
        end=None,
        place=None,
        visitor=None,
        body=None,
    ):
        """Change an intervention that is to come, and tell the parties (P3).

        :param intervention: ``incident.intervention`` or its id, by default the next
        :param begin: naive UTC
        :param end: naive UTC
        :param place: where to, as the parties read it
        :param visitor: who comes, as the parties read it
        :param body: HTML that the parties read with it
        """
        self._ensure_may_act()
        if not begin or not end:
            return self._ask_about_intervention(CHANGE, intervention)
        self._incident_change_intervention(
            intervention, begin, end, place, visitor, body
        )
        return True

    def incident_cancel_intervention(self, intervention=None, body=None):
        """Call off an intervention that is to come, and tell the parties (P3).

        :param intervention: ``incident.intervention`` or its id; without it the
            wizard asks
        :param body: HTML that the parties read with it
        """
        self._ensure_may_act()
        if not intervention:
            return self._ask_about_intervention(CANCEL, intervention)
        self._incident_cancel_interventions(intervention, body)
        return True

    def _ask_about_intervention(self, act, intervention):
        """Return the dialog of an act about an intervention that is to come."""
        one = self._take_intervention(intervention)
        return self._open_incident_wizard(act, default_intervention_id=one.id)

    def _is_incident_move_told(self, act, facts):
        return act in EXPECTATION_ACTS or super()._is_incident_move_told(act, facts)
