# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..followups import RUNNING
from ..phases import CLOSED
from .helpdesk_ticket_confirm import ACT_PHASES

# Acts that lead to a phase once: who is there has nothing left to do.
ONCE_ACTS = ("open", "start", "resolve", "close", "reject")


class HelpdeskTicket(models.Model):
    """Many incidents at once: which of them an act can be done on, and why not."""

    _inherit = "helpdesk.ticket"

    def _sort_incidents(self, act, kind=False):
        """Sort incidents by what becomes of them in an act.

        :param act: key of the dialog's act
        :param kind: what is requested
        :return: the incidents that can, those that are there already, and a dict of
            reason: incidents that cannot
        """
        able, there, refused = self.browse(), self.browse(), {}
        allowed = self._filtered_access("write")
        for ticket in self:
            if act in ONCE_ACTS and ticket.incident_phase == ACT_PHASES[act]:
                there |= ticket
                continue
            reason = ticket._get_incident_obstacle(act, kind, ticket in allowed)
            if not reason:
                able |= ticket
            else:
                refused[reason] = refused.get(reason, self.browse()) | ticket
        return able, there, refused

    def _get_incident_obstacle(self, act, kind, allowed):
        """Return why an act cannot be done on this incident, nothing where it can.

        :param allowed: whether the user may write it
        """
        self.ensure_one()
        if not allowed:
            return self.env._("You may not change them.")
        try:
            self._ensure_incident_act(act, kind)
        except (AccessError, UserError) as error:
            return self._strip_incident_number(error)
        return False

    def _strip_incident_number(self, error):
        """Return a refusal so that those of many incidents read alike.

        :param error: what was raised for this incident
        """
        text = str(error.args[0] if error.args else error)
        return text.replace(self.number or "\0", "…").removeprefix("… ")

    def _ensure_incident_act(self, act, kind=False):
        """Refuse what an act would refuse on this incident.

        :raises UserError: naming the reason
        """
        if not self.is_incident:
            raise UserError(self.env._("This is no incident."))
        if act == "close":
            self._ensure_not_registered()
        elif act == "reject":
            self._ensure_never_opened()
        elif act == "hold":
            self._ensure_incident_running()
        elif act == "update" and self.incident_phase == CLOSED:
            raise UserError(self.env._("This is closed: reopen it first."))
        elif act == "reopen" and self.incident_phase != CLOSED:
            stage = self.team_id._get_incident_stage(self._get_reopen_phase())
            self._raise_illegal_move(stage)
        if act in ACT_PHASES:
            stage = self.team_id._get_incident_stage(
                ACT_PHASES[act], act == "request" and kind
            )
            if act not in self._get_incident_acts():
                self._raise_illegal_move(stage)
            self._ensure_incident_move(stage)

    def _ensure_incident_running(self):
        # SUDO: follow-ups belong to the incident, whose agent asks.
        if self.sudo().followup_id.state != RUNNING:
            raise UserError(self.env._("No countdown is running."))

    # What lists offer beside the buttons of the form

    def action_incident_assign_dialog(self):
        """Ask to whom incidents are assigned.

        :return: the wizard's action
        """
        return self._incident_ask_for_batch("assign")

    def action_incident_hold_dialog(self):
        """Ask until when the countdowns of incidents have to stop.

        :return: the wizard's action
        """
        return self._incident_ask_for_batch("hold")

    def action_incident_more_dialog(self):
        """Ask what to do with incidents, where the list has no button for it.

        :return: the wizard's action
        """
        return self._open_incident_wizard("choose")

    def _incident_ask_for_batch(self, act):
        """Return the dialog of an act for those incidents that it can be done on.

        :raises UserError: where it can be done on none of them
        """
        able, there, refused = self._sort_incidents(act)
        if not able and refused:
            raise UserError("\n".join(self._describe_refused(refused)))
        if not able and there:
            raise UserError(
                self.env._("There is nothing to do: all are there already.")
            )
        return self._open_incident_wizard(act)

    @api.model
    def _describe_refused(self, refused):
        """Return a line per reason, with the numbers of the incidents.

        :param refused: see :meth:`_sort_incidents`
        """
        return [
            self.env._(
                "%(count)s cannot: %(reason)s (%(numbers)s)",
                count=len(tickets),
                reason=reason,
                numbers=", ".join(tickets[:10].mapped("number"))
                + ("…" if len(tickets) > 10 else ""),
            )
            for reason, tickets in refused.items()
        ]
