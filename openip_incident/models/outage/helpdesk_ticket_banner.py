# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ...tools.full_stop import end_once


class HelpdeskTicket(models.Model):
    """What the banner says of the outage."""

    _inherit = "helpdesk.ticket"

    @api.depends("outage_id.state", "outage_id.number", "outage_id.name")
    def _compute_incident_banner(self):
        return super()._compute_incident_banner()

    def _get_incident_banner_lines(self):
        lines = super()._get_incident_banner_lines()
        if not self.outage_id:
            return lines
        return [self._get_outage_line(), *lines]

    def _get_outage_line(self):
        """Return the sentence that names the outage, and what that means."""
        if self.incident_outage_lasts:
            return self.env._(
                "Part of %(outage)s: our turn. Nobody is reminded and nothing closes "
                "by itself while it lasts.",
                outage=self.outage_id.display_name,
            )
        outage = self.outage_id.display_name
        return end_once(self.env._("Part of %(outage)s.", outage=outage), outage)

    @api.depends("followup_id.outage_id")
    def _compute_next_step(self):
        return super()._compute_next_step()

    def _get_held_line(self, followup):
        if followup.outage_id:
            return self.env._(
                "Held by %(outage)s: afterwards the current step begins anew.",
                outage=followup.outage_id.display_name,
            )
        return super()._get_held_line(followup)
