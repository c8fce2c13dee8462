# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..outages import IMPACTS, IN_PROGRESS, OUTAGE, OVER, SCHEDULED, WORKS
from .incident_outage_task import make_task

ACTIVITY = "openip_incident.mail_activity_type_works_end"
# Whoever changes works may still be changing them.
CALM = timedelta(minutes=5)

START = make_task(
    "works start",
    due=lambda outages: outages._get_start_domain(),
    do=lambda outages: outages._move_to(IN_PROGRESS),
    order="begin_date, id",
    batch=1,
)
END = make_task(
    "works end",
    due=lambda outages: outages._get_end_domain(),
    do=lambda outages: outages._do_tell_end(),
    order="expected_end_date, id",
)
TELL = make_task(
    "works told",
    due=lambda outages: outages._get_tell_domain(),
    do=lambda outages: outages._do_tell_works(),
    order="tell_date, id",
    # One may have thousands of readers.
    batch=1,
)

# What the parties are told when it changes.
TOLD = {"begin_date", "expected_end_date", "impact", "service_ids", "announce"}


class IncidentOutage(models.Model):
    """Planned works: when they begin, and when they are told of.

    The scheduled action begins them and tells of them; that they are done people say.
    """

    _inherit = "incident.outage"

    impact = fields.Selection(
        selection=IMPACTS,
        required=True,
        default=OUTAGE,
        tracking=True,
        help="What the parties notice of planned works, as networks tell each other "
        "(MAINTNOTE).",
    )
    announce = fields.Boolean(
        string="Announce by mail",
        default=True,
        help="The parties of the affected services are told before planned works, and "
        "when these change or are cancelled. Without it nobody is told by itself.",
    )
    account_ids = fields.One2many(
        comodel_name="incident.outage.account",
        inverse_name="outage_id",
        string="Told parties",
        readonly=True,
        help="Who was told of the works, and what.",
    )
    tell_date = fields.Datetime(
        string="Told next on",
        readonly=True,
        copy=False,
        help="When the parties are told of the works next.",
    )
    announced_date = fields.Datetime(
        string="Last told on",
        readonly=True,
        copy=False,
        help="When the parties were told of the works last.",
    )
    end_told = fields.Boolean(
        string="Told that the window is over",
        readonly=True,
        copy=False,
        help="Who is in charge was asked whether the works are done.",
    )

    _tell_idx = models.Index("(tell_date) WHERE tell_date IS NOT NULL")
    _window_idx = models.Index(
        "(begin_date, expected_end_date) WHERE kind = 'works'"
        " AND state NOT IN ('completed', 'cancelled')"
    )

    @api.model_create_multi
    def create(self, vals_list):
        outages = super().create(vals_list)
        outages._plan_window()
        return outages

    def write(self, vals):
        if "expected_end_date" in vals:
            vals = {**vals, "end_told": False}
        res = super().write(vals)
        if TOLD & vals.keys():
            self._plan_window()
        return res

    def _plan_window(self):
        """Have the scheduled action begin, end and tell of planned works in time."""
        works = self.filtered(lambda one: one.kind == WORKS and one.state not in OVER)
        for date in {*works.mapped("begin_date"), *works.mapped("expected_end_date")}:
            self.env["ir.cron"]._wake("ir_cron_followup_remind", date)
        works._plan_telling()
        for one in works.filtered(lambda one: one.announced_date and one.announce):
            one._tell_at(fields.Datetime.now() + CALM)

    def _follow_move(self, lasted):
        """Tell of a cancellation, and of nothing that was to be announced."""
        res = super()._follow_move(lasted)
        for works in self.filtered(lambda one: one.kind == WORKS):
            works.end_told = False
            if works.state in OVER:
                works.tell_date = False
                works.activity_unlink([ACTIVITY])
                if works.announced_date and works._is_called_off():
                    works._tell_at(fields.Datetime.now())
        return res

    # What is due

    @api.model
    def _get_planned_domain(self):
        return Domain([("kind", "=", WORKS), ("state", "=", SCHEDULED)])

    @api.model
    def _get_start_domain(self):
        now = fields.Datetime.now()
        return self._get_planned_domain() & Domain("begin_date", "<=", now)

    @api.model
    def _get_end_domain(self):
        return Domain(
            [
                ("kind", "=", WORKS),
                ("state", "=", IN_PROGRESS),
                ("expected_end_date", "<=", fields.Datetime.now()),
                ("end_told", "=", False),
            ]
        )

    @api.model
    def _get_tell_domain(self):
        return Domain([("tell_date", "<=", fields.Datetime.now())])

    # Announcements

    def _plan_telling(self, after=None):
        """Note when these works are announced next.

        :param after: naive UTC, what was due by then is done
        """
        for works in self:
            date = works._get_next_announcement(after)
            works.tell_date = date
            if date:
                works._tell_at(date)

    def _tell_at(self, date):
        """Have the parties told, at a date at the latest."""
        if not self.tell_date or date < self.tell_date:
            self.tell_date = date
        self.env["ir.cron"]._wake("ir_cron_followup_remind", self.tell_date)

    def _get_next_announcement(self, after=None):
        """Return when these works are announced next, nothing where they are not.

        What was due before they were told of last was told with it.

        :param after: see :meth:`_plan_telling`
        """
        self.ensure_one()
        if not self.announce or self.kind != WORKS or self.state != SCHEDULED:
            return False
        dates = [step._get_date(self.begin_date) for step in self._get_steps()]
        told = after or self.announced_date
        return min((date for date in dates if not told or date > told), default=False)

    def _get_due_step(self):
        """Return the announcement that is due, of several late ones the last."""
        now, told = fields.Datetime.now(), self.announced_date
        if not self.announce or self.state != SCHEDULED or self.begin_date <= now:
            return self._get_steps()[:0]
        due = self._get_steps().filtered(
            lambda step: (
                (date := step._get_date(self.begin_date)) <= now
                and (not told or date > told)
            )
        )
        return due.sorted(lambda step: step._get_date(self.begin_date))[-1:]

    def _get_steps(self):
        """Return the announcements that works of this company have."""
        # SUDO: what admins have set, whoever enters the works.
        steps = self.env["incident.outage.step"].sudo()
        return steps.search([("company_id", "in", [False, self.company_id.id])])

    # End

    def _do_tell_end(self):
        """Ask who is in charge whether the works are done: people say that."""
        self.write({"end_told": True})
        for works in self:
            works._alert_support(
                ACTIVITY,
                lambda one: one.env._("The window is over: are the works done?"),
            )


class IncidentFollowup(models.Model):
    _inherit = "incident.followup"

    @api.model
    def _get_remind_tasks(self):
        return (*super()._get_remind_tasks(), START, END, TELL)
