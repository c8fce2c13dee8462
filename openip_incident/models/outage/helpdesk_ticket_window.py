# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ..outages import WORKS
from ..phases import CLOSED
from ..words import INTERNAL

BEGINNING = {"service_id", "incident_since"}


class HelpdeskTicket(models.Model):
    """Planned works take the incidents that begin in their window."""

    _inherit = "helpdesk.ticket"

    incident_left_outage_ids = fields.Many2many(
        comodel_name="incident.outage",
        relation="helpdesk_ticket_left_outage_rel",
        column1="ticket_id",
        column2="outage_id",
        string="Not of these works",
        copy=False,
        readonly=True,
        groups=INTERNAL,
        help="Works that the incident was detached from: they do not take it again.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        tickets._incident_join_works()
        return tickets

    def write(self, vals):
        """Remember what people detach, and look again when a service is named."""
        left = {}
        if "outage_id" in vals:
            left = {
                ticket: ticket.outage_id
                for ticket in self
                if ticket.outage_id.kind == WORKS
                and ticket.outage_id.id != vals["outage_id"]
            }
        for ticket, works in left.items():
            # SUDO: what the process remembers of what was just allowed.
            ticket.sudo().incident_left_outage_ids |= works
        res = super().write(vals)
        if BEGINNING & vals.keys() and "outage_id" not in vals:
            self._incident_join_works()
        return res

    def _incident_join_works(self):
        """Attach what has begun in the window of works on its service."""
        free = self.filtered(
            lambda one: (
                one.service_id
                and one.is_incident
                and not one.outage_id
                and one.incident_phase != CLOSED
            )
        )
        # SUDO: whatever hits it takes an incident, whoever has reported it.
        works = self.env["incident.outage"].sudo()
        if not free or not works._has_works():
            return
        found = works._find_works(free.sudo()._get_incident_begun())
        for ticket, hit in found.items():
            ticket.outage_id = hit

    def _get_incident_begun(self):
        """Return when these incidents have begun, as far as anybody knows.

        :return: dict of ``helpdesk.ticket``: naive UTC
        """
        now = fields.Datetime.now()
        return {
            ticket: ticket.incident_since or ticket.create_date or now
            for ticket in self
        }

    def _hold_for_others(self, works_only=False):
        """Hold what these incidents wait for, while anything lasts that hits them.

        :param works_only: whether members are held already
        """
        outages = self.outage_id.filtered(lambda one: one._is_lasting())
        for outage in outages if not works_only else ():
            outage._hold_followups(
                self.filtered(lambda one, of=outage: one.outage_id == of)
            )
        works = self.env["incident.outage"]._find_lasting_works(self.service_id)
        for one in works:
            hit = one._get_affected_tickets() & self.sudo()
            one._hold_followups(hit)
