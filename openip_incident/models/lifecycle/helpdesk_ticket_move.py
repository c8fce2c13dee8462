# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError

from ..phases import (
    BOTH,
    CLOSED,
    CLOSURE,
    ESCALATED,
    FROZEN,
    IN_PROGRESS,
    ON_HOLD,
    OPENED,
    REGISTERED,
    REJECTED,
    SUPPORT,
    WAITING,
)

# Phases that only a validated incident reaches (P1).
VALIDATED_PHASES = (OPENED, IN_PROGRESS, ESCALATED, CLOSURE)

# Phases that an act enters anew: another request, another level.
REPEATABLE_PHASES = (WAITING, ESCALATED)


class _Move:
    """A checked move on its way to ``write``; no RPC can forge this object."""

    def __init__(self, tickets, vals):
        self._ids = set(tickets.ids)
        self._target = (vals.get("stage_id"), vals.get("team_id"))

    def covers(self, tickets, vals):
        target = (vals.get("stage_id"), vals.get("team_id"))
        return self._target == target and self._ids.issuperset(tickets.ids)


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    # Every change of stage or team, wherever it comes from

    def _incident_write(self, vals):
        """Route a change of stage or team: process, plain helpdesk, or between both."""
        groups = self.grouped(lambda ticket: (ticket.team_id, ticket.stage_id))
        for tickets in groups.values():
            tickets._incident_write_group(dict(vals))
        return True

    def _incident_write_group(self, vals):
        """Write a stage or team change on tickets of one team and one stage."""
        teams = self.env["helpdesk.ticket.team"]
        team = teams.browse(vals["team_id"]) if "team_id" in vals else self.team_id
        if not team.incident_process and not self[0].is_incident:
            self._ensure_plain_stage(vals)
            return self._incident_apply(vals)
        stage = self._get_incident_target_stage(team, vals)
        vals = {**vals, "stage_id": stage.id}
        if not team.incident_process:
            self._ensure_plain_stage(vals)
            return self._incident_apply_leaving(vals)
        if not self[0].is_incident:
            return self._incident_enter(stage, vals)
        if stage == self.stage_id:
            vals.pop("stage_id")
            return self._incident_apply(vals)
        if team != self.team_id:
            self._ensure_same_phase(stage)
            return self._incident_apply(vals)
        return self._incident_move(stage, vals=vals)

    def _get_incident_target_stage(self, team, vals):
        """Return the stage that a change leads to, by phase when the team changes."""
        if "stage_id" in vals:
            return self.env["helpdesk.ticket.stage"].browse(vals["stage_id"])
        if not team.incident_process:
            return self._get_leaving_stage(team)
        return self._get_incident_entry_stage(team)

    def _get_leaving_stage(self, team):
        """Return the plain stage that stands for where these incidents are."""
        closed = self.stage_id.incident_phase == CLOSED
        stages = team._get_applicable_stages()
        return stages.filtered(lambda stage: stage.closed == closed)[:1] or stages[:1]

    def _get_incident_entry_stage(self, team):
        """Return the team's stage for the phase these tickets are in, or start from."""
        stage = self.stage_id
        if stage.incident_phase and self[:1].is_incident:
            return team._get_incident_stage(
                stage.incident_phase, stage.incident_request_kind
            )
        return team._get_incident_stage(CLOSED if stage.closed else REGISTERED)

    def _ensure_plain_stage(self, vals):
        stage = self.env["helpdesk.ticket.stage"].browse(vals.get("stage_id"))
        if stage.incident_phase:
            raise UserError(
                self.env._(
                    "%(stage)s is a stage of the incident process: tickets of other "
                    "teams cannot enter it.",
                    stage=stage.name,
                )
            )

    def _ensure_same_phase(self, stage):
        """Refuse to slip a move into a change of team."""
        if stage.incident_phase != self.stage_id.incident_phase:
            self._raise_illegal_move(stage)

    def _incident_apply(self, vals):
        """Write checked values, past the guard of ``write``.

        The base dates the closure anew on every entry into a closing stage; what is
        closed already keeps its date.
        """
        closed_dates = {
            ticket: ticket.closed_date for ticket in self if ticket.stage_id.closed
        }
        self.with_context(incident_move=_Move(self, vals)).write(vals)
        for ticket, closed_date in closed_dates.items():
            if ticket.stage_id.closed and ticket.closed_date != closed_date:
                ticket.closed_date = closed_date
        return True

    def _incident_is_applying(self, vals):
        move = self.env.context.get("incident_move")
        return isinstance(move, _Move) and move.covers(self, vals)

    # Into and out of the process

    def _incident_enter(self, stage, vals):
        """Take plain tickets into the process: registered, or closed as they are."""
        if stage.incident_phase != (CLOSED if self.stage_id.closed else REGISTERED):
            self._raise_illegal_move(stage)
        if stage.incident_phase == CLOSED:
            vals.setdefault("close_reason", SUPPORT)
        self._incident_apply(vals)
        self._incident_enter_process()

    def _incident_enter_process(self):
        """Complete tickets that have just become incidents, whatever made them so."""
        incidents = self.filtered("is_incident")
        for (team, stage), tickets in incidents.grouped(
            lambda ticket: (ticket.team_id, ticket.stage_id)
        ).items():
            if stage not in team._get_incident_stages():
                entry = tickets._get_incident_entry_stage(team)
                tickets._incident_apply({"stage_id": entry.id})
        newcomers = incidents.filtered(lambda ticket: not ticket.incident_number)
        newcomers._ensure_incident_number()
        newcomers._incident_drop_outsiders()

    def _incident_leave_process(self):
        """Put incidents into the stages of the plain helpdesk, without a mail."""
        plain = self.env["helpdesk.ticket.team"]
        leaving = self.filtered("stage_id.incident_phase")
        for tickets in leaving.grouped("stage_id").values():
            stage = tickets._get_leaving_stage(plain)
            tickets.with_context(tracking_disable=True)._incident_apply_leaving(
                {"stage_id": stage.id}
            )
        # The helpdesk's own stage mails look at what a whole transaction changed.
        self._track_discard()

    def _incident_apply_leaving(self, vals):
        """Write the values with which incidents become plain tickets."""
        # SUDO: follow-ups are written by the process only.
        self.sudo().followup_id._finish("cancelled")
        self._incident_apply({**vals, "return_stage_id": False, "wait_start": False})

    # The one move

    def _incident_move_to(self, phase, kind=False, **act):
        """Move incidents to the stage by which their team knows a phase.

        :param phase: one of the phases
        :param kind: what is requested, for the phase waiting
        :param act: see :meth:`_incident_move`
        """
        for team, tickets in self.grouped("team_id").items():
            tickets._incident_move(team._get_incident_stage(phase, kind), **act)

    def _incident_move(
        self,
        stage,
        vals=None,
        template=None,
        text=None,
        silent=None,
        events=None,
        parties=BOTH,
    ):
        """Move incidents of one team to a stage: the only way there is.

        :param stage: the stage to enter
        :param vals: other values to write in the same go
        :param template: the mail of the act; without it that of the stage
        :param text: HTML that the act has to say
        :param silent: True or False to send no mail or one; a way back sends none
        :param events: dict of id: the event of the follow-up's step that moves them
        :param parties: key of ``PARTIES``, whom a request is put to
        :raises UserError: when the process knows no such move
        """
        self._incident_lock()
        back = self.filtered(lambda ticket: ticket._is_incident_way_back(stage))
        told = self - back if silent is None else self.browse() if silent else self
        self._ensure_incident_move(stage)
        groups = self._group_by_move_vals(stage, vals or {}, parties)
        for facts, tickets in groups.items():
            tickets._incident_apply({**dict(facts), "stage_id": stage.id})
        self._incident_end_followups(stage)
        started = self._incident_start_followups(stage)
        written = told._incident_announce_move(template, text, events or started)
        (self - written)._incident_start_clock(started)
        if stage.incident_phase == FROZEN:
            self._incident_tell_unasked()

    def _group_by_move_vals(self, stage, vals, parties):
        """Return the incidents by what their move writes besides the stage.

        :return: dict of tuple of pairs of name and value: incidents
        """
        return self.grouped(
            lambda ticket: (
                *{
                    **ticket._prepare_incident_move_vals(stage),
                    **vals,
                    **ticket._prepare_addressee_vals(parties),
                }.items(),
            )
        )

    def _incident_announce_move(self, template, text, events):
        """Send the mail of a move that has just been made.

        :param template: the mail of the act, or nothing for that of the stage
        :param text: HTML that the act has to say
        :param events: dict of id: the event of a follow-up that the mail belongs to
        :return: the incidents that were written about
        """
        rejected = self.filtered(lambda ticket: ticket.close_reason == REJECTED)
        others = self - rejected
        mails = [
            (rejected, template or rejected.team_id.rejected_template_id),
            (others, template or others.stage_id.mail_template_id),
        ]
        written = self.browse()
        for tickets, mail in mails:
            if tickets and mail:
                letters = tickets._prepare_step_letters(events)
                tickets._incident_correspond_step(mail, letters, text)
                written |= tickets
        return written

    # What a move needs

    def _is_incident_way_back(self, stage):
        """Tell whether a move only takes up what was told the parties before."""
        self.ensure_one()
        origin, target = self.incident_phase, stage.incident_phase
        if CLOSED in (origin, target):
            return origin == CLOSED and target != CLOSED
        return origin in ON_HOLD and stage == self._get_incident_return_stage()

    def _has_incident_customer(self):
        """Tell whether somebody is, or becomes, the customer of an incident."""
        self.ensure_one()
        return bool(self.partner_id)

    # What a move leaves behind

    def _prepare_incident_move_vals(self, stage):
        """Return the facts that a move records on this incident."""
        self.ensure_one()
        origin, target = self.stage_id.incident_phase, stage.incident_phase
        if origin == target and target != WAITING:
            return {}
        vals = {}
        if target in VALIDATED_PHASES and not self.validated_date:
            vals.update(self._prepare_validation_vals())
        if origin == CLOSED:
            vals.update(self._prepare_reopen_vals())
        if origin in ON_HOLD and target not in ON_HOLD:
            vals.update(
                return_stage_id=False,
                wait_start=False,
                answer_awaited=False,
                private_request_party_id=False,
            )
        if target == IN_PROGRESS:
            vals["escalation_level_id"] = False
        if target == WAITING:
            vals.update(self._prepare_waiting_vals())
        if target == CLOSURE:
            vals["solved_date"] = fields.Datetime.now()
        elif origin == CLOSURE and target != CLOSED:
            vals["solved_date"] = False
        if target == CLOSED:
            vals.update(self._prepare_closing_vals())
        return vals

    def _prepare_validation_vals(self):
        return {
            "validated_by_id": self.env.uid,
            "validated_date": fields.Datetime.now(),
        }

    def _prepare_waiting_vals(self):
        """Remember where to go back to when a party has answered.

        A question asked while closure awaits its confirmation says that the incident
        is not solved: it goes back to work, not to a countdown that nobody announced.
        """
        vals = {
            "wait_start": fields.Datetime.now(),
            "answer_awaited": True,
            "answered_party_id": False,
            "private_request_party_id": False,
        }
        if self.incident_phase == CLOSURE:
            vals["return_stage_id"] = self.team_id._get_incident_stage(IN_PROGRESS).id
        elif self.incident_phase not in ON_HOLD:
            vals["return_stage_id"] = self.stage_id.id
        return vals

    def _prepare_closing_vals(self):
        rejected = self.incident_phase == REGISTERED
        return {"close_reason": REJECTED if rejected else SUPPORT}

    # Ways back

    def _get_incident_return_stage(self):
        """Return where a waiting incident goes once it is answered."""
        self.ensure_one()
        stage, stages = self.return_stage_id, self.team_id._get_incident_stages()
        if stage.active and stage in stages:
            return stage
        return self.team_id._get_incident_stage(IN_PROGRESS)

    def _incident_resume(self):
        """Take waiting or frozen incidents back to work, without a mail."""
        for ticket in self.filtered(lambda ticket: ticket.incident_phase in ON_HOLD):
            ticket._incident_move(ticket._get_incident_return_stage(), silent=True)
