# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

# In the context while the gateway reads one mail.
KNOWN_ALIASES = "incident_known_aliases"


class KnownAliases(dict):
    """Which addresses of one mail are our own: dict of address: bool."""


class IncidentMailGateway(models.AbstractModel):
    _inherit = "incident.mail.gateway"

    @api.model
    def _prepare_mail_context(self, inbound, source):
        context = super()._prepare_mail_context(inbound, source)
        return {**context, KNOWN_ALIASES: KnownAliases()}


class MailAliasDomain(models.Model):
    """Looks an address up once per mail; core does five times.

    Without it everything works, slower.
    """

    _inherit = "mail.alias.domain"

    @api.model
    def _find_aliases(self, email_list):
        known = self.env.context.get(KNOWN_ALIASES)
        if not isinstance(known, KnownAliases):
            return super()._find_aliases(email_list)
        emails = [email for email in email_list if email]
        new = [email for email in emails if email not in known]
        if new:
            own = super()._find_aliases(new)
            known.update({email: email in own for email in new})
        return [email for email in emails if known[email]]
