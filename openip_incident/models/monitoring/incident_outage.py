# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain

from ..outages import LASTING
from ..words import INTERNAL

ACTIVITY = "openip_incident.mail_activity_type_outage_opened"
RECOVERY = "openip_incident.mail_activity_type_outage_recovery"


class IncidentOutage(models.Model):
    """An outage that a monitor has opened; somebody may have to confirm it."""

    _inherit = "incident.outage"

    monitoring_id = fields.Many2one(
        comodel_name="incident.monitoring",
        string="Opened by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The monitor that has seen it first.",
    )
    confirmed = fields.Boolean(
        readonly=True,
        copy=False,
        default=True,
        help="Somebody answers for it. What a monitor alone has seen is neither shown "
        "nor told to any party.",
    )
    alert_ids = fields.One2many(
        comodel_name="incident.monitoring.alert",
        inverse_name="outage_id",
        string="Alerts",
        groups=INTERNAL,
        help="What the monitor says fails, and since when it works again.",
    )

    def write(self, vals):
        """Ask nobody any more about what people have decided."""
        res = super().write(vals)
        if "state" in vals and vals["state"] not in LASTING:
            self.filtered("monitoring_id").activity_unlink([ACTIVITY, RECOVERY])
        return res

    @api.model
    def _get_public_domain(self):
        """Hide what a monitor alone has seen."""
        return super()._get_public_domain() & Domain("confirmed", "=", True)

    def action_confirm(self):
        """Answer for what a monitor has seen: it can be shown and told now."""
        self.check_access("write")
        for outage in self.filtered(lambda one: not one.confirmed):
            outage.confirmed = True
            body = self.env._("%(user)s has confirmed it.", user=self.env.user.name)
            outage._message_log(body=body)
        self.activity_unlink([ACTIVITY])
        return True

    def _publish(self, body, next_message=None, everybody=False):
        """Answer for what is told: who publishes it has confirmed it."""
        self.filtered(lambda one: not one.confirmed).action_confirm()
        return super()._publish(body, next_message, everybody)

    def action_resolve(self, body=None):
        """Answer for what the parties are asked to confirm."""
        self.filtered(lambda one: not one.confirmed).action_confirm()
        return super().action_resolve(body)

    def _tell_opened(self, group):
        """Say on the outage who has opened it, and ask for what is missing.

        :param group: by which the monitor knows what fails
        """
        self.ensure_one()
        self._message_log(
            body=self.env._(
                "Opened by %(monitoring)s: %(group)s",
                monitoring=self.monitoring_id.name,
                group=group,
            )
        )
        if self.confirmed and self.service_ids:
            self._plan_first_message()
        else:
            self._ask(ACTIVITY, self._get_opening_question())

    def _get_opening_question(self):
        """Return what somebody is asked about a new outage."""
        if not self.service_ids:
            return self.env._("Which services are affected? The alerts do not say it.")
        return self.env._("Is it an outage? Confirm it, or cancel it.")

    def _ask(self, activity, summary):
        user = self.user_id or self.monitoring_id._get_told_user()
        if user and not self.activity_search([activity]):
            reader = self.with_context(lang=user.lang or self.env.lang)
            reader.activity_schedule(activity, user_id=user.id, summary=summary)
