# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
from datetime import datetime, timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ...tools.failure import describe_failure
from ..followups import (
    ANNOUNCE,
    BOUNCED,
    DONE,
    EXPIRED,
    FAILED,
    OPEN_STATES,
    REMIND,
    SENT,
)
from ..phases import CLOSED, NO_ANSWER, NOT_CONFIRMED, ON_HOLD

_logger = logging.getLogger(__name__)

# A mail that was not accepted for so long names dates that are no longer true. The
# wait doubles with each attempt, up to a day.
RENEW_AFTER = timedelta(hours=1)
RENEW_AT_MOST = timedelta(days=1)


class IncidentFollowup(models.Model):
    """What the scheduled actions do with follow-ups; the caller holds the locks."""

    _inherit = "incident.followup"

    # Reminders, announcements, closures

    def _do_remind(self):
        """Execute the reminders and announcements that are due (P6, P8, P9)."""
        answered = self.filtered(
            lambda followup: (
                followup.next_action == ANNOUNCE and followup._is_answered_since()
            )
        )
        answered._hold_answered()
        for step, followups in (self - answered).grouped("next_step_id").items():
            followups._execute(step)

    def _hold_answered(self):
        """Let an agent decide where a party wrote whose answer was not awaited."""
        self._hold()
        for followup in self:
            followup.ticket_id._incident_alert_support(
                "openip_incident.mail_activity_type_followup",
                self.env._("A party has written: continue the countdown?"),
            )

    def _execute(self, step):
        """Write the event of a step and its mails, in one transaction (G1)."""
        self._prefetch_steps()
        events = self._begin_event(step, **self._prepare_renewal(1))
        self._send_step(step, events)

    def _put_events(self, events):
        """Write which event is on its way.

        :param events: dict of ticket id: event
        """
        for followup in self:
            followup.event_id = events[followup.ticket_id.id]

    def _send_step(self, step, events, parties=None):
        """Write the mails of a step.

        :param events: dict of ticket id: the event that they are evidence of
        :param parties: dict of ticket id: whom to write to, instead of all whom the
            step addresses
        """
        if step.action == ANNOUNCE:
            # The date of closure that the mails are about to name.
            now = fields.Datetime.now()
            for followup in self:
                closure = followup._get_following(step)
                date = followup._get_due_date(closure, now)
                followup.event_id.announced_date = date
        tickets = self.ticket_id
        letters = tickets._prepare_step_letters(events, parties)
        tickets._incident_correspond_step(step.mail_template_id, letters)

    def _get_step_facts(self, step):
        """Return what the mail of a step can say: which one it is, what follows when.

        :return: dict that templates find in ``ctx``
        """
        self.ensure_one()
        return {
            **self._get_deadline_facts(step),
            **self.plan_id._get_reminder_facts(step),
        }

    def _get_progress(self):
        """Return all by which the dates of this follow-up differ from another's."""
        self.ensure_one()
        return (
            self.plan_id,
            self.company_id,
            self.next_step_id,
            tuple(self.executed_steps or ()),
            self.event_id.announced_date,
        )

    def _get_deadline_facts(self, step):
        """Return what follows a step of this follow-up, and when."""
        following = self._get_following(step) if step else self.next_step_id
        announced = self.event_id.announced_date
        deadline = announced or self._get_due_date(following, fields.Datetime.now())
        # In the zone by which the plan counts: no other would name the same day.
        zone = self.plan_id.with_company(self.company_id)._get_spoken_zone()
        return {"deadline": deadline, "next_action": following.action, "zone": zone}

    def _do_close(self):
        """Close what was announced; put aside what must not be closed (G3, G5)."""
        now = fields.Datetime.now()
        self._prefetch_deliveries(self._prefetch_announcements())
        ready = self.filtered(
            lambda followup: (
                not followup._is_answered_since()
                and (followup._get_closure_date() or datetime.max) <= now
            )
        )
        for followup in self - ready:
            followup._refuse_closure()
        for step, followups in ready.grouped("next_step_id").items():
            followups._close(step)

    def _close(self, step):
        self._prefetch_steps()
        events = self._create_events(step, outcome=DONE)
        self._finish(EXPIRED)
        for waiting, followups in self.grouped(
            lambda followup: followup.ticket_id.incident_phase in ON_HOLD
        ).items():
            reason = NO_ANSWER if waiting else NOT_CONFIRMED
            followups.ticket_id._incident_move_to(
                CLOSED,
                vals={"close_reason": reason},
                template=step.mail_template_id,
                events=events,
            )

    def _refuse_closure(self):
        """Hold what was answered; wait for a delivered announcement otherwise."""
        self.ensure_one()
        earliest, announcement = self._get_closure_date(), self._get_announcement()
        if self._is_answered_since():
            self._hold_answered()
        elif earliest:
            self.due_date = earliest
            self._wake_at(self.next_action, earliest)
        elif announcement:
            self._put_back(announcement)
            self._alert_nobody_reached()
        else:
            self._record_error(
                UserError(self.env._("Closure was never announced: check the plan."))
            )

    # Settling

    def _do_settle(self):
        """Count the mails that were accepted and start the next delays (G3)."""
        reminded = self.browse()
        self._prefetch_deliveries(self.event_id)
        for followup in self:
            event = followup.event_id
            sent_date = followup._get_delivery_date(event)
            if not sent_date:
                continue
            event.write({"outcome": SENT, "sent_date": sent_date, "renew_date": False})
            followup._alert_missed(event)
            step = event.step_id
            if event.action == REMIND:
                reminded |= followup
            following = followup._get_following(step)
            followup._schedule(following, sent_date, floor=event.announced_date)
        reminded._count_reminders(1)

    def _prefetch_announcements(self):
        """Read for all what each one's announcement is found by; return these events.

        What the other mails had to say is long, and of no interest here.
        """
        events = self.event_ids
        events.fetch(["action", "announced_date", "outcome"])
        return events.filtered(lambda event: event.action == ANNOUNCE)

    def _prefetch_deliveries(self, events):
        """Read for all what each one's deliveries are decided by.

        Records that were filtered or sorted would otherwise be read one by one.

        :param events: whose deliveries are looked at
        """
        tickets = self.ticket_id
        ours = tickets.company_id.partner_id
        # Mails that are about to be written read the rest of the contacts.
        (tickets.partner_id | tickets.integrator_id | ours).mapped("email_normalized")
        events.notice_ids.fetch(["email", "partner_id", "sent_date", "status"])

    def _prefetch_steps(self):
        """Read all steps of the plan at once: the executed one and what follows it."""
        self.plan_id._get_steps()

    def _count_reminders(self, difference):
        """Count reminders on follow-up and incident: the fact the freeze rule hears."""
        for count, followups in self.grouped("reminder_count").items():
            followups.write({"reminder_count": count + difference})
            followups.ticket_id.write({"reminder_count": count + difference})

    def _alert_missed(self, event):
        """Tell support of the parties that a counted step has not reached."""
        missed = event.notice_ids.filtered(
            lambda notice: notice.status in ("failed", "bounced")
        )
        for notice in missed:
            notice._alert_undelivered(notice.failure)

    def _do_miss(self):
        """Tell support that a step reached nobody; the clock stands still."""
        missed = self.filtered(lambda followup: not followup._is_delivery_pending())
        missed.write({"undelivered": True})
        missed.event_id.write({"outcome": FAILED})
        for followup in missed:
            followup._alert_nobody_reached()

    def _alert_nobody_reached(self):
        self.ticket_id._incident_alert_support(
            "openip_incident.mail_activity_type_unreachable",
            self.env._("No mail reached the parties: the follow-up waits"),
        )

    def _is_delivery_pending(self):
        """Tell whether a mail to an awaited party may still be accepted at once."""
        return any(
            notice.status == "queued" or notice._is_delivered()
            for notice in self._get_awaited_notices(self.event_id)
        )

    def _do_bounce(self):
        """Un-count the mails that came back, and wait again for a delivery."""
        for followup in self:
            bounced = followup.event_ids.notice_ids.filtered(
                lambda notice: notice.status == "bounced" and not notice.bounce_settled
            )
            bounced.bounce_settled = True
            for event in bounced.event_id:
                followup._settle_bounce(event)

    def _settle_bounce(self, event):
        if self.state not in OPEN_STATES or self._get_delivery_date(event):
            return
        if event.action == REMIND and event.outcome == SENT:
            self._count_reminders(-1)
        event.outcome = BOUNCED
        if event == self.event_ids.sorted("id")[-1:]:
            self._put_back(event)

    def _put_back(self, event):
        """Wait again for the delivery of an event that did not reach anybody.

        The mail came back: it is written anew when an agent says so, or when another
        party's mail is accepted after all.
        """
        event.renew_date = False
        self.write({"event_id": event.id, "due_date": False, "undelivered": True})

    # Renewing and releasing

    def _prepare_renewal(self, attempt):
        """Return the values of an event that is attempted for the nth time."""
        now = fields.Datetime.now()
        wait = min(RENEW_AFTER * 2 ** (attempt - 1), RENEW_AT_MOST)
        return {"queued_date": now, "renew_date": now + wait, "attempts": attempt}

    def _do_renew(self):
        """Cancel mails that were not accepted in time and write them anew (G2)."""
        renewable = self.filtered(
            lambda followup: followup.event_id.notice_ids._cancel_unsent()
        )
        for followup in renewable:
            event = followup.event_id
            renewal = followup._prepare_renewal(event.attempts + 1)
            # What nobody was sent stays undelivered until somebody accepts it.
            event.write(renewal)
            followup._wake_at(REMIND, event.renew_date)
        # Without anybody to write to, only the chatter would hear of it, every day.
        reachable = renewable.filtered(
            lambda followup: followup._reaches_anybody(followup.event_id)
        )
        for event, followups in reachable.grouped(
            lambda followup: followup.event_id._get_kind()
        ).items():
            followups._renew(*event)

    def _renew(self, step, template, text):
        """Write mails of the same kind anew.

        :param step: the step, or nothing for the mail that started the follow-up
        :param template: the mail that started it
        :param text: what it had to say
        """
        events = {followup.ticket_id.id: followup.event_id for followup in self}
        parties = {
            followup.ticket_id.id: followup._get_parties_without(followup.event_id)
            for followup in self
        }
        if step:
            self._send_step(step, events, parties)
        else:
            letters = self.ticket_id._prepare_step_letters(events, parties)
            self.ticket_id._incident_correspond_step(template, letters, text)

    def _reaches_anybody(self, event):
        """Tell whether somebody is left to be written to, by whichever channel."""
        ticket, parties = self.ticket_id, self._get_parties_without(event)
        letter = ticket._prepare_step_letter(event, {}, parties)
        return bool(ticket._get_letter_readers(letter))

    def _get_parties_without(self, event):
        """Return whom an event addresses and who has not got its mail."""
        sent = event.notice_ids.filtered(lambda notice: notice.status == SENT)
        return self.ticket_id._get_step_parties(event) - sent.partner_id

    def _do_release(self):
        """Continue the countdowns whose hold is over."""
        self._resume()

    # Errors

    def _record_error(self, error):
        """Take a follow-up out of the queue until somebody looks (G7).

        :param error: the exception
        """
        self.ensure_one()
        lang = self.ticket_id._get_incident_contact().lang or self.env.lang
        words = self.with_context(lang=lang).env
        reason = describe_failure(words, error)[:500]
        self.write({"error": reason})
        try:
            with self.env.cr.savepoint():
                self.ticket_id._incident_alert_support(
                    "openip_incident.mail_activity_type_followup",
                    words._("The follow-up failed and is not tried again"),
                    note=reason,
                )
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            # What broke the follow-up may be what no activity can be planned on.
            _logger.exception("Nobody could be told of follow-up %s", self.id)
