# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class MailAliasDomain(models.Model):
    _name = "mail.alias.domain"
    _inherit = ["incident.address.mixin", "mail.alias.domain"]

    @api.model
    def _find_aliases(self, email_list):
        """Know our addresses with a tag behind their plus, too."""
        emails = [email for email in email_list if email]
        tagged = {email for email in emails if self._is_tagged(email)}
        plain = super()._find_aliases([one for one in emails if one not in tagged])
        return [email for email in emails if email in tagged or email in plain]

    @api.model
    def _is_tagged(self, email):
        return "+" in email and self._get_own_address(email) != email.lower()
