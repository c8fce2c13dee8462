# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain

from ..outage.incident_outage_task import make_task
from ..outages import LASTING
from .incident_outage import ACTIVITY

FIRST = make_task(
    "first word",
    due=lambda outages: outages._get_first_message_domain(),
    do=lambda outages: outages._do_publish_first(),
    order="first_message_date, id",
    # One may have thousands of readers.
    batch=1,
)


class IncidentOutage(models.Model):
    """What a rule says is told at once: by the scheduled action, not by the post.

    A monitor waits seconds for its answer, thousands of mails take longer; and what a
    crash interrupts is done again from its beginning.
    """

    _inherit = "incident.outage"

    first_message_date = fields.Datetime(
        string="To be told by itself",
        readonly=True,
        copy=False,
        help="Since when the first message of the monitor waits to be published.",
    )

    _first_message_idx = models.Index(
        "(first_message_date) WHERE first_message_date IS NOT NULL"
    )

    @api.model
    def _get_first_message_domain(self):
        now = fields.Datetime.now()
        return Domain("first_message_date", "<=", now) & Domain("state", "in", LASTING)

    def _plan_first_message(self):
        """Have told at once what the rule says; by default that is nothing."""
        if self.monitoring_id._get_first_message():
            now = fields.Datetime.now()
            self.first_message_date = now
            self.env["ir.cron"]._wake("ir_cron_followup_remind", now)

    def _do_publish_first(self):
        """Tell the parties what the rule says."""
        for outage in self:
            company = outage.company_id
            outage = outage.with_company(company).with_context(
                lang=company.partner_id.lang
            )
            texts = outage.monitoring_id._get_first_message()
            if texts:
                outage.publish(texts, everybody=True)
            else:
                # The rule was changed meanwhile.
                outage.first_message_date = False
                question = self.env._("It was told nobody: publish a message.")
                outage._ask(ACTIVITY, question)

    def _publish(self, body, next_message=None, everybody=False):
        """Tell nothing by itself any more, once something is told."""
        self.filtered("first_message_date").first_message_date = False
        return super()._publish(body, next_message, everybody)


class IncidentFollowup(models.Model):
    _inherit = "incident.followup"

    @api.model
    def _get_remind_tasks(self):
        return (*super()._get_remind_tasks(), FIRST)
