# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class IncidentInbound(models.Model):
    _inherit = "incident.inbound"

    def action_process_again_dialog(self):
        """Ask before mails are processed again: what they say may be passed on.

        :return: the wizard's action
        """
        self._ensure_may_act()
        tickets = self.env["helpdesk.ticket"]
        return tickets._open_incident_wizard(
            "process_again", default_inbound_ids=self.ids
        )
