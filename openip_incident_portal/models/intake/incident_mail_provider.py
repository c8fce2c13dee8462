# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import ormcache

from odoo.addons.openip_incident.tools.mail_domain import (
    get_public_suffix,
    normalize_domain,
)


class IncidentMailProvider(models.Model):
    """Mail domains at which strangers have nothing to do with each other."""

    _name = "incident.mail.provider"
    _description = "Large Mail Provider"
    _order = "name"

    name = fields.Char(
        string="Domain",
        required=True,
        help="As orange.fr; with * for whatever follows the name, as yahoo.*",
    )
    active = fields.Boolean(
        default=True,
        help="An archived provider counts as a company of its own.",
    )

    _name_uniq = models.UniqueIndex("(name)", "This provider is already there.")

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create([self._normalize(vals) for vals in vals_list])

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(self._normalize(vals))

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    def _normalize(self, vals):
        if not vals.get("name"):
            return vals
        return {**vals, "name": normalize_domain(vals["name"].rpartition("@")[2])}

    @api.model
    def _is_provider(self, domain):
        """Tell whether a registrable domain is one of a large provider."""
        names = self._get_names()
        suffix = get_public_suffix(domain)
        return domain in names or f"{domain.removesuffix(suffix)}*" in names

    @api.model
    @ormcache()
    def _get_names(self):
        # SUDO: the mail gateway compares.
        return frozenset(self.sudo().search(Domain.TRUE).mapped("name"))
