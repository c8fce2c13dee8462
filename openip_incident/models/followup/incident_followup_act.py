# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime

from odoo import fields, models
from odoo.exceptions import UserError

from ..followups import CANCELLED, CLOSE, HELD, REMIND, RUNNING


class IncidentFollowup(models.Model):
    """The agent's hand on a follow-up: hold, continue, send now, cancel.

    Follow-ups are written by the process only. Each act is open to whoever may write
    the incident, and takes its follow-ups from :meth:`_check_act`.
    """

    _inherit = "incident.followup"

    def action_open_hold_wizard(self):
        """Ask until when these countdowns have to stop."""
        self._check_act(RUNNING, HELD)
        action = self.env["ir.actions.actions"]._for_xml_id(
            "openip_incident.incident_followup_hold_wizard_action"
        )
        return {**action, "context": {"default_followup_ids": self.ids}}

    def action_hold(self, until=None):
        """Stop the clock, until a date or until somebody continues.

        :param until: naive UTC date and time, or its string
        """
        date = self._to_date_to_come(until)
        self._check_act(RUNNING, HELD)._hold(date)
        return True

    def _to_date_to_come(self, value):
        """Return a date that the caller gave, nothing where there is none.

        :raises UserError: when it is no date, or past
        """
        try:
            date = fields.Datetime.to_datetime(value)
        except (TypeError, ValueError):
            date = datetime.min
        if date and date <= fields.Datetime.now():
            raise UserError(self.env._("Choose a date to come to hold until."))
        return date

    def _hold(self, until=None):
        now = fields.Datetime.now()
        for followup in self:
            followup.write(
                {
                    "state": HELD,
                    # What is held already goes on with the time that was left then.
                    "hold_date": followup.hold_date or now,
                    "hold_until": until or False,
                }
            )
        if until:
            self.env["ir.cron"]._wake("ir_cron_followup_remind", until)

    def action_resume(self):
        """Continue the countdown with the time that was left when it was held."""
        self._check_act(HELD)._resume()
        return True

    def _resume(self):
        now = fields.Datetime.now()
        for followup in self:
            held = now - (followup.hold_date or now)
            due_date = followup.due_date and followup.due_date + held
            followup.write(
                {
                    "state": RUNNING,
                    "due_date": due_date,
                    "hold_date": False,
                    "hold_until": False,
                    "resume_date": now,
                }
            )
            followup._wake_next(due_date)

    def action_send_now(self):
        """Make the next step due at once; a closure keeps its announced date."""
        now = fields.Datetime.now()
        for followup in self._check_act(RUNNING):
            if followup.undelivered:
                followup.event_id.renew_date = now
            else:
                followup._ensure_may_send()
                followup.due_date = now
            followup.error = False
            followup._wake_at(REMIND, now)
        return True

    def _ensure_may_send(self):
        self.ensure_one()
        if not self.due_date:
            raise UserError(
                self.env._(
                    "%(incident)s: a mail is still on its way.",
                    incident=self.ticket_id.number,
                )
            )
        if self.review_hold:
            raise UserError(
                self.env._(
                    "%(incident)s: a mail waits to be judged first.",
                    incident=self.ticket_id.number,
                )
            )
        if self.next_action == CLOSE:
            raise UserError(
                self.env._(
                    "%(incident)s is closed on the announced date, not before.",
                    incident=self.ticket_id.number,
                )
            )

    def action_cancel(self):
        """End the follow-up; the incident stays where it is."""
        self._check_act(RUNNING, HELD)._finish(CANCELLED, self.env.user.partner_id)
        return True

    def action_retry(self):
        """Put a follow-up that failed back into the queue."""
        followups = self._check_act(RUNNING)
        followups.write({"error": False})
        for followup in followups:
            followup._wake_next(followup.due_date)
        return True

    def _release(self):
        """Go on with steps that a judgement has held, those that are overdue now.

        No clock is reset: what was announced was announced, and stays so.
        """
        now = fields.Datetime.now()
        for followup in self.filtered("due_date"):
            if followup.due_date < now:
                followup.due_date = now
            followup._wake_next(followup.due_date)

    def _wake_next(self, due_date):
        """Wake what is next: the step that is due, or the settling of a mail."""
        if due_date:
            self._wake_at(self.next_action, due_date)
        else:
            self._wake_at(REMIND, fields.Datetime.now())

    def _check_act(self, *states):
        """Let agents act on the follow-ups of the incidents that they may write.

        :return: these follow-ups, as the process writes them
        :raises UserError: when a follow-up is in none of the states
        """
        self.ticket_id.check_access("write")
        self.ticket_id._incident_lock()
        labels = dict(self._fields["state"]._description_selection(self.env))
        for followup in self:
            if followup.state not in states:
                raise UserError(
                    self.env._(
                        "The follow-up of %(incident)s is: %(state)s.",
                        incident=followup.ticket_id.number,
                        state=labels[followup.state],
                    )
                )
        # SUDO: only the process writes follow-ups; the right to write their incidents
        # was checked above.
        return self.sudo()
