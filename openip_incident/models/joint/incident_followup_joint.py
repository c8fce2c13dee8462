# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, timedelta
from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.connected import find_connected
from ..engine.task import Task
from ..followup.incident_followup_tasks import CLOSE_CRON, REMIND_CRON
from ..outage.incident_outage_task import make_task
from ..outages import COMPLETED
from .joint_draft import JOINT

# What is due soon is told with what is due now.
SOON = timedelta(hours=1)

JointTask = partial(
    Task,
    model="incident.followup",
    order="due_date, id",
    parent="ticket_id",
    cron=REMIND_CRON,
    fail=lambda followup, error: followup._record_error(error),
)

REMIND_TASKS = (
    JointTask(
        "joint renewal",
        due=lambda followups: followups._get_joint_renew_domain(),
        do=lambda followups: followups._together()._do_renew(),
        choose=lambda followups, *found: followups._choose_joint(
            *found, followups._get_joint_renew_domain()
        ),
    ),
    JointTask(
        "joint reminder",
        due=lambda followups: followups._get_joint_remind_domain(),
        still=lambda followups: followups._get_joint_remind_domain(SOON),
        do=lambda followups: followups._together()._do_remind(),
        choose=lambda followups, *found: followups._choose_joint(
            *found, followups._get_joint_remind_domain(SOON)
        ),
    ),
    make_task(
        "completion",
        due=lambda outages: outages._get_completion_domain(),
        do=lambda outages: outages._move_to(COMPLETED),
    ),
)

CLOSE_TASKS = (
    JointTask(
        "joint closure",
        due=lambda followups: followups._get_joint_close_domain(),
        do=lambda followups: followups._together()._do_close(),
        choose=lambda followups, *found: followups._choose_joint(
            *found, followups._get_joint_close_domain(SOON), patient=True
        ),
        cron=CLOSE_CRON,
    ),
)


class IncidentFollowup(models.Model):
    """Steps of incidents that were asked about together: each party reads of it once.

    The incidents of a party, and of every party that it shares one with, are done in
    one transaction: what is cut between two transactions would be two mails.
    """

    _inherit = "incident.followup"

    joint_outage_id = fields.Many2one(
        comodel_name="incident.outage",
        string="Asked together for",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The resolved outage about whose incidents each party gets one mail.",
    )

    def _together(self):
        return self.with_context(**{JOINT: True})

    # What is due

    @api.model
    def _get_remind_tasks(self):
        return (*super()._get_remind_tasks(), *REMIND_TASKS)

    @api.model
    def _get_close_tasks(self):
        return (*super()._get_close_tasks(), *CLOSE_TASKS)

    @api.model
    def _get_due_domain(self, *actions):
        return super()._get_due_domain(*actions) & Domain("joint_outage_id", "=", False)

    @api.model
    def _get_renew_domain(self):
        return super()._get_renew_domain() & Domain("joint_outage_id", "=", False)

    @api.model
    def _get_joint_renew_domain(self):
        return super()._get_renew_domain() & Domain("joint_outage_id", "!=", False)

    @api.model
    def _get_joint_remind_domain(self, within=None):
        """Return what is due, or will be so soon.

        :param within: timedelta from now
        """
        return self._get_joint_due_domain(within or timedelta(), "remind", "announce")

    @api.model
    def _get_joint_close_domain(self, within=None):
        """Return what is due; nothing is closed before the date that was named.

        :param within: timedelta from now
        """
        return self._get_joint_due_domain(within or timedelta(), "close")

    @api.model
    def _get_joint_due_domain(self, within, *actions):
        return self._get_running_domain() & Domain(
            [
                ("joint_outage_id", "!=", False),
                ("next_action", "in", actions),
                ("due_date", "<=", fields.Datetime.now() + within),
                ("review_hold", "=", False),
            ]
        )

    @api.model
    def _choose_joint(self, found, limit, domain, patient=False):
        """Return what shares a transaction: a party's incidents all, or none.

        :param found: dict of id: id of the incident, the most urgent first
        :param limit: how many share it, or more where one party has more
        :param domain: of what may be told at the same time
        :param patient: whether what is due waits for what will be so soon
        :return: dict as ``found``, empty where all of it waits
        """
        due = self.browse(found)
        for outage in due.joint_outage_id:
            chosen = {}
            for group in self._find_joint_groups(outage, domain):
                if patient and group._waits_for_others():
                    continue
                if chosen and len(chosen) + len(group) > limit:
                    break
                chosen.update((row.id, row.ticket_id.id) for row in group)
            if chosen:
                return chosen
        return {}

    @api.model
    def _find_joint_groups(self, outage, domain):
        """Return the follow-ups of an outage, together with all that share a party.

        Each group has some that are due now.
        """
        now = fields.Datetime.now()
        rows = self.search_fetch(
            domain & Domain("joint_outage_id", "=", outage.id), order="due_date, id"
        )
        rows.ticket_id.fetch(["partner_id", "integrator_id"])
        parties = {row.id: row.ticket_id._get_incident_parties().ids for row in rows}
        groups = map(self.browse, find_connected(parties))
        return [
            group for group in groups if (group[:1].due_date or datetime.min) <= now
        ]

    def _waits_for_others(self):
        """Tell whether more of these is due soon enough to be told at once.

        Nobody waits for more than an hour.
        """
        dates = self.mapped("due_date")
        last = max(date for date in dates if date <= min(dates) + SOON)
        waits = last > fields.Datetime.now()
        if waits:
            self[:1]._wake_next(last)
        return waits

    def _do_renew(self):
        """Take all of a joint mail back before any of it is written anew."""
        notices = self.event_id.notice_ids
        joint = notices.filtered("joint")._get_of_same_mails()
        ready = self
        if joint and not joint._cancel_unsent():
            stuck = joint.filtered(lambda one: one.status in ("queued", "failed"))
            ready -= stuck.event_id.followup_id
        return super(IncidentFollowup, ready)._do_renew()
