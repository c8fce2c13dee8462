# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import MissingError
from odoo.fields import Domain
from odoo.tools import format_datetime, is_html_empty

from ..followups import LATE_AFTER, OPEN_STATES
from ..phases import FROZEN, ON_HOLD, WAITING

COLLECTED = "openip_incident.collected"

# Context key: the text of an act was made by a program, nobody typed it.
AUTOMATIC_TEXT = "incident_automatic_text"


class HelpdeskTicket(models.Model):
    """What an incident knows of its follow-ups."""

    _inherit = "helpdesk.ticket"

    @api.depends("followup_ids.state")
    def _compute_followup_id(self):
        for ticket in self:
            ticket.followup_id = ticket.followup_ids.filtered(
                lambda followup: followup.state in OPEN_STATES
            )[:1]

    def _search_followup_id(self, operator, value):
        return Domain(
            "followup_ids",
            "any",
            [("state", "in", OPEN_STATES), ("id", operator, value)],
        )

    @api.depends("followup_id.due_date", "followup_id.state", "followup_id.undelivered")
    @api.depends_context("lang", "tz")
    def _compute_next_step(self):
        for ticket in self:
            ticket.next_step = ticket._get_next_step_line()

    # Moves begin and end follow-ups

    def _incident_end_followups(self, stage):
        """End the open follow-ups of incidents that move, freezing apart."""
        # SUDO: follow-ups are written by the process only.
        followups = self.sudo().followup_id
        if stage.incident_phase == FROZEN:
            now = fields.Datetime.now()
            followups.filtered(lambda followup: not followup.frozen_date).write(
                {"frozen_date": now}
            )
            return
        followups._finish("cancelled", self.env.user.partner_id)

    def _incident_start_followups(self, stage):
        """Start the plan of the stage that was entered.

        :return: dict of ticket id: the event that the move's mail belongs to
        """
        # SUDO: an agent moves incidents whoever of our companies owns the plan.
        plan = stage.sudo().followup_plan_id
        if not plan.active or not plan._get_steps():
            return {}
        # SUDO: follow-ups are written by the process only.
        return self.env["incident.followup"].sudo()._start(self.sudo(), plan)

    def _get_followup_wait_for(self):
        """Return who has to answer: whom the request names, either at closure."""
        self.ensure_one()
        asked = self.incident_phase in ON_HOLD and self.wait_for
        return asked or "either"

    def _incident_start_clock(self, events):
        """Start the clock of incidents about which no mail is on its way.

        :param events: dict of ticket id: event zero of the follow-ups just started
        """
        for ticket in self:
            if ticket.id in events:
                events[ticket.id].followup_id._begin_without_mail()

    def _get_move_facts(self, events):
        """Return what the mail of a move can say of what follows.

        :param events: dict of ticket id: event
        """
        facts, known = {}, {}
        for ticket_id, event in events.items():
            followup, step = event.followup_id, event.step_id
            # The same for all incidents of a batch that have come as far.
            kind = step, followup._get_progress()
            if kind not in known:
                known[kind] = followup._get_step_facts(step)
            facts[ticket_id] = known[kind]
        return facts

    def _incident_correspond_step(self, template, text, events, parties=None):
        """Write to the parties what a step of their follow-up has to say.

        :param template: the mail of the step, or of the move that starts a follow-up
        :param text: HTML that the act has to say
        :param events: dict of ticket id: event
        :param parties: dict of ticket id: whom to write to, instead of everybody
        """
        # SUDO: follow-ups are written by the process only.
        started = self.env["incident.followup.event"].sudo().union(*events.values())
        # What an agent typed is a human's mail, also when it is written anew later;
        # what a step of a plan says is not, whatever it quotes.
        typed = not is_html_empty(text) and not started.step_id
        # What it takes to write the mail anew when it does not leave in time.
        started.filtered(lambda event: not event.step_id).write(
            {"mail_template_id": template.id, "text": text or False}
        )
        lines = self._get_step_lines(events)
        self._correspond(
            template,
            text=text,
            parties=self._get_step_readers(parties, lines),
            lines=lines,
            automatic=not typed or bool(self.env.context.get(AUTOMATIC_TEXT)),
            events=events,
            facts=self._get_move_facts(events),
        )

    # Rules collect, the move happens once

    def _action_freeze(self):
        """Freeze these incidents at the end of the batch; called by the rule (P5)."""
        self._incident_collect("freeze")

    def _action_resume(self):
        """Take these incidents back to work at the end of the batch."""
        self._incident_collect("resume")

    def _incident_collect(self, act):
        precommit = self.env.cr.precommit
        if COLLECTED not in precommit.data:
            precommit.data[COLLECTED] = {}
            precommit.add(self.browse()._incident_flush_collected)
        precommit.data[COLLECTED].setdefault(act, set()).update(self.ids)

    @api.model
    def _incident_drop_collected(self):
        self.env.cr.precommit.data.pop(COLLECTED, None)

    @api.model
    def _incident_flush_collected(self):
        """Make the moves that the rules of this transaction have asked for."""
        collected = self.env.cr.precommit.data.pop(COLLECTED, {})
        # SUDO: the facts were recorded by the process, the rules are the admins'.
        tickets = self.sudo().env["helpdesk.ticket"]
        frozen = tickets.browse(collected.get("freeze", ()))
        frozen._filter_existing(
            lambda ticket: ticket.incident_phase == WAITING
        )._incident_move_to(FROZEN, silent=True)
        resumed = tickets.browse(collected.get("resume", ()))
        resumed._filter_existing(
            lambda ticket: (
                ticket.incident_phase in ON_HOLD and not ticket.answer_awaited
            )
        )._incident_resume()

    def _filter_existing(self, condition):
        """Filter incidents of which another rule may have deleted some since."""
        try:
            return self.filtered(condition)
        except MissingError:
            return self.exists().filtered(condition)

    # What comes next

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
        if followup.due_date < fields.Datetime.now() - LATE_AFTER:
            return self.env._(
                "Due since %(date)s: the scheduled actions do not run.",
                date=self._format_incident_date(followup.due_date, followup),
            )
        return self._get_projection_line(followup)

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
        facts = followup._get_step_facts(step)
        return self.env._(
            "Reminder %(number)s of %(total)s on %(date)s",
            number=facts["reminder_number"],
            total=facts["reminder_total"],
            date=when,
        )

    def _get_correspondence_zone(self):
        """Name dates as the plan counts them, where it has its own working hours."""
        # SUDO: the parties are told when they are closed, whoever sends the mail.
        calendar = self.sudo().followup_id.plan_id.resource_calendar_id
        return calendar.tz or super()._get_correspondence_zone()

    def _format_incident_date(self, date, followup):
        plan = followup.plan_id.with_company(followup.company_id)
        zone = self.env.context.get("tz") or self.env.user.tz or plan._get_zone()
        return format_datetime(self.env, date, tz=zone, dt_format="E d MMM HH:mm")
