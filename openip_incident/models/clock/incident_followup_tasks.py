# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.clock_ledger import GTI, GTR
from ..clocks import ALERT
from ..engine.task import Task
from ..followup.incident_followup_tasks import REMIND_CRON

ACTIVITY = "openip_incident.mail_activity_type_clock"
LATER = timedelta(hours=1)

CLOCK = Task(
    "clock",
    "helpdesk.ticket",
    due=lambda tickets: tickets._get_clock_due_domain(),
    do=lambda tickets: tickets._do_tell_thresholds(),
    fail=lambda ticket, _error: ticket._put_clock_off(),
    order="incident_clock_date, id",
    cron=REMIND_CRON,
)


class IncidentFollowup(models.Model):
    """Tells of guaranteed times that are nearly used up, each threshold once."""

    _inherit = "incident.followup"

    @api.model
    def _get_remind_tasks(self):
        tasks = super()._get_remind_tasks()
        if self.env["incident.contract"]._are_there():
            return (*tasks, CLOCK)
        return tasks


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    @api.model
    def _get_clock_due_domain(self):
        return Domain("incident_clock_date", "<=", fields.Datetime.now())

    def _do_tell_thresholds(self):
        """Write down which thresholds were reached, and plan one activity for them."""
        # SUDO: the ledger is the process's own.
        ledgers = self.env["incident.clock.entry"].sudo()._read_ledgers(self)
        rows, told, due = {}, {}, []
        for ticket in self:
            entries, now = ledgers[ticket.id], fields.Datetime.now()
            ledger, known = entries._get_ledger(), entries._get_told()
            reached = [
                (which, percent, tells, date)
                for which in (GTI, GTR)
                for percent, tells, date in entries._find_untold(ledger, which, known)
                if date <= now
            ]
            told[ticket] = [one for one in reached if one[2]]
            if not ticket.closed:
                due += [(ticket, which, percent) for which, percent, *_ in reached]
            rows[ticket] = (entries, [_prepare_alert(*one) for one in reached])
        self._incident_append(rows)
        self._mail_thresholds(due)
        for ticket, reached in told.items():
            if reached and not ticket.closed:
                ticket._incident_alert_of_clock(max(reached, key=lambda one: one[1]))

    def _incident_alert_of_clock(self, reached):
        which, percent = reached[:2]
        lang = self._get_incident_contact().lang or self.env.lang
        self.activity_unlink([ACTIVITY])
        self._incident_alert_support(
            ACTIVITY,
            self.with_context(lang=lang).env._(
                "%(clock)s: %(percent)s %% of the guaranteed time are used up",
                clock=which.upper(),
                percent=percent,
            ),
        )

    def _put_clock_off(self):
        later = fields.Datetime.now() + LATER
        self._incident_set_clock({"incident_clock_date": later})


def _prepare_alert(which, percent, _tells, date):
    return {"kind": ALERT, "clock": which, "percent": percent, "date": date}
