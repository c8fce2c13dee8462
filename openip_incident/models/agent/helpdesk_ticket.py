# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from functools import partial

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html_sanitize, is_html_empty

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
        stage = self._to_record("helpdesk.ticket.stage", stage)
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

    def action_incident_escalate(self, level=None, reason=None):
        """Escalate incidents and tell both parties (P7).

        :param level: ``incident.escalation.level`` or its id
        :param reason: HTML added to the update that the parties receive
        """
        self._ensure_may_act()
        level = self._to_record("incident.escalation.level", level)
        if not level:
            return self._open_incident_wizard("escalate")
        vals = {
            "escalation_level_id": level.id,
            "escalation_partner_id": level.partner_id.id,
            "escalation_date": fields.Datetime.now(),
        }
        # Another level is news, even where the incident was escalated before.
        self._incident_move_to(
            ESCALATED, vals=vals, text=self._to_body(reason), silent=False
        )
        return True

    def action_incident_resolve(self):
        """Declare incidents solved and ask both parties to confirm (P7)."""
        self._ensure_may_act()
        self._incident_move_to(CLOSURE, vals={"answer_unread": False})
        return True

    def action_incident_close(self, reason=None):
        """Close incidents.

        :param reason: key of ``close_reason``
        """
        self._ensure_may_act()
        if not reason:
            return self._open_incident_wizard("close")
        self._ensure_key(reason, CLOSE_REASONS)
        if reason == REJECTED:
            return self.action_incident_reject("")
        self._ensure_not_registered()
        vals = {"close_reason": reason, "answer_unread": False}
        self._incident_move_to(CLOSED, vals=vals)
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
                text=self._to_body(reason),
            )
        return True

    def action_incident_reopen(self, reason=None):
        """Reopen closed incidents, or register new ones once the window is over.

        :param reason: HTML, what support notes for itself
        """
        self._ensure_may_act()
        if reason is None:
            return self._open_incident_wizard("reopen")
        self._incident_reopen(self._to_body(reason))
        return True

    def _incident_reopen(self, reason):
        """Reopen, or register a successor; return the incidents to work on."""
        reopened = self.browse()
        for ticket in self:
            if ticket.incident_phase != CLOSED:
                ticket._raise_illegal_move(
                    ticket.team_id._get_incident_stage(ticket._get_reopen_phase())
                )
            if ticket._is_incident_reopenable():
                ticket._incident_move_to(ticket._get_reopen_phase(), silent=True)
                reopened |= ticket
            else:
                reopened |= ticket._incident_register_successor()
            if not is_html_empty(reason):
                reopened[-1:]._message_log(body=reason)
        return reopened

    def _incident_register_successor(self):
        """Register a new incident linked to this one, which stays closed."""
        successor = self.create(self._prepare_successor_vals())
        self._message_log(
            body=self.env._(
                "Reported again as %(incident)s.", incident=successor._get_html_link()
            )
        )
        return successor

    def _prepare_successor_vals(self):
        self.ensure_one()
        return {
            "name": self.name,
            "description": self.description,
            "team_id": self.team_id.id,
            "partner_id": self.partner_id.id,
            "integrator_id": self.integrator_id.id,
            "partner_name": self.partner_name,
            "partner_email": self.partner_email,
            "category_id": self.category_id.id,
            "channel_id": self.channel_id.id,
            "priority": self.priority,
            "predecessor_id": self.id,
        }

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
        self._ensure_key(kind, REQUEST_KINDS)
        self._ensure_key(wait_for, WAIT_FOR)
        self._ensure_addressees(parties)
        wait_for = wait_for if parties == BOTH else parties
        vals = {"wait_for": wait_for, "answer_unread": False}
        self._incident_move_to(
            WAITING, kind, vals=vals, text=self._to_body(body), parties=parties
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
        readers, lines = self._get_addressees(parties)
        for team, tickets in self.grouped("team_id").items():
            tickets._correspond(
                team._get_update_template(),
                text=self._to_body(body),
                automatic=False,
                parties=readers,
                lines=lines,
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
        partner = self._to_record("res.partner", partner)
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
            ticket._incident_post_answer(partner, self._to_body(body))
        return True

    def action_incident_set_read(self):
        """Take note of the parties' answers."""
        self._ensure_may_act()
        self._incident_set_read()
        return True

    # Guards and conversions

    def _ensure_may_act(self):
        self.check_access("write")
        for ticket in self:
            if not ticket.is_incident:
                raise UserError(
                    self.env._(
                        "%(number)s is no incident: its team does not run the incident "
                        "process.",
                        number=ticket.number,
                    )
                )

    def _ensure_not_registered(self):
        """What was never validated is rejected, not closed."""
        for ticket in self:
            if ticket.incident_phase == REGISTERED:
                raise UserError(
                    self.env._(
                        "%(number)s was not opened: reject it, so that the parties "
                        "learn why.",
                        number=ticket.number,
                    )
                )

    def _ensure_never_opened(self):
        """What was validated once is closed, not rejected."""
        for ticket in self:
            if ticket.validated_date:
                raise UserError(
                    self.env._(
                        "%(number)s was opened: close it instead of rejecting it.",
                        number=ticket.number,
                    )
                )

    def _ensure_addressees(self, parties):
        """Refuse to write to a party that an incident does not have."""
        self._ensure_key(parties, PARTIES)
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

    @api.model
    def _ensure_key(self, key, selection):
        if not isinstance(key, str) or key not in dict(selection):
            raise UserError(
                self.env._(
                    "%(key)s is unknown here. Choose one of: %(keys)s.",
                    key=key,
                    keys=", ".join(dict(selection)),
                )
            )

    @api.model
    def _to_record(self, model, record):
        """Return a record given as such or by its id, as RPC must."""
        records = self.env[model]
        if not record:
            return records
        return (
            record if isinstance(record, models.BaseModel) else records.browse(record)
        )

    @api.model
    def _to_body(self, body):
        """Return safe HTML for what a caller wants to say."""
        return Markup(html_sanitize(body or "", sanitize_attributes=True))

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
