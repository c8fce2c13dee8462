# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime

from ...tools.full_stop import end_once
from ..followups import LATE_AFTER
from ..phases import CLOSURE, ON_HOLD, OUR_TURN, REGISTERED
from ..words import INTERNAL


class HelpdeskTicket(models.Model):
    """Whose turn it is: what agents filter by, and what the form tells them."""

    _inherit = "helpdesk.ticket"

    # Whatever the company of the plan: its dates are those of the incident.
    next_step = fields.Char(
        compute="_compute_next_step",
        compute_sudo=True,
        groups=INTERNAL,
        help="The next step of the countdown and its date, and when the incident "
        "would be closed.",
    )
    our_turn = fields.Boolean(
        compute="_compute_our_turn", search="_search_our_turn", groups=INTERNAL
    )
    incident_needs_attention = fields.Boolean(
        compute="_compute_incident_needs_attention", groups=INTERNAL
    )
    incident_closure_held = fields.Boolean(
        compute="_compute_incident_needs_attention", groups=INTERNAL
    )
    incident_banner = fields.Html(
        compute="_compute_incident_banner",
        sanitize=False,
        groups=INTERNAL,
        help="What the incident waits for, and what happens next.",
    )

    followup_can_send_now = fields.Boolean(
        related="followup_id.can_send_now", groups=INTERNAL
    )

    @api.depends("is_incident", "incident_phase", "answer_unread", "review_pending")
    def _compute_our_turn(self):
        for ticket in self:
            ticket.our_turn = ticket.is_incident and (
                ticket.incident_phase in OUR_TURN
                or ticket.answer_unread
                or ticket.review_pending
            )

    @api.depends(
        "answer_unread",
        "review_pending",
        "unreachable_party_ids",
        "followup_error",
        "followup_undelivered",
        "followup_state",
        "incident_phase",
    )
    def _compute_incident_needs_attention(self):
        for ticket in self:
            held = ticket.incident_phase == CLOSURE and ticket.followup_state == "held"
            ticket.incident_closure_held = held
            ticket.incident_needs_attention = bool(
                held
                or ticket.answer_unread
                or ticket.review_pending
                or ticket.unreachable_party_ids
                or ticket.followup_error
                or ticket.followup_undelivered
            )

    def _search_our_turn(self, operator, value):
        if operator != "in":
            return NotImplemented
        ours = Domain("is_incident", "=", True) & (
            Domain("incident_phase", "in", OUR_TURN)
            | Domain("answer_unread", "=", True)
            | Domain("review_pending", "=", True)
        )
        return ours if True in value else ~ours

    @api.depends(
        "answer_unread",
        "incident_phase",
        "next_step",
        "review_count",
        "undelivered_party_ids",
        "unreachable_party_ids",
        "wait_for",
    )
    @api.depends_context("lang")
    def _compute_incident_banner(self):
        for ticket in self:
            lines = ticket._get_incident_banner_lines() if ticket.is_incident else []
            ticket.incident_banner = Markup("<br/>").join(lines)

    def _get_incident_banner_lines(self):
        """Return the sentences that say who has to do what now."""
        self.ensure_one()
        lines = []
        if self.answer_unread:
            lines.append(self.env._("A party has answered: please read it."))
        if self.review_pending:
            lines.append(self._get_review_line())
        lines += self._get_waiting_lines()
        if self.next_step:
            lines.append(self.next_step)
        return lines + self._get_unreachable_lines()

    def _get_review_line(self):
        if self.review_count == 1:
            return self.env._(
                "A mail that may be an answer waits to be judged: until then nothing "
                "closes by itself."
            )
        return self.env._(
            "%(count)s mails that may be answers wait to be judged: until then nothing "
            "closes by itself.",
            count=self.review_count,
        )

    def _get_unreachable_lines(self):
        """Return the sentences that name who does not get what is written."""
        lines = []
        addressless, bounced = (
            self._get_unreachable_parties(),
            self._get_bounced_parties(),
        )
        for party in addressless.filtered("active"):
            lines.append(
                self.env._(
                    "%(party)s has no e-mail address and receives nothing.",
                    party=party.display_name,
                )
            )
        for party in addressless - addressless.filtered("active"):
            lines.append(
                self.env._(
                    "%(party)s is archived and receives nothing. Its answers count.",
                    party=party.display_name,
                )
            )
        for party in bounced - addressless:
            lines.append(
                self.env._(
                    "%(party)s cannot be reached at %(address)s since %(date)s: "
                    "%(reason)s",
                    party=party.display_name,
                    address=party.incident_unreachable_email,
                    date=format_datetime(self.env, party.incident_unreachable_date),
                    reason=party.incident_unreachable_reason or "?",
                )
            )
        for party in self.undelivered_party_ids - bounced:
            lines.append(
                self.env._(
                    "The last mail to %(party)s was not delivered.",
                    party=party.display_name,
                )
            )
        return lines

    def _get_waiting_lines(self):
        self.ensure_one()
        if self.incident_phase in ON_HOLD:
            return [self._get_waiting_line()]
        if self.incident_phase == CLOSURE:
            return [self.env._("Solved: the parties are asked to confirm closure.")]
        if self.incident_phase == REGISTERED and self._origin:
            return [
                self.env._("Not validated yet: open it, ask for more or reject it.")
            ]
        return []

    def _get_waiting_line(self):
        labels = dict(self._fields["wait_for"]._description_selection(self.env))
        customer, integrator = self.partner_id.name, self.integrator_id.name
        awaited = {"customer": customer, "integrator": integrator}.get(self.wait_for)
        if not integrator:
            awaited = customer
        awaited = awaited or labels.get(self.wait_for)
        return end_once(
            self.env._("Waiting for an answer: %(awaited)s.", awaited=awaited), awaited
        )

    # What comes next

    @api.depends(
        "followup_id.due_date",
        "followup_id.review_hold",
        "followup_id.state",
        "followup_id.undelivered",
    )
    @api.depends_context("lang", "tz")
    def _compute_next_step(self):
        for ticket in self:
            ticket.next_step = ticket._get_next_step_line()

    def _get_next_step_line(self):
        """Return the sentence that says what comes next, and when."""
        self.ensure_one()
        followup = self.followup_id
        if not followup:
            return ""
        if followup.error:
            return self.env._("The follow-up failed: %(error)s", error=followup.error)
        if followup.state == "held":
            return self._get_held_line(followup)
        if followup.undelivered:
            return self.env._("Not delivered: the follow-up waits for a party.")
        if not followup.due_date:
            return self._get_undated_line(followup)
        if followup.review_hold:
            return self._get_review_hold_line(followup)
        if followup.due_date < fields.Datetime.now() - LATE_AFTER:
            return self.env._(
                "Due since %(date)s: the scheduled actions do not run.",
                date=self._format_incident_date(followup.due_date, followup),
            )
        return self._get_projection_line(followup)

    def _get_review_hold_line(self, followup):
        """Return what a judgement holds, and until when it would have come at least."""
        date = self._format_incident_date(followup.due_date, followup)
        if followup.next_action == "close":
            return self.env._(
                "Closes when that is judged, on %(date)s at the earliest.", date=date
            )
        return self.env._(
            "Closure is announced when that is judged, on %(date)s at the earliest.",
            date=date,
        )

    def _get_undated_line(self, followup):
        if followup.event_id:
            return self.env._("A mail is on its way, then the countdown starts.")
        return self.env._("Every step of the plan is done: nothing follows by itself.")

    def _get_held_line(self, followup):
        if not followup.hold_until:
            return self.env._("The countdown is held.")
        return self.env._(
            "The countdown is held until %(date)s.",
            date=self._format_incident_date(followup.hold_until, followup),
        )

    def _get_projection_line(self, followup):
        rows = followup._project()
        step, date = rows[0]
        parts = [
            self._get_step_label(followup, step, date),
            *(
                self._get_step_label(followup, *row)
                for row in rows[-1:]
                if row[0] != step and row[0].action == "close"
            ),
        ]
        line = ", ".join(parts)
        return line[:1].upper() + line[1:]

    def _get_step_label(self, followup, step, date):
        when = self._format_incident_date(date, followup)
        if step.action == "close":
            return self.env._("closes on %(date)s", date=when)
        if step.action == "announce":
            return self.env._("closure announced on %(date)s", date=when)
        facts = followup.plan_id._get_reminder_facts(step)
        return self.env._(
            "Reminder %(number)s of %(total)s on %(date)s",
            number=facts["reminder_number"],
            total=facts["reminder_total"],
            date=when,
        )

    def _format_incident_date(self, date, followup):
        plan = followup.plan_id.with_company(followup.company_id)
        zone = self.env.context.get("tz") or self.env.user.tz
        zone = zone or plan._get_spoken_zone()
        return format_datetime(self.env, date, tz=zone, dt_format="E d MMM HH:mm")
