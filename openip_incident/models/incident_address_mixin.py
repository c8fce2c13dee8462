# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import email_split, ormcache

from ..tools.act_memory import answered_once
from ..tools.reply_address import get_plain_address

# Whether Reply-To carries the incident, and at which addresses a mail sent that way has
# come back.
REPLY_TAGS = "openip_incident.reply_tags"
REPLY_ADDRESSES = "openip_incident.reply_addresses"

ADDRESS_FIELDS = {
    "active",
    "alias_domain_id",
    "alias_id",
    "alias_name",
    "alias_parent_model_id",
    "alias_parent_thread_id",
    "bounce_alias",
    "catchall_alias",
    "company_id",
    "default_from",
    "email",
    "from_filter",
    "incident_process",
    "name",
    "smtp_user",
    "user",
}


class IncidentAddressMixin(models.AbstractModel):
    """Has the gateway look its addresses up anew after one of these has changed.

    It compares them with every mail that arrives, whoever it is for.
    """

    _name = "incident.address.mixin"
    _description = "What the Addresses of Incidents Are Made Of"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self._forget_incident_addresses()
        return records

    def write(self, vals):
        res = super().write(vals)
        if ADDRESS_FIELDS & vals.keys():
            self._forget_incident_addresses()
        return res

    def unlink(self):
        res = super().unlink()
        self._forget_incident_addresses()
        return res

    def _forget_incident_addresses(self):
        self.env.registry.clear_cache()
        # Another thread may look them up anew before this one has committed.
        self.env.cr.postcommit.add(self.env.registry.clear_cache)

    @api.model
    @ormcache()
    def _get_addresses(self):
        """Return the addresses at which incidents get mail, with their teams' ids.

        What comes back to a domain's catch-all or bounce address may be an answer.
        """
        # SUDO: the gateway compares addresses; nothing of the teams is shown.
        teams = self.env["helpdesk.ticket.team"].sudo()
        # Archived ones included: what they have begun goes on.
        teams = teams.with_context(active_test=False)
        teams = teams.search([("incident_process", "=", True)])
        domains = teams.alias_domain_id
        shared = domains.mapped("catchall_email") + domains.mapped("bounce_email")
        return {
            **dict.fromkeys(filter(None, shared), False),
            **{team.alias_full_name: team.id for team in teams if team.alias_full_name},
        }

    @api.model
    def _get_own_address(self, address):
        """Return one of our addresses without the tag behind its plus.

        :param address: str
        :return: the address in lower case, as it stands where it is not ours
        """
        address, known = address.lower(), self._get_addresses()
        plain = get_plain_address(address)
        return plain if address not in known and plain in known else address

    @api.model
    def _get_proven_addresses(self):
        """Return our addresses at which a mail with a tag has arrived: set."""
        # SUDO: the setting is read.
        parameters = self.env["ir.config_parameter"].sudo()
        return set((parameters.get_param(REPLY_ADDRESSES) or "").split())

    @api.model
    @answered_once
    def _get_tagged_addresses(self):
        """Return our addresses that parties answer at with the incident in it: set."""
        # SUDO: see above.
        parameters = self.env["ir.config_parameter"].sudo()
        if not parameters.get_param(REPLY_TAGS):
            return set()
        return self._get_proven_addresses()

    @api.model
    def _get_team_addresses(self):
        """Return the addresses from which teams write: dict of team id: address."""
        addresses = self._get_addresses().items()
        # Without a domain an alias is no address.
        return {
            team_id: address
            for address, team_id in addresses
            if team_id and "@" in address
        }

    @api.model
    def _is_own_address(self, address):
        """Tell whether it is us who would be answered, and would answer."""
        # What stands behind a plus is delivered to us as well.
        shapes = {address, get_plain_address(address)}
        if not shapes.isdisjoint(self._get_set_up_addresses()):
            return True
        return self._has_alias(shapes)

    @api.model
    def _has_alias(self, addresses):
        """Tell whether an alias has one of some addresses."""
        # SUDO: the mail gateway compares; nothing of the aliases is shown.
        aliases = self.env["mail.alias"].sudo()
        named = Domain("alias_full_name", "in", list(addresses))
        return bool(aliases.search_count(named, limit=1))

    @api.model
    @ormcache()
    def _get_set_up_addresses(self):
        """Return what the settings say that our addresses are, aliases aside."""
        # SUDO: see above.
        env = self.sudo().env
        domains = env["mail.alias.domain"].search(Domain.TRUE)
        servers = env["ir.mail_server"].search(Domain.TRUE)
        own = [
            *domains.mapped("catchall_email"),
            *domains.mapped("bounce_email"),
            *domains.mapped("default_from_email"),
            *env["res.company"].search(Domain.TRUE).mapped("email"),
            *servers.mapped("smtp_user"),
            *servers.mapped("from_filter"),
            *env["fetchmail.server"].search(Domain.TRUE).mapped("user"),
        ]
        return frozenset(
            found.lower() for value in own if value for found in email_split(value)
        )
