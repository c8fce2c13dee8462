# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain

from ..health.incident_health import Source
from ..outages import OVER
from .incident_outage_task import make_task

PROMISED = "outage_message"
ACTIVITY = "openip_incident.mail_activity_type_outage_message"

PROMISE = make_task(
    "outage message",
    due=lambda outages: outages._get_late_domain() & Domain("promise_told", "=", False),
    do=lambda outages: outages._do_tell_promise(),
)


class IncidentOutage(models.Model):
    """A message that was promised and does not come is told."""

    _inherit = "incident.outage"

    promise_told = fields.Boolean(
        string="Told that a message is late",
        readonly=True,
        copy=False,
        help="Who is in charge knows that the promised message is late.",
    )

    _promise_idx = models.Index(
        "(next_message_date) WHERE next_message_date IS NOT NULL"
    )

    def write(self, vals):
        if "next_message_date" in vals:
            vals = {**vals, "promise_told": False}
        res = super().write(vals)
        if "next_message_date" in vals:
            self._wake_promise()
            self.activity_unlink([ACTIVITY])
        return res

    def _wake_promise(self):
        """Have the scheduled action look when the promise is over."""
        for date in filter(None, self.mapped("next_message_date")):
            self.env["ir.cron"]._wake("ir_cron_followup_remind", date)

    @api.model
    def _get_late_domain(self):
        return Domain("next_message_date", "<=", fields.Datetime.now()) & Domain(
            "state", "not in", OVER
        )

    def _do_tell_promise(self):
        """Tell who is in charge that the parties wait for a message."""
        self.write({"promise_told": True})
        for outage in self:
            outage._alert_support(
                ACTIVITY,
                lambda one: one.env._("The parties were promised a message by now"),
            )

    def _alert_support(self, activity_type, summary, note=False):
        """Plan one activity of a type for who is in charge.

        :param activity_type: xml id
        :param summary: what gives it in the reader's language: callable of the outage
        :param note: a text
        """
        self.ensure_one()
        user = self._get_contact()
        type_id = self.env["ir.model.data"]._xmlid_to_res_id(activity_type)
        known = self.activity_ids.filtered(
            lambda activity: activity.activity_type_id.id == type_id
        )
        if known or not user:
            return
        outage = self.with_context(lang=user.lang or self.env.lang)
        outage.activity_schedule(
            activity_type, summary=summary(outage), note=note, user_id=user.id
        )

    def _get_contact(self):
        """Return the colleague in charge: the leader of the work, or of the team."""
        self.ensure_one()
        for user in (self.user_id, self.team_id.user_id):
            if user.active:
                return user
        return self.team_id.user_ids.filtered("active")[:1]


class IncidentFollowup(models.Model):
    _inherit = "incident.followup"

    @api.model
    def _get_remind_tasks(self):
        return (*super()._get_remind_tasks(), PROMISE)


class IncidentHealth(models.Model):
    """Shows messages that were promised and are late."""

    _inherit = "incident.health"

    kind = fields.Selection(
        selection_add=[(PROMISED, "Promised messages about outages")],
        ondelete={PROMISED: "cascade"},
    )

    def _get_outage_message_source(self):
        domain = self.env["incident.outage"]._get_late_domain()
        return Source("incident.outage", domain, "next_message_date", late=True)
