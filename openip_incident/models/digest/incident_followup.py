# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ..engine.task import Task
from ..followup.incident_followup_tasks import REMIND_CRON

DIGEST = Task(
    "digest",
    "incident.notice",
    due=lambda notices: notices._get_digest_domain(),
    do=lambda notices: notices._do_digest(),
    fail=lambda notice, error: notice._put_digest_off(error),
    # Whoever holds the lock of a person writes to it: each has one mail.
    parent="partner_id",
    order="digest_date, id",
    batch=50,
    cron=REMIND_CRON,
)


class IncidentFollowup(models.Model):
    """Writes the morning mails, after all that is due by itself."""

    _inherit = "incident.followup"

    @api.model
    def _get_remind_tasks(self):
        return (*super()._get_remind_tasks(), DIGEST)
