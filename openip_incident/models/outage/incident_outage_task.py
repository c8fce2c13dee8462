# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging

from markupsafe import escape

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ...tools.failure import describe_failure
from ..engine.task import Task
from ..followup.incident_followup_tasks import REMIND_CRON
from ..health.incident_health import Source

_logger = logging.getLogger(__name__)

ACTIVITY = "openip_incident.mail_activity_type_outage_task"
FAILED = "outage_task"
# Whoever decides one of these by hand has looked at what failed.
DECIDED = {
    "announce",
    "begin_date",
    "expected_end_date",
    "impact",
    "next_message_date",
    "service_ids",
    "state",
}


def make_task(name, due, do, **options):
    """Return a task of outages; where it fails for one, people are asked (G7).

    It is put aside by itself: other tasks of the same outage go on.

    :param name: see :class:`~..engine.task.Task`; no part of the name of another
    """
    return Task(
        name,
        "incident.outage",
        due=lambda outages: due(outages) & outages._get_untouched_domain(name),
        do=do,
        fail=lambda outage, error: outage._put_aside(name, error),
        cron=REMIND_CRON,
        **options,
    )


class IncidentOutage(models.Model):
    """What the scheduled action could not do waits for people, and Health tells."""

    _inherit = "incident.outage"

    failed_tasks = fields.Char(
        string="Not done by itself",
        readonly=True,
        copy=False,
        help="What the scheduled action has failed to do, and tries no more until "
        "somebody has looked.",
    )
    failure = fields.Char(
        string="What went wrong",
        readonly=True,
        copy=False,
        help="Why the scheduled action has failed.",
    )

    _failed_idx = models.Index("(id) WHERE failed_tasks IS NOT NULL")

    def write(self, vals):
        """Try again what was put aside, once somebody has decided something."""
        res = super().write(vals)
        if DECIDED & vals.keys():
            self.filtered("failed_tasks")._take_up_again()
        return res

    @api.model
    def _get_untouched_domain(self, name):
        """Return which outages have not failed at a task."""
        return Domain("failed_tasks", "not like", name)

    def _put_aside(self, name, error):
        """Leave a task alone until somebody has looked, and ask for that.

        :param name: of the task
        :param error: the exception
        """
        self.ensure_one()
        words = self.with_context(lang=self._get_contact().lang or self.env.lang)
        reason = describe_failure(words.env, error)[:500]
        names = {*filter(None, (self.failed_tasks or "").split(", ")), name}
        self.write({"failed_tasks": ", ".join(sorted(names)), "failure": reason})
        try:
            with self.env.cr.savepoint():
                self._alert_support(
                    ACTIVITY,
                    lambda one: one.env._("Something was not done by itself"),
                    note=escape(reason),
                )
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            # What has failed may be what no activity can be planned on.
            _logger.exception("Nobody could be told of outage %s", self.id)

    def _take_up_again(self):
        """Have the scheduled action try again what it has put aside."""
        self.write({"failed_tasks": False, "failure": False})
        self.activity_unlink([ACTIVITY])
        self.env["ir.cron"]._wake("ir_cron_followup_remind", fields.Datetime.now())

    def action_try_again(self):
        """Have tried again what was not done by itself."""
        self.check_access("write")
        self._take_up_again()
        return True


class IncidentHealth(models.Model):
    """Shows what was put aside."""

    _inherit = "incident.health"

    kind = fields.Selection(
        selection_add=[(FAILED, "Outages of which something was not done")],
        ondelete={FAILED: "cascade"},
    )

    def _get_outage_task_source(self):
        failed = Domain("failed_tasks", "!=", False)
        return Source("incident.outage", failed, "write_date", late=True)
