# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from functools import partial

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from ...tools.arguments import ensure_key, to_record
from ..phases import (
    BOTH,
    CLOSE_REASONS,
    CLOSED,
    CLOSURE,
    ESCALATED,
    IN_PROGRESS,
    INFORMATION,
    OPENED,
    PARTIES,
    REGISTERED,
    REJECTED,
    REQUEST_KINDS,
    WAIT_FOR,
    WAITING,
)


class HelpdeskTicket(models.Model):
    """What agents do with incidents: buttons, wizards and RPC share these methods.

    Records may be given as ids, bodies are HTML and sanitised. Called without their
    arguments, the methods that need some open the wizard that asks for them.
    """

    _inherit = "helpdesk.ticket"

    # Moves

    def action_incident_open(self):
        """Validate incidents and open them (P1, P2, M3).

        :raises UserError: naming what an incident lacks to be opened
        """
        self._ensure_may_act()
        self._incident_move_to(OPENED)
        return True

    def action_incident_start(self):
        """Take incidents into work; out of escalation this is de-escalation."""
        self._ensure_may_act()
        self._incident_move_to(IN_PROGRESS)
        return True

    def action_incident_resume(self):
        """Go on with waiting or frozen incidents without the parties' answer."""
        self._ensure_may_act()
        self._incident_resume()
        return True

    def action_incident_enter(self, stage):
        """Do what leads to a stage: a card was dropped on it, or its name clicked.

        Acts that have something to say or to choose ask for it before they move.

        :param stage: ``helpdesk.ticket.stage`` or its id
        :return: True, or the wizard's action
        """
        self.ensure_one()
        stage = to_record(self.env, "helpdesk.ticket.stage", stage)
        if self.is_incident and stage != self.stage_id:
            self._ensure_may_act()
            self._ensure_incident_move(stage)
            act = self._get_incident_act(stage)
            if act:
                return act()
        return self.write({"stage_id": stage.id})

    def _get_incident_act(self, stage):
        """Return the act that leads to a stage, None where a plain move does.

        :param stage: a stage that the incident may enter now
        """
        if self.return_stage_id and stage == self._get_incident_return_stage():
            return self.action_incident_resume
        if stage != self.team_id._get_incident_stage(*stage._get_incident_key()):
            return None
        if self.incident_phase == CLOSED:
            return self.action_incident_reopen
        registered = self.incident_phase == REGISTERED
        return {
            OPENED: self.action_incident_open,
            IN_PROGRESS: self.action_incident_start,
            ESCALATED: self.action_incident_escalate,
            WAITING: partial(self.incident_request, stage.incident_request_kind),
            CLOSURE: self.action_incident_resolve,
            CLOSED: (
                self.action_incident_reject
                if registered
                else self.action_incident_close
            ),
        }.get(stage.incident_phase)

    def action_incident_escalate(
        self, level=None, reason=None, partner=None, reference=None
    ):
        """Escalate incidents and tell both parties (P7).

        :param level: ``incident.escalation.level`` or its id
        :param reason: HTML added to the update that the parties receive
        :param partner: ``res.partner`` or its id, who works on it; that of the level
            by default
        :param reference: the number under which the incident is known there
        """
        self._ensure_may_act()
        level = to_record(self.env, "incident.escalation.level", level)
        if not level:
            return self._open_incident_wizard("escalate")
        partner = to_record(self.env, "res.partner", partner)
        vals = {
            "escalation_level_id": level.id,
            "escalation_partner_id": (partner or level.partner_id).id,
            "escalation_date": fields.Datetime.now(),
        }
        if reference:
            vals["escalation_reference"] = reference
        # Another level is news, even where the incident was escalated before.
        self._incident_move_to(
            ESCALATED, vals=vals, text=self._to_said(reason), silent=False
        )
        return True

    def action_incident_resolve(self, body=None, cause=None, restored=None):
        """Declare incidents solved and ask both parties to confirm (P7).

        :param body: HTML, what was done, which the parties read
        :param cause: ``incident.cause`` or its id
        :param restored: since when it works again, naive UTC; now by default
        :raises UserError: for a date in the future, or before the malfunction began
        """
        self._ensure_may_act()
        restored = restored or self._get_default_restored()
        vals = self._prepare_solution_vals(body, cause, restored)
        vals["answer_unread"] = False
        self._incident_move_to(CLOSURE, vals=vals, text=self._to_said(body))
        return True

    def action_incident_close(self, reason=None, body=None, cause=None, restored=None):
        """Close incidents.

        :param reason: key of ``close_reason``
        :param body: HTML that the parties read in the mail of closure
        :param cause: ``incident.cause`` or its id
        :param restored: since when it works again, naive UTC
        """
        self._ensure_may_act()
        if not reason:
            return self._open_incident_wizard("close")
        ensure_key(self.env, reason, CLOSE_REASONS)
        if reason == REJECTED:
            return self.action_incident_reject(body or "")
        self._ensure_not_registered()
        vals = {"close_reason": reason, "answer_unread": False}
        vals.update(self._prepare_solution_vals(None, cause, restored))
        self._incident_move_to(CLOSED, vals=vals, text=self._to_said(body))
        return True

    def action_incident_reject(self, reason=None):
        """Reject what was reported and tell both parties why.

        :param reason: HTML, what the parties read
        """
        self._ensure_may_act()
        if reason is None:
            return self._open_incident_wizard("reject")
        self._ensure_never_opened()
        for team, tickets in self.grouped("team_id").items():
            tickets._incident_move_to(
                CLOSED,
                vals={"close_reason": REJECTED, "answer_unread": False},
                template=team.rejected_template_id,
                text=self._to_said(reason),
            )
        return True

    def action_incident_reopen(self, reason=None):
        """Reopen closed incidents, or register new ones once the window is over.

        :param reason: HTML, what support notes for itself
        """
        self._ensure_may_act()
        if reason is None:
            return self._open_incident_wizard("reopen")
        self._incident_reopen_with(reason)
        return True

    def _incident_reopen_with(self, reason):
        """Reopen with a note; return the incidents to go on with.

        :param reason: HTML, or nothing
        """
        self.check_access("write")
        return self._incident_reopen(self._to_said(reason))

    # Correspondence

    def incident_request(self, kind=None, body=None, wait_for="either", parties="both"):
        """Ask the parties for information or for an action (P4).

        What one party alone is asked waits for that party, and the other reads none
        of it.

        :param kind: ``information`` or ``action``
        :param body: HTML, the question
        :param wait_for: whose answer takes the incident back to work
        :param parties: key of ``PARTIES``, who is asked
        """
        self._ensure_may_act()
        if not kind or is_html_empty(body):
            return self._open_incident_wizard(
                "request", default_kind=kind or INFORMATION
            )
        ensure_key(self.env, kind, REQUEST_KINDS)
        ensure_key(self.env, wait_for, WAIT_FOR)
        self._ensure_addressees(parties)
        wait_for = wait_for if parties == BOTH else parties
        vals = {"wait_for": wait_for, "answer_unread": False}
        self._incident_move_to(
            WAITING, kind, vals=vals, text=self._to_said(body), parties=parties
        )
        return True

    def incident_update(self, body=None, parties="both"):
        """Inform the parties of an evolution (P3).

        :param body: HTML, the news
        :param parties: key of ``PARTIES``, who is informed; one alone reads it alone
        """
        self._ensure_may_act()
        if is_html_empty(body):
            return self._open_incident_wizard("update")
        self._ensure_addressees(parties)
        for team, tickets in self.grouped("team_id").items():
            tickets._correspond(
                team._get_update_template(),
                [ticket._prepare_addressed_letter(parties) for ticket in tickets],
                self._to_said(body),
                automatic=False,
            )
        self._incident_set_read()
        return True

    def incident_record_answer(self, partner=None, body=None):
        """Record what a party answered by phone.

        :param partner: the contact who answered, staff of a party, or its id
        :param body: HTML, the answer
        :raises UserError: when the contact speaks for no party of the incident
        """
        self._ensure_may_act()
        partner = to_record(self.env, "res.partner", partner)
        if not partner or is_html_empty(body):
            return self._open_incident_wizard("answer")
        for ticket in self:
            if not ticket._get_incident_party(partner):
                raise UserError(
                    self.env._(
                        "%(partner)s speaks for no party of %(number)s.",
                        partner=partner.name,
                        number=ticket.number,
                    )
                )
            files = ticket._copy_chosen_files()
            ticket._incident_post_answer(partner, self._to_said(body), files=files)
        return True

    def action_incident_set_read(self):
        """Take note of the parties' answers."""
        self._ensure_may_act()
        self._incident_set_read()
        return True

    # Guards and conversions

    def _ensure_addressees(self, parties):
        """Refuse to write to a party that an incident does not have."""
        ensure_key(self.env, parties, PARTIES)
        field = self.env["incident.act.wizard"]._fields["parties"]
        labels = dict(field._description_selection(self.env))
        for ticket in self:
            if parties != BOTH and not ticket._get_addressed_parties(parties):
                raise UserError(
                    self.env._(
                        "%(number)s has no such party: %(party)s.",
                        number=ticket.number,
                        party=labels[parties],
                    )
                )

    def _open_incident_wizard(self, act, **context):
        """Return the action that asks for the arguments of an act.

        :param act: key of the wizard's act
        :param context: defaults for the wizard
        """
        action = self.env["ir.actions.actions"]._for_xml_id(
            "openip_incident.incident_act_wizard_action"
        )
        labels = self.env["incident.act.wizard"]._get_act_labels()
        context = {"default_act": act, "default_ticket_ids": self.ids, **context}
        return {**action, "name": labels[act], "context": context}
