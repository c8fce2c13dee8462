# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import ormcache

TEAM = "helpdesk.ticket.team"


class IncidentAddressMixin(models.AbstractModel):
    _inherit = "incident.address.mixin"

    @api.model
    @ormcache()
    def _get_team_aliases(self):
        """Return at which alias the messages of teams are answered: dict of team id.

        As core looks it up; forgotten whenever an alias or a domain has changed.
        """
        # SUDO: as core does; the address is on every message.
        aliases = self.env["mail.alias"].sudo()
        named = Domain("alias_domain_id", "!=", False) & Domain(
            "alias_name", "!=", False
        )
        found = aliases.search(
            named
            & Domain("alias_parent_model_id.model", "=", TEAM)
            & Domain("alias_parent_thread_id", ">", 0)
        )
        addresses = {}
        for alias in found:
            addresses.setdefault(alias.alias_parent_thread_id, alias.alias_full_name)
        return addresses


class HelpdeskTicket(models.Model):
    """Knows where its messages are answered; core asks with every message.

    Without it everything works, slower.
    """

    _inherit = "helpdesk.ticket"

    def _notify_get_reply_to(self, default=None, author_id=False):
        known = self.env["incident.address.mixin"]._get_team_aliases()
        # SUDO: as the base does: who may write a message may answer to it.
        tickets = self.sudo()
        addresses = {ticket.id: known.get(ticket.team_id.id) for ticket in tickets}
        if not addresses or not all(addresses.values()):
            return super()._notify_get_reply_to(default=default, author_id=author_id)
        formatted = {
            address: tickets._notify_get_reply_to_formatted_email(
                address, author_id=author_id
            )
            for address in set(addresses.values())
        }
        return {ticket_id: formatted[one] for ticket_id, one in addresses.items()}
