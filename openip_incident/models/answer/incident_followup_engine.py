# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

# Incidents per run; what is left wakes the scheduled action again.
MOST = 50
TRY_AGAIN_AFTER = timedelta(hours=1)


class IncidentFollowupEngine(models.AbstractModel):
    """Passes on the answers that were collected, once their time has come."""

    _inherit = "incident.followup.engine"

    @api.model
    def _cron_remind(self):
        res = super()._cron_remind()
        self._pass_answers_on()
        return res

    @api.model
    def _pass_answers_on(self):
        """Pass on what is due, one incident per transaction, each begun by its lock."""
        if self.env["incident.identity"]._pauses("Answers to pass on"):
            return
        due = self._get_collected_domain()
        messages = self.env["mail.message"].search(due, limit=MOST, order="id")
        for ticket_id in dict.fromkeys(messages.mapped("res_id")):
            self.env["ir.cron"]._commit_progress(0)
            try:
                self._pass_on(self.env["helpdesk.ticket"].browse(ticket_id), due)
                self.env.cr.flush()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()
                self._come_back()
        self.env["ir.cron"]._commit_progress(0)
        if len(messages) == MOST:
            self._come_back()

    @api.model
    def _come_back(self, after=timedelta(minutes=1)):
        """Have the scheduled action look again at what was left."""
        self.env["ir.cron"]._wake(
            "ir_cron_followup_remind", fields.Datetime.now() + after
        )

    @api.model
    def _get_collected_domain(self):
        return Domain(
            [
                ("model", "=", "helpdesk.ticket"),
                ("incident_forward_date", "<=", fields.Datetime.now()),
            ]
        )

    @api.model
    def _pass_on(self, ticket, due):
        """Pass on what one incident has collected; a failure stops no other (G7)."""
        if not ticket.try_lock_for_update(allow_referencing=True):
            self._come_back()
            return
        try:
            with self.env.cr.savepoint():
                ticket._incident_forward_collected(due)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("Answers of incident %s wait", ticket.id)
            later = fields.Datetime.now() + TRY_AGAIN_AFTER
            ticket._get_collected_answers(due).incident_forward_date = later
            self._come_back(TRY_AGAIN_AFTER)
