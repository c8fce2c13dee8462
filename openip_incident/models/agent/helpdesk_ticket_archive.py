# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def write(self, vals):
        """Tell in the chatter that archiving has ended what was going on."""
        waiting = self.browse()
        if vals.get("active") is False:
            # SUDO: only whether somebody was still waited for is read.
            waiting = self.filtered(lambda ticket: ticket.sudo().followup_id)
        res = super().write(vals)
        if waiting:
            waiting._incident_tell_archived()
        return res

    def _incident_tell_archived(self):
        bodies = {}
        for ticket in self:
            reader = ticket.with_context(lang=ticket._get_correspondence_lang())
            bodies[ticket.id] = reader.env._(
                "Archived: the parties are reminded no more, and nothing closes by "
                "itself."
            )
        # SUDO: a note on what was archived, by whoever was allowed to.
        self.sudo()._message_log_batch(bodies)
