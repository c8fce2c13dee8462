# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.tools import format_datetime


class IncidentContract(models.Model):
    """What was promised for incidents: within which time, counted in which hours.

    What is agreed stands in its versions: incidents keep the one that they were opened
    under.
    """

    _name = "incident.contract"
    _description = "Incident Contract"
    _order = "name, id"

    name = fields.Char(required=True, help="What the contract is called.")
    company_id = fields.Many2one(
        comodel_name="res.company",
        index=True,
        help="Only for incidents of this company. Empty: for all.",
    )
    active = fields.Boolean(
        default=True,
        help="An archived contract is chosen for no new incident.",
    )
    version_ids = fields.One2many(
        comodel_name="incident.contract.version",
        inverse_name="contract_id",
        help="What is agreed, from which day on.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        contracts = super().create(vals_list)
        self.env.registry.clear_cache()
        return contracts

    @api.model
    @tools.ormcache()
    def _are_there(self):
        """Tell whether there is any contract: without one, nothing is looked for."""
        # SUDO: whether there are any decides what is done, whoever does it.
        return bool(self.sudo().with_context(active_test=False).search([], limit=1))

    def _get_version(self, moment):
        """Return what is agreed at a moment, in the zone of each version.

        :param moment: naive UTC
        """
        versions = self.version_ids.filtered(
            lambda version: version.date_from <= version._get_day(moment)
        )
        return versions.sorted(lambda version: (version.date_from, version.id))[-1:]

    def _get_agreed(self, moment):
        """Return what is agreed at a moment, as :meth:`_get_version` does.

        :raises UserError: where nothing is
        """
        version = self._get_version(moment)
        if not version:
            raise UserError(
                self.env._(
                    "%(contract)s says nothing of %(date)s.",
                    contract=self.name,
                    date=format_datetime(self.env, moment),
                )
            )
        return version
