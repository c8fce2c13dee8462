# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from ...tools.whose_code import is_code_of

# Whose way of searching is known here; another addon's is to be heard.
SEARCHED = ("odoo.orm.", "odoo.addons.openip_incident.")
# In the context while the gateway reads one mail.
KNOWN_ALIASES = "incident_known_aliases"


class KnownAliases(dict):
    """Which addresses of one mail are our own: dict of address: bool.

    :param sender: who wrote it, looked up with the others
    """

    def __init__(self, sender):
        super().__init__()
        self.sender = sender
        self.domain_ids = None
        # Whether those that the mail may be for are in the cache.
        self.were_read = False

    def rules_out(self, addresses):
        """Tell whether none of some addresses is ours: what is unknown may be."""
        return not any(self.get(address, True) for address in addresses)


class IncidentMailGateway(models.AbstractModel):
    _inherit = "incident.mail.gateway"

    @api.model
    def _prepare_mail_context(self, inbound, source):
        context = super()._prepare_mail_context(inbound, source)
        sender = email_normalize(source.sender)
        return {**context, KNOWN_ALIASES: KnownAliases(sender)}


class IncidentAddressMixin(models.AbstractModel):
    _inherit = "incident.address.mixin"

    @api.model
    def _has_alias(self, addresses):
        """Ask for no alias with an address that was looked up for this mail."""
        known = self.env.context.get(KNOWN_ALIASES)
        if isinstance(known, KnownAliases) and known.rules_out(addresses):
            return False
        return super()._has_alias(addresses)


class MailAlias(models.Model):
    """Reads the aliases that a mail may be for as they are found.

    Without it everything works, slower.
    """

    _inherit = "mail.alias"

    @api.model
    def search(self, domain, offset=0, limit=None, order=None):
        known = self.env.context.get(KNOWN_ALIASES)
        by_core = is_code_of(SEARCHED, type(self).__mro__, ["search"])
        if not by_core or not isinstance(known, KnownAliases) or known.were_read:
            return super().search(domain, offset=offset, limit=limit, order=order)
        known.were_read = True
        names = [field.name for field in self._determine_fields_to_fetch()]
        return super().search_fetch(domain, names, offset, limit, order)


class MailAliasDomain(models.Model):
    """Looks an address up once per mail, and the domains; core does five times.

    Without it everything works, slower.
    """

    _inherit = "mail.alias.domain"

    @api.model
    def search(self, domain, offset=0, limit=None, order=None):
        known = self.env.context.get(KNOWN_ALIASES)
        every = not (offset or limit or order) and Domain(domain).is_true()
        if not every or not isinstance(known, KnownAliases):
            return super().search(domain, offset=offset, limit=limit, order=order)
        if known.domain_ids is None:
            # With what their addresses are made of, by the same query.
            names = [field.name for field in self._determine_fields_to_fetch()]
            known.domain_ids = super().search_fetch(domain, names).ids
        return self.browse(known.domain_ids)

    @api.model
    def _find_aliases(self, email_list):
        known = self.env.context.get(KNOWN_ALIASES)
        if not isinstance(known, KnownAliases):
            return super()._find_aliases(email_list)
        emails = [email for email in email_list if email]
        wanted = [*emails, known.sender] if known.sender else emails
        new = [email for email in wanted if email not in known]
        if new and not known.keys() >= set(emails):
            own = super()._find_aliases(new)
            known.update({email: email in own for email in new})
        return [email for email in emails if known[email]]
