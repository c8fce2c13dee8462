# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain

from ..engine.first import find_first
from ..engine.task import Task

REMIND_CRON = "openip_incident.ir_cron_followup_remind"
CLOSE_CRON = "openip_incident.ir_cron_followup_close"

# Mails of which their follow-up has not heard yet that they came back.
UNSETTLED = [("status", "=", "bounced"), ("bounce_settled", "=", False)]

FollowupTask = partial(
    Task,
    model="incident.followup",
    order="due_date, id",
    parent="ticket_id",
    cron=REMIND_CRON,
    fail=lambda followup, error: followup._record_error(error),
)

# In the order of their execution: what was delivered is settled before anything else
# is said.
REMIND_TASKS = (
    Task(
        "retry",
        "incident.notice",
        due=lambda notices: notices._get_retry_domain(),
        do=lambda notices: notices._retry(),
        fail=lambda notice, error: notice._put_off(error),
        # Those first that were looked at longest ago: none keeps the others waiting.
        order="write_date, id",
        batch=800,
        once=True,
        cron=REMIND_CRON,
    ),
    FollowupTask(
        "release",
        due=lambda followups: followups._get_release_domain(),
        do=lambda followups: followups._do_release(),
    ),
    FollowupTask(
        "settle",
        due=lambda followups: followups._get_settle_domain(),
        do=lambda followups: followups._do_settle(),
        # It sets off the freeze rule, whose cost per record grows with the transaction.
        batch=50,
    ),
    FollowupTask(
        "miss",
        due=lambda followups: followups._get_miss_domain(),
        do=lambda followups: followups._do_miss(),
    ),
    FollowupTask(
        "bounce",
        due=lambda followups: followups._get_bounce_domain(),
        still=lambda followups: followups._get_bounced_domain(),
        do=lambda followups: followups._do_bounce(),
    ),
    FollowupTask(
        "renew",
        due=lambda followups: followups._get_renew_domain(),
        do=lambda followups: followups._do_renew(),
    ),
    FollowupTask(
        "remind",
        due=lambda followups: followups._get_remind_domain(),
        do=lambda followups: followups._do_remind(),
    ),
)

CLOSE_TASKS = (
    FollowupTask(
        "close",
        due=lambda followups: followups._get_close_domain(),
        do=lambda followups: followups._do_close(),
        # It writes a log: what a batch reads once is shared by more incidents, and who
        # answers one of them waits for little more than a second.
        batch=300,
        cron=CLOSE_CRON,
    ),
)


class IncidentFollowup(models.Model):
    """Which follow-ups are due for what, and the scheduled actions that look for them.

    What is done with them stands in ``incident_followup_work``.
    """

    _inherit = "incident.followup"

    # Scheduled actions

    @api.model
    def _cron_remind(self):
        """Settle what was delivered, then remind and announce what is due."""
        self.env["incident.engine"]._run_tasks("Follow-ups", self._get_remind_tasks())

    @api.model
    def _cron_close(self):
        """Close what was announced, when nobody has answered."""
        self.env["incident.engine"]._run_tasks("Closures", self._get_close_tasks())

    @api.model
    def _get_remind_tasks(self):
        """Return what the scheduled action of the reminders does: to be extended."""
        return REMIND_TASKS

    @api.model
    def _get_close_tasks(self):
        """Return what the scheduled action of the closures does: to be extended."""
        return CLOSE_TASKS

    # What is to be done: each domain has its partial index

    @api.model
    def _get_running_domain(self):
        return Domain([("state", "=", "running"), ("error", "=", False)])

    @api.model
    def _get_due_domain(self, *actions):
        return self._get_running_domain() & Domain(
            [
                ("next_action", "in", actions),
                ("due_date", "<=", fields.Datetime.now()),
                ("review_hold", "=", False),
            ]
        )

    @api.model
    def _get_remind_domain(self):
        return self._get_due_domain("remind", "announce")

    @api.model
    def _get_close_domain(self):
        return self._get_due_domain("close")

    @api.model
    def _get_release_domain(self):
        """Follow-ups whose hold is over."""
        return Domain(
            [("state", "=", "held"), ("hold_until", "<=", fields.Datetime.now())]
        )

    @api.model
    def _get_flight_domain(self):
        return Domain(
            [
                ("state", "in", ["running", "held"]),
                ("error", "=", False),
                ("due_date", "=", False),
                ("event_id", "!=", False),
            ]
        )

    @api.model
    def _get_settle_domain(self):
        """Follow-ups whose mail has been accepted, held ones included."""
        return self._get_flight_domain() & Domain(
            "event_id.notice_ids", "any", [("status", "=", "sent")]
        )

    @api.model
    def _get_miss_domain(self):
        """Follow-ups of which a mail has failed, or which no awaited party was sent.

        What is still in flight after the settling, though all its mails are decided,
        reached others at most.
        """
        # Not as the negation of all: that looks through whatever was ever queued.
        settled = Domain("notice_ids", "not any", [("status", "=", "queued")])
        missed = [("status", "in", ["failed", "bounced", "cancelled"])]
        return (
            self._get_flight_domain()
            & Domain("undelivered", "=", False)
            & Domain("event_id", "any", settled | Domain("notice_ids", "any", missed))
        )

    @api.model
    def _get_renew_domain(self):
        """Follow-ups whose mail has been on its way for too long."""
        return (
            self._get_flight_domain()
            & Domain("state", "=", "running")
            & Domain("event_id.renew_date", "<=", fields.Datetime.now())
        )

    @api.model
    def _get_bounce_domain(self):
        """Follow-ups of a mail that bounced, also those that are over: each once."""
        bounced = Domain(UNSETTLED) & Domain("event_id", "!=", False)
        events = find_first(self.env["incident.notice"], bounced, "event_id")
        return find_first(self.env["incident.followup.event"], events, "followup_id")

    @api.model
    def _get_bounced_domain(self):
        """The same, of follow-ups that are known."""
        return Domain("event_ids.notice_ids", "any", UNSETTLED)
