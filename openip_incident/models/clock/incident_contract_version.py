# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import namedtuple

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from odoo.addons.base.models.res_partner import _tz_get

from ...tools.clock_ledger import GTI, GTR
from ...tools.open_hours import get_open_hours
from ...tools.zones import DEFAULT_ZONE
from ..clocks import FROM_FREEZE, WAITING_STARTS
from .incident_holiday import SUBDIVISIONS

WEEKDAYS = 7
# What may be said of a version that incidents were opened under.
FREE = {"shown_to_parties"}

# :param terms: dict of clock: (hours, seconds or None)
# :param shown: whether the parties read it
Terms = namedtuple("Terms", "terms waiting_start excluded shown")


class IncidentContractVersion(models.Model):
    """What a contract promises from a day on.

    Its hours are a copy of the calendar's, made when it was chosen: what is agreed
    does not change when somebody edits a calendar.
    """

    _name = "incident.contract.version"
    _description = "Version of an Incident Contract"
    _order = "contract_id, date_from desc, id desc"

    contract_id = fields.Many2one(
        comodel_name="incident.contract",
        required=True,
        index=True,
        ondelete="cascade",
        help="The contract that this is a version of.",
    )
    date_from = fields.Date(
        string="From",
        required=True,
        default=fields.Date.context_today,
        help="The day from which incidents are opened under this version.",
    )
    gti_hours = fields.Float(
        string="GTI (hours)",
        help="Guaranteed time from the report until work begins, in counted hours. "
        "0: none is guaranteed.",
    )
    gtr_hours = fields.Float(
        string="GTR (hours)",
        help="Guaranteed time from the report until the service is restored, in "
        "counted hours. 0: none is guaranteed.",
    )
    around_the_clock = fields.Boolean(
        string="Around the clock (HNO)",
        help="Nights, Sundays and holidays count as well.",
    )
    resource_calendar_id = fields.Many2one(
        comodel_name="resource.calendar",
        string="Counted hours (HO)",
        ondelete="set null",
        default=lambda self: self._get_default_calendar(),
        help="The hours of a week that count. They are copied: to agree on others, "
        "make a new version.",
    )
    hours = fields.Json(compute="_compute_hours", store=True, copy=True)
    hours_text = fields.Text(
        string="Hours agreed",
        compute="_compute_hours_text",
        help="The hours as they were when the calendar was chosen.",
    )
    tz = fields.Selection(
        selection=_tz_get,
        string="Time zone",
        required=True,
        default=DEFAULT_ZONE,
        help="The zone in which hours and holidays are meant.",
    )
    subdivision = fields.Selection(
        selection=SUBDIVISIONS,
        string="Holidays",
        default=SUBDIVISIONS[0][0],
        help="The public holidays on which nothing counts. Empty: holidays count as "
        "the other days.",
    )
    waiting_start = fields.Selection(
        selection=WAITING_STARTS,
        string="A waiting stops the clock",
        required=True,
        default=FROM_FREEZE,
        help="From the freeze, or already from the moment when the request was "
        "delivered to who has to answer.",
    )
    excluded_cause_ids = fields.Many2many(
        comodel_name="incident.clock.cause",
        string="Causes that do not stop",
        help="The causes of a stop that this contract does not know.",
    )
    shown_to_parties = fields.Boolean(
        string="Shown to the parties",
        help="Customer and integrator read the guaranteed times of their incidents, "
        "what stopped the clock and how it was counted, in mails and on their pages; "
        "the integrator may dispute it there. It can be changed at any time.",
    )
    entry_ids = fields.One2many(
        comodel_name="incident.clock.entry",
        inverse_name="version_id",
        string="Clocks begun under it",
        help="The entries that say that a clock is counted by this version.",
    )

    _date_uniq = models.UniqueIndex(
        "(contract_id, date_from)",
        "There is a version of this contract from that day on already.",
    )
    _positive = models.Constraint(
        "CHECK (gti_hours >= 0 AND gtr_hours >= 0)",
        "A guaranteed time cannot be negative.",
    )

    @api.model
    def _get_default_calendar(self):
        """Return the company's hours, where a contract can have them."""
        calendar = self.env.company.resource_calendar_id
        return False if calendar.two_weeks_calendar else calendar

    @api.depends("resource_calendar_id")
    def _compute_hours(self):
        """Copy the hours of a week, by day, in minutes after midnight."""
        for version in self:
            week = {str(day): [] for day in range(WEEKDAYS)}
            for line in version.resource_calendar_id.attendance_ids:
                if line.day_period != "lunch" and not line.display_type:
                    span = [round(line.hour_from * 60), round(line.hour_to * 60)]
                    week[line.dayofweek].append(span)
            version.hours = {day: sorted(spans) for day, spans in week.items()}

    @api.depends("hours")
    @api.depends_context("lang")
    def _compute_hours_text(self):
        days = self.env["resource.calendar.attendance"]._fields["dayofweek"]
        names = dict(days._description_selection(self.env))
        for version in self:
            version.hours_text = "\n".join(
                f"{names[day]} {_format_spans(spans)}"
                for day, spans in (version.hours or {}).items()
                if spans
            )

    @api.depends("contract_id.name", "date_from")
    def _compute_display_name(self):
        for version in self:
            date = version.date_from and format_date(self.env, version.date_from)
            version.display_name = f"{version.contract_id.name} ({date or ''})"

    @api.constrains("resource_calendar_id")
    def _check_calendar(self):
        if any(self.resource_calendar_id.mapped("two_weeks_calendar")):
            raise ValidationError(
                self.env._("Guaranteed times count the same hours every week.")
            )

    @api.constrains("around_the_clock", "hours", "resource_calendar_id")
    def _check_hours(self):
        """Refuse a version by which nothing ever counts."""
        for version in self:
            if not version.around_the_clock and not any((version.hours or {}).values()):
                raise ValidationError(
                    self.env._(
                        "%(contract)s would count nothing: please choose the counted "
                        "hours, or around the clock.",
                        contract=version.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        versions = super().create(vals_list)
        # Copied now: the calendar may be edited before what is pending is written.
        versions.mapped("hours")
        return versions

    def write(self, vals):
        """Keep what clocks are counted by: other terms are another version."""
        # SUDO: whether clocks are counted by it must not depend on who asks.
        if set(vals) - FREE and self.sudo().entry_ids:
            raise UserError(
                self.env._(
                    "Incidents were opened under this version. Create another one, "
                    "from the day on which something else is agreed."
                )
            )
        res = super().write(vals)
        self.env.registry.clear_cache()
        return res

    def _get_day(self, moment):
        """Return which day it is at a moment, where this version counts."""
        return fields.Datetime.context_timestamp(
            self.with_context(tz=self.tz or DEFAULT_ZONE), moment
        ).date()

    @tools.ormcache("self.id")
    def _get_terms(self):
        """Return what counting needs of this version: ``Terms``."""
        self.ensure_one()
        # SUDO: contracts are counted alike, whoever looks at an incident.
        version = self.sudo()
        hours = version._get_open_hours()
        return Terms(
            {
                GTI: (hours, round(version.gti_hours * 3600) or None),
                GTR: (hours, round(version.gtr_hours * 3600) or None),
            },
            version.waiting_start,
            frozenset(version.excluded_cause_ids.ids),
            version.shown_to_parties,
        )

    def _get_open_hours(self):
        zone = self.tz or DEFAULT_ZONE
        if self.around_the_clock:
            return get_open_hours(zone, None, frozenset())
        week = tuple(
            (int(day), tuple((one, two) for one, two in spans))
            for day, spans in (self.hours or {}).items()
        )
        dates = frozenset()
        if self.subdivision:
            dates = self.env["incident.holiday"]._get_dates(self.subdivision)
        return get_open_hours(zone, week, dates)


def _format_spans(spans):
    return ", ".join(
        f"{one // 60:02}:{one % 60:02}–{two // 60:02}:{two % 60:02}"
        for one, two in spans
    )
