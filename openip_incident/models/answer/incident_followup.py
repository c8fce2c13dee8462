# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ..engine.task import Task
from ..followup.incident_followup_tasks import REMIND_CRON

FORWARD = Task(
    "forward",
    "helpdesk.ticket",
    due=lambda tickets: tickets._get_forward_due_domain(),
    still=lambda tickets: tickets._get_forward_still_domain(),
    do=lambda tickets: tickets._do_forward(),
    fail=lambda ticket, _error: ticket._put_forward_off(),
    # An incident per transaction: who writes one of them meanwhile wins it alone.
    batch=1,
    cron=REMIND_CRON,
)


class IncidentFollowup(models.Model):
    """Passes on the answers that were collected, after all that is due by itself."""

    _inherit = "incident.followup"

    @api.model
    def _get_remind_tasks(self):
        return (*super()._get_remind_tasks(), FORWARD)
