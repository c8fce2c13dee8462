# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.french_holidays import ALSACE_MOSELLE, METROPOLITAN, list_holidays

SUBDIVISIONS = [
    (METROPOLITAN, "France"),
    (ALSACE_MOSELLE, "Alsace-Moselle"),
]


class IncidentHoliday(models.Model):
    """A day on which contracts that keep the holidays of a place do not count.

    Filled by rule; managers change what is still to come. What has been is evidence.
    """

    _name = "incident.holiday"
    _description = "Public Holiday"
    _order = "date, subdivision"

    name = fields.Char(required=True, help="What the day is called.")
    date = fields.Date(required=True, help="The day on which nothing counts.")
    subdivision = fields.Selection(
        selection=SUBDIVISIONS,
        required=True,
        default=METROPOLITAN,
        help="Where it is a holiday.",
    )

    _date_uniq = models.Constraint(
        "UNIQUE(subdivision, date)", "This day is a holiday there already."
    )

    @api.model
    def _fill(self, first, last):
        """Enter the holidays of years by the rule, where a year has none yet.

        :param first: year
        :param last: year, included
        """
        known = {
            (subdivision, day.year)
            for subdivision, day in self._read_group(
                Domain.TRUE, ["subdivision", "date:year"]
            )
        }
        missing = [
            {"subdivision": subdivision, "date": day, "name": name}
            for subdivision, _label in SUBDIVISIONS
            for year in range(first, last + 1)
            if (subdivision, year) not in known
            for day, name in list_holidays(year, subdivision).items()
        ]
        if not missing:
            # No clock is counted anew for nothing.
            return self.browse()
        return self.with_context(incident_holiday_rule=_RULE).create(missing)

    @api.model
    @tools.ormcache("subdivision")
    def _get_dates(self, subdivision):
        """Return the holidays of a place: frozenset of dates."""
        # SUDO: contracts are counted alike, whoever looks at an incident.
        days = self.sudo().search_fetch([("subdivision", "=", subdivision)], ["date"])
        return frozenset(days.mapped("date"))

    @api.model_create_multi
    def create(self, vals_list):
        days = super().create(vals_list)
        if self.env.context.get("incident_holiday_rule") is not _RULE:
            days._ensure_to_come()
        self._forget()
        return days

    def write(self, vals):
        self._ensure_to_come()
        res = super().write(vals)
        self._ensure_to_come()
        self._forget()
        return res

    def unlink(self):
        self._ensure_to_come()
        res = super().unlink()
        self._forget()
        return res

    def _ensure_to_come(self):
        """Refuse to change what clocks have been counted by."""
        today = fields.Date.context_today(self)
        if any(day.date < today for day in self):
            raise UserError(
                self.env._(
                    "Holidays that are past cannot be changed: clocks were counted by "
                    "them."
                )
            )

    def _forget(self):
        """Count anew what has not ended by the days that there are now."""
        self.env.registry.clear_cache()
        # SUDO: whoever may change holidays changes what every clock counts.
        self.env["helpdesk.ticket"].sudo()._incident_recount()

    @api.autovacuum
    def _fill_yearly(self):
        """Enter a year to come as soon as running contracts may ask for it."""
        self._fill_around()

    @api.model
    def _fill_around(self):
        """Enter the years that running contracts may ask for."""
        year = date.today().year
        return self._fill(year - 6, year + 15)


# No RPC can forge it.
_RULE = object()
