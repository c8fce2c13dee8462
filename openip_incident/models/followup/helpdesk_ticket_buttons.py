# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

INTERNAL = "base.group_user"


class HelpdeskTicket(models.Model):
    """What an incident shows of its open follow-up, and its buttons for it.

    No mixin: related fields need the model that has the follow-up.
    """

    _inherit = "helpdesk.ticket"

    followup_count = fields.Integer(
        string="Follow-ups", compute="_compute_followup_count", groups=INTERNAL
    )
    followup_plan_id = fields.Many2one(
        related="followup_id.plan_id", string="Plan", groups=INTERNAL
    )
    followup_action = fields.Selection(
        related="followup_id.next_action", string="Next step", groups=INTERNAL
    )
    followup_start_date = fields.Datetime(
        related="followup_id.start_date", string="Followed up since", groups=INTERNAL
    )
    followup_hold_until = fields.Datetime(
        related="followup_id.hold_until", string="Held until", groups=INTERNAL
    )
    followup_frozen_date = fields.Datetime(
        related="followup_id.frozen_date", groups=INTERNAL
    )
    followup_unfrozen_date = fields.Datetime(
        related="followup_id.unfrozen_date", groups=INTERNAL
    )
    followup_error = fields.Char(
        related="followup_id.error", string="Failure of the follow-up", groups=INTERNAL
    )
    followup_undelivered = fields.Boolean(
        related="followup_id.undelivered", string="Not delivered", groups=INTERNAL
    )

    @api.depends("followup_ids")
    def _compute_followup_count(self):
        for ticket in self:
            ticket.followup_count = len(ticket.followup_ids)

    def action_followup_hold(self):
        """Ask until when the countdown has to stop."""
        return self._get_open_followups().action_open_hold_wizard()

    def action_followup_resume(self):
        """Continue the countdown with the time that was left."""
        return self._get_open_followups().action_resume()

    def action_followup_send_now(self):
        """Execute the next step at once, or write anew what did not arrive."""
        return self._get_open_followups().action_send_now()

    def action_followup_retry(self):
        """Try again the step that failed."""
        return self._get_open_followups().action_retry()

    def action_followup_cancel(self):
        """End the follow-up; the incident stays where it is."""
        return self._get_open_followups().action_cancel()

    def _get_open_followups(self):
        """Return the follow-ups that an agent acts on, one per incident.

        :raises UserError: when one of them is over, which the screen may not show yet
        """
        self._ensure_may_act()
        for ticket in self:
            if not ticket.followup_id:
                raise UserError(
                    self.env._(
                        "%(number)s is not followed up any more.", number=ticket.number
                    )
                )
        return self.followup_id

    def action_view_followups(self):
        """Show all follow-ups of these incidents, those that are over included."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "openip_incident.incident_followup_action"
        )
        action |= {"domain": [("ticket_id", "in", self.ids)], "context": {}}
        if len(self.followup_ids) == 1:
            form = self.env.ref("openip_incident.incident_followup_view_form")
            action |= {"res_id": self.followup_ids.id, "views": [(form.id, "form")]}
        return action
