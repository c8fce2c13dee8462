# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.tools import email_normalize

from ..followups import ANNOUNCE, ANNOUNCEMENT_FLOOR, REMIND, SENT


class IncidentFollowup(models.Model):
    """Who is awaited, what reached them, and so what comes next."""

    _inherit = "incident.followup"

    def _get_awaited_notices(self, event):
        """Return the mails of an event to those whose answer is awaited.

        Where both share an address only one of them was written to, for both. A
        reminder that passes over who is awaited has reached whom it was written to;
        nothing is announced to anybody but those who are awaited (G3).
        """
        awaited = self.ticket_id._get_awaited_parties(self.wait_for)
        if event.action == REMIND:
            addressed = self.ticket_id._get_step_parties(event)
            awaited = awaited & addressed or addressed or awaited
        addresses = set(awaited.mapped("email_normalized"))
        return event.notice_ids.filtered(
            lambda notice: (
                notice.partner_id in awaited
                or email_normalize(notice.email) in addresses
            )
        )

    def _get_delivery_date(self, event):
        """Return when the first awaited party accepted an event's mail, if any did."""
        dates = [
            notice.sent_date
            for notice in self._get_awaited_notices(event)
            if notice._is_delivered()
        ]
        return min(dates, default=False)

    def _get_announcement(self):
        """Return the event of the last announcement, as it was executed (G3)."""
        self.ensure_one()
        announcements = self.event_ids.filtered(lambda event: event.action == ANNOUNCE)
        return announcements.sorted("id")[-1:]

    def _get_closure_date(self):
        """Return the moment from which this incident may be closed (G3).

        :return: naive UTC, or False while no announcement was delivered
        """
        announcement = self._get_announcement()
        delivered = announcement.outcome == SENT and self._get_delivery_date(
            announcement
        )
        if not delivered:
            return False
        floor = delivered + ANNOUNCEMENT_FLOOR
        return max(floor, announcement.announced_date or floor)

    def _is_answered_since(self):
        """Tell whether a party has written since this follow-up began or went on."""
        self.ensure_one()
        answer = self.ticket_id.last_answer_date
        return bool(answer and answer > (self.resume_date or self.start_date))

    # What comes next

    def _project(self):
        """Return the dates of the steps to come, if nobody answers.

        :return: list of (step, naive UTC), empty while a mail is on its way
        """
        self.ensure_one()
        step, due_date, rows = self.next_step_id, self.due_date, []
        while step and due_date:
            rows.append((step, due_date))
            step = self._get_following(step)
            due_date = self._get_due_date(step, due_date)
        return rows
