# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

PATH = "/my/incidents/preferences"


class ResPartner(models.Model):
    """Leads people with a login to the page where they choose."""

    _inherit = "res.partner"

    def _get_incident_preference_url(self):
        # SUDO: only whether somebody can log in is read.
        users = self.sudo().user_ids.filtered(lambda user: user.active and user.share)
        if not users:
            return super()._get_incident_preference_url()
        return f"{self.get_base_url()}{PATH}"
