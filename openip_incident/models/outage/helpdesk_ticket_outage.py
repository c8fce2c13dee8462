# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ...tools.full_stop import end_once
from ..words import INTERNAL


class HelpdeskTicket(models.Model):
    """The outage that an incident belongs to, however it is written."""

    _inherit = "helpdesk.ticket"

    outage_id = fields.Many2one(
        comodel_name="incident.outage",
        string="Outage",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups=INTERNAL,
        help="What has caused the incident. While it lasts nobody is reminded and the "
        "incident is not closed by itself.",
    )
    incident_outage_lasts = fields.Boolean(
        string="In an outage",
        compute="_compute_incident_outage_lasts",
        groups=INTERNAL,
        help="The outage of the incident lasts.",
    )

    @api.depends("outage_id.state")
    def _compute_incident_outage_lasts(self):
        for ticket in self:
            outage = ticket.outage_id
            ticket.incident_outage_lasts = bool(outage) and outage._is_lasting()

    @api.model_create_multi
    def create(self, vals_list):
        """Hold what is opened as part of an outage."""
        tickets = super().create(vals_list)
        if any(vals.get("outage_id") for vals in vals_list):
            tickets.filtered("outage_id")._incident_follow_outage({})
        return tickets

    def write(self, vals):
        """Attach and detach, whoever writes the outage, and wherever."""
        if "outage_id" not in vals:
            return super().write(vals)
        self._incident_lock()
        former = {ticket.id: ticket.outage_id for ticket in self}
        outage = self.env["incident.outage"].browse(vals["outage_id"])
        new = self.filtered(lambda ticket: ticket.outage_id != outage)
        if outage and new:
            outage._ensure_attachable(new)
        res = super().write(vals)
        new._incident_follow_outage(former)
        return res

    def _incident_follow_outage(self, former):
        """Release and hold incidents whose outage was just changed.

        :param former: dict of id: the ``incident.outage`` before
        """
        left = self.filtered(lambda ticket: former.get(ticket.id))
        # SUDO: follow-ups are written by the process only.
        held = left.sudo().followup_id.filtered(
            lambda one: one.outage_id and one.outage_id == former.get(one.ticket_id.id)
        )
        held._release_hold()
        self._incident_log_outage(former)
        for outage, tickets in self.filtered("outage_id").grouped("outage_id").items():
            outage._hold_followups(tickets)

    def _incident_log_outage(self, former):
        """Note in each chatter what the incident has become part of."""
        bodies = {}
        for ticket in self:
            ticket = ticket.with_context(lang=ticket._get_correspondence_lang())
            names = {
                "outage": ticket.outage_id.display_name,
                "former": former[ticket.id].display_name
                if former.get(ticket.id)
                else "",
            }
            if ticket.outage_id:
                body = end_once(
                    ticket.env._("Attached to %(outage)s.", **names), names["outage"]
                )
            else:
                body = end_once(
                    ticket.env._("Detached from %(former)s.", **names), names["former"]
                )
            bodies[ticket.id] = body
        # SUDO: a note of the process in the chatter of what was just written.
        self.sudo()._message_log_batch(bodies)

    def action_incident_detach(self):
        """Take these incidents out of their outages."""
        for outage, tickets in self.filtered("outage_id").grouped("outage_id").items():
            outage.action_detach(tickets)
        return True
