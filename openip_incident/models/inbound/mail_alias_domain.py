# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

# In the context while the gateway reads one mail.
KNOWN_ALIASES = "incident_known_aliases"


class KnownAliases(dict):
    """Which addresses of one mail are our own: dict of address: bool."""


class MailAliasDomain(models.Model):
    _name = "mail.alias.domain"
    _inherit = ["incident.address.mixin", "mail.alias.domain"]

    @api.model
    def _find_aliases(self, email_list):
        """Look an address up once per mail; core does five times.

        Ours are ours with a tag behind their plus, too.
        """
        known = self.env.context.get(KNOWN_ALIASES)
        emails = [email for email in email_list if email]
        tagged = {email for email in emails if self._is_tagged(email)}
        if not isinstance(known, KnownAliases):
            plain = super()._find_aliases([e for e in emails if e not in tagged])
            return [email for email in emails if email in tagged or email in plain]
        known.update(dict.fromkeys(tagged, True))
        new = [email for email in emails if email not in known]
        if new:
            own = super()._find_aliases(new)
            known.update({email: email in own for email in new})
        return [email for email in emails if known[email]]

    @api.model
    def _is_tagged(self, email):
        return "+" in email and self._get_own_address(email) != email.lower()
