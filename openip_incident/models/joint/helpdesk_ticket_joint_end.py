# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ..phases import CLOSED, CLOSURE
from .joint_draft import JOINT, NOTED_TOGETHER


class HelpdeskTicket(models.Model):
    """Tells the outage what becomes of its incidents once it is resolved."""

    _inherit = "helpdesk.ticket"

    def _incident_move(self, stage, *args, **act):
        # SUDO: whoever moves an incident, its outage is told by the process.
        members = self.sudo().filtered("outage_id")
        before = {ticket.id: ticket.incident_phase for ticket in members}
        res = super()._incident_move(stage, *args, **act)
        if members:
            members._incident_tell_outage(before)
        return res

    def _incident_tell_outage(self, before):
        """Have completed what is over; say what works not, though it was said to.

        :param before: dict of id: the phase before the move
        """
        resolved = self.filtered(lambda ticket: ticket.outage_id._is_resolved())
        solved = (CLOSURE, CLOSED)
        back = resolved.filtered(
            lambda ticket: (
                before[ticket.id] in solved and ticket.incident_phase not in solved
            )
        )
        if not self.env.context.get(NOTED_TOGETHER):
            back._incident_note_refusals()
        closed = resolved.filtered(lambda ticket: ticket.incident_phase == CLOSED)
        closed.outage_id._wake_completion()

    def _incident_note_refusals(self):
        """Say on each resolved outage which of these still fail, in one entry."""
        for outage, tickets in self.grouped("outage_id").items():
            if outage._is_resolved():
                outage._note_refusal(tickets)

    def _incident_follow_outage(self, former):
        """Go on alone where it was taken out; what is left may be over."""
        res = super()._incident_follow_outage(former)
        # SUDO: follow-ups and outages are told by the process.
        own = self.sudo()
        left = own.followup_id.filtered(
            lambda one: (
                one.joint_outage_id and one.joint_outage_id != one.ticket_id.outage_id
            )
        )
        left.joint_outage_id = False
        outages = own.env["incident.outage"].union(*former.values())
        outages.exists().filtered(
            lambda outage: outage._is_resolved()
        )._wake_completion()
        return res

    def _incident_together(self):
        """Return these incidents for acts of which a party reads in one mail."""
        return self.with_context(**{JOINT: True})
