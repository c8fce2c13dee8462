# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models, tools
from odoo.fields import Domain


class IncidentClockThreshold(models.Model):
    """How much of a guaranteed time may be used up before somebody is told."""

    _name = "incident.clock.threshold"
    _description = "Threshold of a Guaranteed Time"
    _order = "percent"
    _rec_name = "percent"

    percent = fields.Integer(
        required=True,
        help="How much of the guaranteed time is used up, in percent.",
    )
    activity = fields.Boolean(
        string="Plan an activity",
        default=True,
        help="For whoever is in charge of the incident.",
    )
    active = fields.Boolean(default=True, help="Archived thresholds tell nobody.")

    _percent_uniq = models.Constraint("UNIQUE(percent)", "This threshold is there.")
    _percent_positive = models.Constraint(
        "CHECK (percent > 0)", "A threshold is more than 0 percent."
    )

    @api.model
    @tools.ormcache()
    def _get_percents(self):
        """Return the thresholds: tuple of (percent, whether somebody is told)."""
        # SUDO: whoever sets off the clock, the same thresholds are watched.
        rows = self.sudo().search_fetch(Domain.TRUE, ["percent", "activity"])
        return tuple((row.percent, row.activity) for row in rows)

    @api.model_create_multi
    def create(self, vals_list):
        thresholds = super().create(vals_list)
        self._forget()
        return thresholds

    def write(self, vals):
        res = super().write(vals)
        self._forget()
        return res

    def unlink(self):
        res = super().unlink()
        self._forget()
        return res

    def _forget(self):
        self.env.registry.clear_cache()
        # SUDO: whoever may change thresholds changes what is watched of all clocks.
        self.env["helpdesk.ticket"].sudo()._incident_recount()
