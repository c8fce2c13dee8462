# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class HelpdeskTicket(models.Model):
    """Tells support of parties who are written to no more."""

    _inherit = "helpdesk.ticket"

    def _incident_alert_of_unreachable(self):
        """Plan an activity where a party has no address, or was archived."""
        for ticket in self:
            parties = ticket._get_unreachable_parties()
            addressless = parties.filtered("active")
            archived = parties - addressless
            if archived:
                summary = self.env._(
                    "Archived contact, not written to: %(parties)s",
                    parties=", ".join(parties.mapped("name")),
                )
            elif addressless:
                summary = self.env._(
                    "Without e-mail address: %(parties)s",
                    parties=", ".join(parties.mapped("name")),
                )
            else:
                continue
            ticket._incident_alert_support(
                "openip_incident.mail_activity_type_unreachable", summary
            )
