# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ..followups import CLOSE, HELD, REMIND, RUNNING


class IncidentFollowup(models.Model):
    """Acts on follow-ups as screens offer them: they ask before they mail."""

    _inherit = "incident.followup"

    can_send_now = fields.Boolean(
        compute="_compute_can_send_now",
        help="The next mail can leave before its date: it is no closure, nothing waits "
        "to be judged, and no mail is on its way already.",
    )

    @api.depends("state", "due_date", "next_action", "review_hold", "undelivered")
    def _compute_can_send_now(self):
        now = fields.Datetime.now()
        for followup in self:
            followup.can_send_now = bool(
                followup.state == RUNNING
                and not followup.undelivered
                and not followup.review_hold
                and followup.next_action != CLOSE
                and followup.due_date
                and followup.due_date > now
            )

    def action_send_now_dialog(self):
        """Ask before the next mails leave at once.

        :return: the wizard's action
        """
        for followup in self._check_act(RUNNING):
            if not followup.undelivered:
                followup._ensure_may_send()
        return self.ticket_id._open_incident_wizard("send_now")

    def action_retry_dialog(self):
        """Ask before what failed is tried again, where that mails now; else do it.

        :return: the wizard's action, or True
        """
        self._check_act(RUNNING)
        if self.ticket_id._count_incident_letters("retry"):
            return self.ticket_id._open_incident_wizard("retry")
        return self.action_retry()

    def action_resume_dialog(self):
        """Ask before countdowns go on, where that mails now; else do it.

        :return: the wizard's action, or True
        """
        self._check_act(HELD)
        if self.ticket_id._count_incident_letters("continue"):
            return self.ticket_id._open_incident_wizard("continue")
        return self.action_resume()

    def _get_next_recipients(self, act):
        """Return the parties to whom an act makes this follow-up write now.

        :param act: ``send_now``, ``retry`` or ``continue``
        """
        if not self:
            return self.env["res.partner"]
        if self.undelivered and act != "continue":
            return self._get_parties_without(self.event_id)
        due, now = self.due_date, fields.Datetime.now()
        if due and act == "send_now":
            due = now if self.next_action != CLOSE else False
        elif due and act == "continue":
            due += now - (self.hold_date or now)
        ticket = self.ticket_id
        recipients = ticket._get_correspondents()
        if self.next_action == REMIND and ticket._is_private_request():
            recipients = ticket._get_line_readers(ticket.private_request_party_id)
        return recipients if due and due <= now else recipients.browse()
