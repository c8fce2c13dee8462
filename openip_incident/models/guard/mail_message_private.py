# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.fields import Domain


class MailMessage(models.Model):
    """Private lines are read by the party that they belong to, and by no other."""

    _inherit = "mail.message"

    def _get_search_domain_share(self):
        """Keep a private line from everybody outside but the company it belongs to."""
        # SUDO: which company somebody speaks for.
        party = self.env.user.partner_id.sudo().incident_party_id
        line = Domain("incident_private_party_id", "in", [False, *party.ids])
        return Domain(super()._get_search_domain_share()) & line
