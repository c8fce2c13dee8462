# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models

UNITS = [("hours", "Hours"), ("days", "Days of 24 hours")]
# A year in hours: what is longer than that is a typing error.
MAX_DELAY = 8760


class IncidentOutageStep(models.Model):
    """How long before planned works their parties are told of them."""

    _name = "incident.outage.step"
    _description = "Announcement of Planned Works"
    _order = "delay_unit, delay desc, id"

    delay = fields.Integer(
        required=True,
        default=1,
        help="How long before the works begin the announcement leaves.",
    )
    delay_unit = fields.Selection(
        selection=UNITS,
        required=True,
        default="days",
        help="Elapsed time: a day has 24 hours.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        index=True,
        help="Only for works of this company. Empty: for all.",
    )
    active = fields.Boolean(
        default=True, help="An archived announcement is made no more."
    )

    _delay_positive = models.Constraint(
        f"CHECK (delay BETWEEN 1 AND {MAX_DELAY})",
        f"The delay of an announcement must be positive, and {MAX_DELAY} at most.",
    )

    @api.depends("delay", "delay_unit")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for step in self:
            hours = step.delay_unit == "hours"
            text = (
                self.env._("%(count)s h before", count=step.delay)
                if hours
                else self.env._("%(count)s d before", count=step.delay)
            )
            step.display_name = text

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        self._plan_again()
        return steps

    def write(self, vals):
        res = super().write(vals)
        self._plan_again()
        return res

    def unlink(self):
        """Archive what was executed: its messages say what happened."""
        # SUDO: which announcements were made is read for all works.
        messages = self.env["incident.outage.message"].sudo()
        made = messages.search([("step_id", "in", self.ids)]).step_id.sudo(False)
        executed = self & made
        executed.write({"active": False})
        res = super(IncidentOutageStep, self - executed).unlink()
        self._plan_again()
        return res

    @api.model
    def _plan_again(self):
        """Let the works that are planned follow what is announced from now on.

        As when they are changed: a change that waits to be told is not forgotten.
        """
        # SUDO: steps are changed for all works, readable or not.
        outages = self.env["incident.outage"].sudo()
        outages.search(outages._get_planned_domain())._plan_window()

    def _get_date(self, begin):
        """Return when this announcement leaves.

        :param begin: when the works begin, naive UTC
        :return: naive UTC
        """
        self.ensure_one()
        return begin - timedelta(**{self.delay_unit: self.delay})
