# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ..phases import FROZEN, ON_HOLD, OUR_TURN
from ..words import INTERNAL
from .hours import Hours, count_hours

# Which sums a phase adds to.
SUMS = {
    "incident_own_hours": OUR_TURN,
    "incident_waited_hours": ON_HOLD,
    "incident_frozen_hours": (FROZEN,),
}


class HelpdeskTicket(models.Model):
    """How long an incident was in which phase: recorded by every way of moving it."""

    _inherit = "helpdesk.ticket"

    incident_phase_date = fields.Datetime(
        string="In this phase since",
        copy=False,
        readonly=True,
        groups=INTERNAL,
        help="When the incident has entered its phase; another team changes nothing.",
    )
    incident_own_hours = Hours(
        string="Hours in our turn",
        copy=False,
        readonly=True,
        aggregator="avg",
        groups=INTERNAL,
        help="How long support had to act, without waiting for the parties: "
        "registered, opened, in progress and escalated. The phase that the incident is "
        "in now is counted when it ends. Empty where the history is not known.",
    )
    incident_waited_hours = Hours(
        string="Hours waited",
        copy=False,
        readonly=True,
        aggregator="avg",
        groups=INTERNAL,
        help="How long the parties owed an answer, frozen included. The phase that the "
        "incident is in now is counted when it ends. Empty where the history is not "
        "known.",
    )
    incident_frozen_hours = Hours(
        string="Hours frozen",
        copy=False,
        readonly=True,
        aggregator="avg",
        groups=INTERNAL,
        help="How long the incident was frozen. The phase that the incident is in now "
        "is counted when it ends. Empty where the history is not known.",
    )

    def _incident_enter_process(self):
        """Begin the history of what has just become an incident."""
        res = super()._incident_enter_process()
        newcomers = self.filtered(
            lambda ticket: ticket.is_incident and not ticket.incident_phase_date
        )
        newcomers._incident_log_phase()
        newcomers._incident_set_figures({name: 0.0 for name in SUMS})
        return res

    def _incident_apply(self, vals):
        """Log where incidents go, whatever moves them."""
        places = {ticket: ticket._get_incident_place() for ticket in self}
        res = super()._incident_apply(vals)
        self.filtered(
            lambda ticket: ticket._get_incident_place() != places[ticket]
        )._incident_log_phase({ticket: place[0] for ticket, place in places.items()})
        return res

    def write(self, vals):
        """Log what is archived, and what comes back."""
        if "active" not in vals:
            return super().write(vals)
        phases = {ticket: ticket._get_incident_place()[0] for ticket in self}
        changed = self.filtered(lambda ticket: ticket.active != bool(vals["active"]))
        res = super().write(vals)
        changed.filtered("incident_phase")._incident_log_phase(phases)
        return res

    def _get_incident_place(self):
        """Return phase and team, between which the history distinguishes.

        Neither is there for what is archived, or is no incident.
        """
        self.ensure_one()
        phase = self.active and self.stage_id.incident_phase
        return (phase, self.team_id.id) if phase else (False, False)

    def _incident_log_phase(self, left=None):
        """Record that these incidents are from now on where they are.

        :param left: dict of ticket: the phase that it was in until now
        """
        if not self:
            return
        now, left = fields.Datetime.now(), left or {}
        phases = {ticket: ticket._get_incident_place()[0] for ticket in self}
        for ticket, phase in phases.items():
            if phase != left.get(ticket) or not ticket.incident_phase_date:
                ticket._incident_add_hours(left.get(ticket), now)
                ticket._incident_set_figures({"incident_phase_date": now})
        # SUDO: what is moved is logged, whoever moves it.
        self.env["incident.phase.log"].sudo()._log(self, phases)

    def _incident_add_hours(self, phase, now):
        """Add how long a phase has lasted to the sums that it counts for.

        :param phase: the phase that ends
        :param now: when, naive UTC
        """
        names = [name for name, phases in SUMS.items() if phase in phases]
        hours = count_hours(self.incident_phase_date, now)
        self._incident_set_figures(
            {
                # What began before there was a history stays unknown.
                name: False if self[name] is False else self[name] + hours
                for name in names
                if hours is not None
            }
        )

    def _incident_set_figures(self, figures):
        """Write figures as a compute does: no other value follows from them.

        One by one they would each cost what write costs an agent's change.

        :param figures: dict of name: value
        """
        with self.env.protecting([self._fields[name] for name in figures], self):
            for name, value in figures.items():
                self[name] = value
