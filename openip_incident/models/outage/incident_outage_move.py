# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from ...tools.arguments import to_body
from ..outages import (
    CANCELLED,
    COMPLETED,
    IDENTIFIED,
    IN_PROGRESS,
    INVESTIGATING,
    LASTING,
    MONITORING,
    OVER,
    RESOLVED,
    VERIFYING,
    get_targets,
)
from ..phases import CLOSURE, TRANSITIONS
from ..row_lock import lock_rows


class _Moving:
    """A checked move on its way to ``write``; no RPC can forge this object."""

    def __init__(self, state):
        self.state = state


class IncidentOutage(models.Model):
    """The states of an outage, and what begins and ends with each."""

    _inherit = "incident.outage"

    can_identify = fields.Boolean(compute="_compute_can")
    can_investigate = fields.Boolean(compute="_compute_can")
    can_monitor = fields.Boolean(compute="_compute_can")
    can_resolve = fields.Boolean(compute="_compute_can")
    can_start = fields.Boolean(compute="_compute_can")
    can_verify = fields.Boolean(compute="_compute_can")
    can_complete = fields.Boolean(compute="_compute_can")
    can_cancel = fields.Boolean(compute="_compute_can")

    def _get_moves(self):
        """Return the state that each act of agents leads to."""
        return {
            "can_identify": IDENTIFIED,
            "can_investigate": INVESTIGATING,
            "can_monitor": MONITORING,
            "can_resolve": RESOLVED,
            "can_start": IN_PROGRESS,
            "can_verify": VERIFYING,
            "can_complete": COMPLETED,
            "can_cancel": CANCELLED,
        }

    def _compute_can(self):
        for outage in self:
            targets = get_targets(outage.kind, outage.state) if outage.id else ()
            for name, state in self._get_moves().items():
                outage[name] = state in targets

    # Acts

    def action_investigate(self):
        """Look for the cause again: it came back, or the cause was another."""
        return self._move_to(INVESTIGATING)

    def action_identify(self):
        """Say that the cause is known."""
        return self._move_to(IDENTIFIED)

    def action_monitor(self):
        """Say that it seems to be mended, and is watched."""
        return self._move_to(MONITORING)

    def action_start(self):
        """Begin the works, or go on with them."""
        return self._move_to(IN_PROGRESS)

    def action_verify(self):
        """Say that the works are done and are being checked."""
        return self._move_to(VERIFYING)

    def action_resolve(self, body=None):
        """Say that everything works again, and ask the parties to confirm it.

        :param body: HTML, what was done; without it what is noted as the solution
        :raises UserError: when the state does not allow it
        """
        self._move_to(RESOLVED)
        if not is_html_empty(body):
            # What the mails say the pages say, too.
            self.solution = to_body(body)
        for outage in self:
            said = not is_html_empty(outage.solution)
            outage._request_closure(outage.solution if said else None)
        return True

    def action_complete(self):
        """End it: nothing of it is waited for any more."""
        return self._move_to(COMPLETED)

    def action_cancel(self):
        """Say that it was none, or will not take place."""
        return self._move_to(CANCELLED)

    # The one move

    def _move_to(self, state):
        """Move to a state, and hold or release the incidents.

        :raises UserError: when the process knows no such move
        """
        self.check_access("write")
        lock_rows(self)
        for outage in self:
            outage._ensure_may_move(state)
        lasted = self.filtered(lambda outage: outage._is_lasting())
        moving = self.with_context(incident_outage_move=_Moving(state))
        for outage in moving:
            outage.write({"state": state, **outage._prepare_move_vals(state)})
        self._follow_move(lasted)
        return True

    def _is_moving(self, vals):
        move = self.env.context.get("incident_outage_move")
        return isinstance(move, _Moving) and move.state == vals["state"]

    def _ensure_may_move(self, state):
        if state in get_targets(self.kind, self.state):
            return
        labels = dict(self._fields["state"]._description_selection(self.env))
        raise UserError(
            self.env._(
                "%(outage)s cannot go from “%(origin)s” to “%(target)s”.",
                outage=self.display_name,
                origin=labels[self.state],
                target=labels[state],
            )
        )

    def _prepare_move_vals(self, state):
        """Return what a state says of the dates."""
        self.ensure_one()
        now = fields.Datetime.now()
        if state in (RESOLVED, *OVER):
            vals = {"next_message_date": False}
            return (
                vals
                if self.end_date
                else {**vals, "end_date": max(now, self.begin_date)}
            )
        return {"end_date": False}

    def _follow_move(self, lasted):
        """Hold what begins to last, release what lasts no more.

        :param lasted: those of these that lasted before
        """
        for outage in self:
            lasts = outage.state in LASTING
            if lasts and outage not in lasted:
                outage._begin_hold()
            elif not lasts and outage in lasted:
                outage._end_hold()

    def _request_closure(self, text):
        """Ask the parties of the opened incidents to confirm closure (P7).

        What was never opened stays where it is.

        :param text: HTML, what was done
        """
        opened = self._get_open_tickets().filtered(
            lambda ticket: (
                ticket.validated_date and CLOSURE in TRANSITIONS[ticket.incident_phase]
            )
        )
        for tickets in opened.grouped("stage_id").values():
            tickets._incident_move_to(CLOSURE, text=text or None)
