# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import escape

from odoo import fields, models

from ..words import INTERNAL


class HelpdeskTicket(models.Model):
    """Which colleague is told what an incident needs of us."""

    _inherit = "helpdesk.ticket"

    answer_unread = fields.Boolean(
        copy=False,
        groups=INTERNAL,
        help="A party has answered and no agent has looked at it yet.",
    )

    def _incident_alert_support(self, activity_type, summary, note=False):
        """Plan one activity of a type for whoever has to see it, not one per event.

        :param activity_type: xml id of the activity type
        :param note: Markup, or a text: what servers and senders say is no HTML of ours
        """
        self.ensure_one()
        type_id = self.env["ir.model.data"]._xmlid_to_res_id(activity_type)
        open_activities = self.activity_ids.filtered(
            lambda activity: activity.activity_type_id.id == type_id
        )
        user = self._get_incident_contact()
        if not open_activities and user:
            self.activity_schedule(
                activity_type,
                summary=summary,
                note=note and escape(note),
                user_id=user.id,
            )

    def _get_incident_contact(self):
        """Return the colleague in charge: assignee, team leader, or a member.

        Who has left is told nothing: the next in line is.
        """
        self.ensure_one()
        team = self.team_id
        for user in (self.user_id, team.user_id):
            if user.active:
                return user
        return team.user_ids.filtered("active")[:1]

    def _incident_set_read(self):
        """Take the parties' answers off the list of what is to be read."""
        unread = self.filtered("answer_unread")
        unread.write({"answer_unread": False})
        unread.activity_unlink(["openip_incident.mail_activity_type_answer"])
