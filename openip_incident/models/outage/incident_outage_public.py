# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_datetime, ormcache

from ..outages import CANCELLED, CURRENT, LASTING

# What decides whether there is anything to tell.
DECIDING = {"state", "active"}


class IncidentOutage(models.Model):
    """Which outages hit which services: what people inside and outside are told first.

    Whoever reports something while nothing fails must not pay for it: that nothing
    fails is remembered.
    """

    _inherit = "incident.outage"

    @api.model_create_multi
    def create(self, vals_list):
        outages = super().create(vals_list)
        self.env.registry.clear_cache()
        return outages

    def write(self, vals):
        res = super().write(vals)
        if not DECIDING.isdisjoint(vals):
            self.env.registry.clear_cache()
        return res

    @api.model
    @ormcache()
    def _has_current(self):
        """Tell whether anything fails or is planned, in any company."""
        # SUDO: whether there is any; nothing of it is told.
        return bool(self.sudo().search_count([("state", "in", CURRENT)], limit=1))

    @api.model
    def _get_public_domain(self):
        """Return the domain of what people outside may know of: to be extended."""
        return Domain("state", "!=", CANCELLED)

    @api.model
    def _find_current(self, domain):
        """Return outages and works that are not over, without a query where none is.

        :param domain: Domain
        :return: ``incident.outage``, the newest first
        """
        if not self._has_current():
            return self.browse()
        return self.search(Domain("state", "in", CURRENT) & domain)

    @api.model
    def _find_public(self, domain):
        """Return of what is not over what people outside may know of.

        :param domain: Domain
        """
        return self._find_current(self._get_public_domain() & domain)

    def _is_public(self):
        """Tell whether people outside may know of it, where it is theirs."""
        return bool(self.filtered_domain(self._get_public_domain()))

    @api.model
    def _find_lasting_of(self, services):
        """Return the outages that last and hit any of these services.

        :param services: ``incident.service``
        """
        services = services._origin
        if not services:
            return self.browse()
        return self._find_current(
            Domain("state", "in", LASTING) & Domain("service_ids", "in", services.ids)
        )

    def _say_date(self, date):
        """Return a date as the current user reads it."""
        return format_datetime(self.env, date, dt_format="short")

    def _get_public_messages(self, party, limit=1):
        """Return what was published of this outage, in the reader's language.

        :param party: ``res.partner``, the reader: to be extended
        :return: list of dicts of ``date`` and ``body``, HTML, the newest first
        """
        self.ensure_one()
        # SUDO: what was published is told to whoever may know of the outage.
        messages = self.env["incident.outage.message"].sudo()
        found = messages.search([("outage_id", "=", self.id)], limit=limit)
        return [
            {"date": one.date, "body": one._get_text(self.env.lang)} for one in found
        ]
