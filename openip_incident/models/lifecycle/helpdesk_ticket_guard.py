# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from ..phases import CLOSED, ON_HOLD, REGISTERED, TRANSITIONS
from .helpdesk_ticket_move import REPEATABLE_PHASES, VALIDATED_PHASES


class HelpdeskTicket(models.Model):
    """What is refused, whoever asks: by right, by phase, or for want of something."""

    _inherit = "helpdesk.ticket"

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

    def _ensure_incident_move(self, stage):
        """Refuse what the process does not allow, naming the first incident."""
        for team, tickets in self.grouped("team_id").items():
            if stage not in team._get_incident_stages():
                tickets._raise_illegal_move(stage)
        for ticket in self:
            if not ticket._is_incident_move_legal(stage):
                ticket._raise_illegal_move(stage)
            if stage.incident_phase in VALIDATED_PHASES:
                ticket._ensure_incident_valid()

    def _is_incident_move_legal(self, stage):
        """Tell whether the process knows the move from here to a stage."""
        self.ensure_one()
        origin, target = self.stage_id.incident_phase, stage.incident_phase
        if origin == CLOSED and target != CLOSED:
            return target == self._get_reopen_phase() and self._is_incident_reopenable()
        if origin == target and target not in REPEATABLE_PHASES:
            return stage != self.stage_id
        if origin == target or target in TRANSITIONS.get(origin, ()):
            return True
        return origin in ON_HOLD and stage == self._get_incident_return_stage()

    def _raise_illegal_move(self, stage):
        ticket = self[:1]
        message = self.env._(
            "%(number)s cannot go from %(origin)s to %(target)s.",
            number=ticket.number,
            origin=ticket.stage_id.name,
            target=stage.name,
        )
        if ticket.incident_phase == CLOSED and not ticket._is_incident_reopenable():
            message += " " + self.env._(
                "It was closed more than %(days)s days ago: use the button Reopen, "
                "which registers a new incident linked to this one.",
                days=ticket._get_incident_reopen_days(),
            )
        raise UserError(message)

    def _ensure_incident_valid(self):
        """Refuse to open what nobody could work on (P1).

        :raises UserError: naming what is missing
        """
        self.ensure_one()
        missing = []
        if not self._has_incident_customer():
            missing.append(self.env._("the customer"))
        if is_html_empty(self.description):
            missing.append(self.env._("a description of the malfunction"))
        if missing:
            raise UserError(
                self.env._(
                    "%(number)s cannot be opened yet. Please add: %(missing)s.",
                    number=self.number,
                    missing=", ".join(missing),
                )
            )
