# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ..phases import ACTS, CLOSED, ON_HOLD, REGISTERED, ROWS, START
from ..words import INTERNAL

# Beside the acts that move an incident: what else an agent can do.
OTHER_ACTS = ("reject", "reopen", "resume", "answer", "update")


def _can():
    return fields.Boolean(compute="_compute_incident_can", groups=INTERNAL)


class HelpdeskTicket(models.Model):
    """What an agent can do now: which buttons there are, by the table of phases."""

    _inherit = "helpdesk.ticket"

    incident_can_open = _can()
    incident_can_start = _can()
    incident_can_request = _can()
    incident_can_escalate = _can()
    incident_can_resolve = _can()
    incident_can_close = _can()
    incident_can_reject = _can()
    incident_can_reopen = _can()
    incident_can_resume = _can()
    incident_can_answer = _can()
    incident_can_update = _can()
    incident_first_act = fields.Char(compute="_compute_incident_can", groups=INTERNAL)
    incident_start_as = fields.Char(compute="_compute_incident_can", groups=INTERNAL)
    # What follows from the phase alone, which all readers know.
    incident_on_hold = fields.Boolean(
        compute="_compute_incident_can",
        help="The incident waits for its parties: it asks for an answer, is "
        "frozen, or asks for confirmation.",
    )
    incident_ended = fields.Boolean(compute="_compute_incident_can")
    incident_tone = fields.Char(compute="_compute_incident_can")

    @api.depends("incident_phase")
    def _compute_incident_can(self):
        for ticket in self:
            row, acts = ROWS.get(ticket.incident_phase), ticket._get_incident_acts()
            for act in (*ACTS, *OTHER_ACTS):
                ticket[f"incident_can_{act}"] = act in acts
            ticket.incident_first_act = row and row.first_act
            ticket.incident_start_as = row.start_as if row else START
            ticket.incident_on_hold = ticket.incident_phase in ON_HOLD
            ticket.incident_ended = ticket.incident_phase == CLOSED
            ticket.incident_tone = row and row.tone

    def _get_incident_acts(self):
        """Return what the process lets an agent do from here (P1 to P9).

        :return: set of ``ACTS`` and ``OTHER_ACTS``
        """
        self.ensure_one()
        phase = self.incident_phase
        row = ROWS.get(phase)
        acts = {act for act, target in ACTS.items() if row and target in row.targets}
        if phase == REGISTERED:
            # What was never validated is rejected, so that the parties learn why.
            return acts - {"close"} | {"reject"}
        if phase == CLOSED:
            return acts | {"reopen"}
        if phase in ON_HOLD:
            acts |= {"resume", "answer"}
        return acts | {"update"} if row else acts
