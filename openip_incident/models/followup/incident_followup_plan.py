# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools.spoken_date import say_moment, say_zone
from ...tools.zones import DEFAULT_ZONE, choose_zone, get_said_zone
from ..followups import ANNOUNCE, CLOSE, OPEN_STATES, REMIND


class IncidentFollowupPlan(models.Model):
    """Ordered steps by which a waiting incident is reminded, announced and closed."""

    _name = "incident.followup.plan"
    _description = "Incident Follow-up Plan"
    _order = "name, id"

    name = fields.Char(
        required=True,
        translate=True,
        help="What the plan is called where a stage chooses it.",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Company",
        help="Leave empty to offer the plan to every company.",
    )
    resource_calendar_id = fields.Many2one(
        comodel_name="resource.calendar",
        string="Working hours",
        help="By which working hours and days are counted; without it those of the "
        "company.",
    )
    working_hours_only = fields.Boolean(
        string="Only inside working hours",
        help="A step that falls outside working hours waits for their next beginning.",
    )
    step_ids = fields.One2many(
        comodel_name="incident.followup.step",
        inverse_name="plan_id",
        string="Steps",
        copy=True,
        help="What happens while nobody answers, in this order.",
    )
    simulation_start = fields.Datetime(
        string="If the first mail leaves on",
        compute="_compute_simulation_start",
        readonly=False,
        help="Shows below when each step of the plan would happen; nothing is sent.",
    )
    simulation = fields.Html(
        compute="_compute_simulation",
        sanitize=False,
        help="When each step would be executed, if nobody answers.",
    )

    def _compute_simulation_start(self):
        self.simulation_start = fields.Datetime.now().replace(second=0)

    @api.depends(
        "simulation_start",
        "company_id",
        "resource_calendar_id",
        "working_hours_only",
        "step_ids.sequence",
        "step_ids.delay",
        "step_ids.delay_unit",
        "step_ids.action",
        "step_ids.active",
    )
    @api.depends_context("lang", "company")
    def _compute_simulation(self):
        for plan in self:
            start = plan.simulation_start or fields.Datetime.now()
            plan.simulation = self.env["ir.qweb"]._render(
                "openip_incident.followup_plan_simulation",
                {
                    "start": start,
                    "rows": zip(plan._get_steps(), plan._simulate(start), strict=False),
                    "format_date": plan._format_simulated_date,
                    "zone": say_zone(plan._get_zone(), self.env.lang),
                },
            )

    def _format_simulated_date(self, date):
        zone = self._get_zone()
        return say_moment(date, zone, self.env.lang, home=zone)

    def _simulate(self, start):
        """Return the steps with the dates they would have if nobody answered.

        :param start: when the mail leaves that starts the plan, naive UTC
        :return: list of (name of the action, naive UTC), as far as steps are complete
        """
        self.ensure_one()
        labels = dict(self.step_ids._fields["action"]._description_selection(self.env))
        rows = []
        for step in self._get_steps():
            if not step._is_complete():
                break
            start = step._get_due_date(start)
            rows.append((labels[step.action], start))
        return rows

    # CRUD

    @api.constrains("step_ids")
    def _check_step_ids(self):
        self._check_steps()

    @api.model_create_multi
    def create(self, vals_list):
        plans = self.with_context(incident_plan_saved=True)
        return super(IncidentFollowupPlan, plans).create(vals_list).with_env(self.env)

    def write(self, vals):
        # Steps are saved one after the other, the plan is checked when all are.
        plans = self.with_context(incident_plan_saved=True)
        return super(IncidentFollowupPlan, plans).write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # SUDO: the answer must not depend on which incidents this admin may read.
        followups = self.env["incident.followup"].sudo()
        used = followups.search([("plan_id", "in", self.ids)], limit=1).plan_id
        if used:
            raise UserError(
                self.env._(
                    "Incidents were followed up by the plan %(plan)s: archive it.",
                    plan=used.name,
                )
            )

    def _get_steps(self):
        """Return the steps in the order of their execution."""
        self.ensure_one()
        return self.step_ids.filtered("active").sorted(
            lambda step: (step.sequence, step.id or 0)
        )

    def _get_reminder_facts(self, step):
        """Return the how manieth reminder a step is, or comes after, and of how many.

        :param step: a step of this plan, or nothing for the mail that starts it
        :return: dict that templates find in ``ctx``
        """
        reminders = self._get_steps().filtered(lambda other: other.action == REMIND)
        place = step.sequence, step.id or 0
        before = [other for other in reminders if (other.sequence, other.id) <= place]
        return {"reminder_number": len(before), "reminder_total": len(reminders)}

    def _check_steps(self):
        """Refuse plans that close without a warning, or go on after closing.

        :raises ValidationError: naming what is wrong
        """
        for plan in self.exists():
            announced = closed = False
            for step in plan._get_steps():
                if closed:
                    plan._raise_wrong_step(self.env._("nothing follows the closure"))
                closed = step.action == CLOSE
                if closed and not announced:
                    plan._raise_wrong_step(
                        self.env._("an announcement comes right before the closure")
                    )
                announced = step.action == ANNOUNCE

    def _lead_followups(self, lost=None):
        """Lead what is followed up by these plans to the steps that they have now.

        :param lost: steps that are about to be deleted
        """
        # SUDO: a plan is changed for all its incidents, readable or not.
        followups = self.env["incident.followup"].sudo()
        lost = lost or self.env["incident.followup.step"]
        followups.search(
            [("next_step_id", "in", lost.ids), ("state", "not in", OPEN_STATES)]
        ).write({"next_step_id": False})
        running = followups.search(
            [("plan_id", "in", self.ids), ("state", "in", OPEN_STATES)]
        )
        running.ticket_id._incident_lock()
        for followup in running:
            followup._lead_on(lost)

    def _raise_wrong_step(self, reason):
        raise ValidationError(
            self.env._(
                "The plan %(plan)s cannot work like this: %(reason)s.",
                plan=self.name,
                reason=reason,
            )
        )

    # Working time

    def _get_company(self):
        """Return whose working time counts, for a plan that several companies share.

        Callers put themselves into the company of the incident.
        """
        self.ensure_one()
        return self.company_id or self.env.company

    def _get_calendar(self):
        """Return the calendar by which this plan counts, nothing without one."""
        return self.resource_calendar_id or self._get_company().resource_calendar_id

    def _get_zone(self):
        """Return the name of the time zone in which this plan counts."""
        return self._get_calendar().tz or DEFAULT_ZONE

    def _get_spoken_zone(self):
        """Return the name of the time zone in which this plan's dates are told.

        That in which it counts, unless nobody has chosen that one.
        """
        zone = self._get_calendar().tz
        if get_said_zone(zone):
            return zone
        country = self._get_company().country_id
        return choose_zone(zone, country=country.code)

    def _get_leave_domain(self):
        """Return which days off count: other companies' holidays do not."""
        return [
            ("time_type", "=", "leave"),
            ("company_id", "in", [False, self._get_company().id]),
        ]

    def _plan_hours(self, hours, start):
        calendar = self._get_calendar()
        return calendar and calendar.plan_hours(
            hours, start, compute_leaves=True, domain=self._get_leave_domain()
        )

    def _add_working_hours(self, start, hours):
        """Return the moment when so many hours have been worked.

        :param start: naive UTC
        :return: naive UTC; elapsed hours where the calendar knows no working time
        """
        return self._plan_hours(hours, start) or start + timedelta(hours=hours)

    def _add_working_days(self, start, days):
        """Return the same local time, so many working days later.

        :param start: naive UTC
        :return: naive UTC; calendar days where the calendar knows no working time
        """
        zone = pytz.timezone(self._get_zone())
        local = pytz.utc.localize(start).astimezone(zone)
        due = datetime.combine(
            self._get_working_day(local.date(), days, zone), local.time()
        )
        return zone.localize(due).astimezone(pytz.utc).replace(tzinfo=None)

    def _get_working_day(self, date, days, zone):
        """Return the nth working day after a date, both local."""
        calendar = self._get_calendar()
        tomorrow = datetime.combine(date + timedelta(days=1), time.min)
        end = calendar and calendar.plan_days(
            days,
            zone.localize(tomorrow),
            compute_leaves=True,
            domain=self._get_leave_domain(),
        )
        return end.astimezone(zone).date() if end else date + timedelta(days=days)

    def _get_working_moment(self, date):
        """Return this moment, or the next beginning of working time.

        :param date: naive UTC
        """
        return self._plan_hours(0, date) or date

    def _count_working_hours(self, spans):
        """Return the working hours between pairs of moments.

        The calendar is asked once for all of them: it looks up its hours and leaves
        each time.

        :param spans: list of (start, end), naive UTC, or False where one is unknown
        :return: list of hours, 0 for what has no beginning or no end
        """
        calendar = self._get_calendar()
        known = [pair for pair in spans if all(pair)]
        if not calendar or not known:
            return [0 for _span in spans]
        worked = calendar._work_intervals_batch(
            pytz.utc.localize(min(start for start, _end in known)),
            pytz.utc.localize(max(end for _start, end in known)),
            domain=self._get_leave_domain(),
        )[False]
        periods = [(start, stop) for start, stop, _records in worked]
        return [self._count_overlap(periods, *span) for span in spans]

    @api.model
    def _count_overlap(self, periods, start, end):
        """Return how many hours of some periods lie between two moments."""
        if not start or not end:
            return 0
        start, end = pytz.utc.localize(start), pytz.utc.localize(end)
        return sum(
            (min(stop, end) - max(begin, start)).total_seconds() / 3600
            for begin, stop in periods
            if begin < end and stop > start
        )
