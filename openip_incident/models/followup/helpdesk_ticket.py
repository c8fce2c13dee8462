# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import MissingError, UserError
from odoo.fields import Domain

from ...tools.act_memory import answered_once
from ...tools.zones import get_said_zone
from ..followups import CLOSE, OPEN_STATES, RUNNING
from ..phases import FROZEN, ON_HOLD, WAITING
from ..words import INTERNAL

COLLECTED = "openip_incident.collected"


class HelpdeskTicket(models.Model):
    """What an incident knows of its follow-ups."""

    _inherit = "helpdesk.ticket"

    # Follow-ups
    followup_ids = fields.One2many(
        comodel_name="incident.followup",
        inverse_name="ticket_id",
        groups=INTERNAL,
        help="All waits of this incident, with their reminders.",
    )
    followup_id = fields.Many2one(
        comodel_name="incident.followup",
        string="Follow-up",
        compute="_compute_followup_id",
        search="_search_followup_id",
        groups=INTERNAL,
        help="The open one: how the incident is followed up while it waits.",
    )
    followup_state = fields.Selection(
        related="followup_id.state",
        groups=INTERNAL,
        help="Whether the countdown runs, is on hold or is over.",
    )
    next_step_date = fields.Datetime(
        related="followup_id.due_date", string="Next step on", groups=INTERNAL
    )
    reminder_count = fields.Integer(
        string="Reminders",
        copy=False,
        readonly=True,
        groups=INTERNAL,
        help="Reminders delivered by the current or last follow-up.",
    )
    answer_awaited = fields.Boolean(
        copy=False,
        readonly=True,
        groups=INTERNAL,
        help="A party whose answer is waited for has not given it yet.",
    )
    followup_exempt = fields.Boolean(
        string="No follow-up",
        copy=False,
        tracking=True,
        groups=INTERNAL,
        help="Neither reminders nor automatic closure, whatever the plans say.",
    )
    followup_count = fields.Integer(
        string="Follow-ups",
        compute="_compute_followup_count",
        groups=INTERNAL,
        help="How often this incident has waited for its parties.",
    )
    followup_plan_id = fields.Many2one(
        related="followup_id.plan_id",
        string="Plan",
        groups=INTERNAL,
        help="The plan by which the parties are reminded and the incident is closed.",
    )
    followup_action = fields.Selection(
        related="followup_id.next_action",
        string="Next step",
        groups=INTERNAL,
        help="What the follow-up does next: a reminder, the announcement of "
        "closure, or closure.",
    )
    followup_start_date = fields.Datetime(
        related="followup_id.start_date",
        string="Followed up since",
        groups=INTERNAL,
        help="When the question, or the request for confirmation, was put to the "
        "parties.",
    )
    followup_hold_until = fields.Datetime(
        related="followup_id.hold_until",
        string="Held until",
        groups=INTERNAL,
        help="The countdown goes on at this moment; empty: when somebody resumes it.",
    )
    followup_frozen_date = fields.Datetime(
        related="followup_id.frozen_date",
        groups=INTERNAL,
        help="Since when the incident is frozen for want of an answer.",
    )
    followup_unfrozen_date = fields.Datetime(
        related="followup_id.unfrozen_date",
        groups=INTERNAL,
        help="When an answer, or an agent, ended the freeze.",
    )
    followup_error = fields.Char(
        related="followup_id.error", string="Failure of the follow-up", groups=INTERNAL
    )
    followup_undelivered = fields.Boolean(
        related="followup_id.undelivered", string="Not delivered", groups=INTERNAL
    )

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

    def _incident_release(self):
        # SUDO: follow-ups are written by the process only.
        followups = self.sudo().followup_id
        followups.filtered(lambda followup: followup.state == RUNNING)._release()
        return super()._incident_release()

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
            facts[ticket_id] = {
                **known[kind],
                # A private one must reach no mail of the closure, which goes to both.
                "question": step
                and step.action != CLOSE
                and Markup(followup.question or ""),
                "frozen": followup.frozen_date,
                "asked_party": followup.asked_party_id,
                "request_kind": followup.request_kind,
            }
        return facts

    def _prepare_step_letters(self, events, parties=None):
        """Return the letters of a step, or of a move.

        :param events: dict of ticket id: event, of those that are followed up
        :param parties: dict of ticket id: whom to write to, instead of all whom the
            step addresses
        :return: list of ``Letter``
        """
        facts, parties = self._get_move_facts(events), parties or {}
        return [
            ticket._prepare_step_letter(
                events.get(ticket.id), facts.get(ticket.id, {}), parties.get(ticket.id)
            )
            for ticket in self
        ]

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

    @answered_once
    def _get_correspondence_zone(self):
        """Name dates as the plan counts them, where it has its own working hours."""
        # SUDO: the parties are told when they are closed, whoever sends the mail.
        calendar = self.sudo().followup_id.plan_id.resource_calendar_id
        zone = calendar._get_known_zone()
        return get_said_zone(zone) or super()._get_correspondence_zone()

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
