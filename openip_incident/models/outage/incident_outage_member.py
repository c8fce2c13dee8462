# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.exceptions import UserError

from ...tools.arguments import to_record
from ...tools.full_stop import end_once
from ..outages import CURRENT
from ..phases import CLOSED, OPEN_PHASES


class IncidentOutage(models.Model):
    """Which incidents an outage has caused: attached and detached by people."""

    _inherit = "incident.outage"

    def action_attach(self, tickets):
        """Attach incidents: what they wait for is held while the outage lasts.

        :param tickets: ``helpdesk.ticket`` or their ids
        :raises UserError: for what is no open incident of the outage's company, for one
            that another outage has, and when the outage is over
        """
        self.ensure_one()
        self.check_access("write")
        tickets = to_record(self.env, "helpdesk.ticket", tickets)
        tickets.check_access("write")
        tickets._incident_lock()
        new = tickets.filtered(lambda ticket: ticket.outage_id != self)
        new.write({"outage_id": self.id})
        return True

    def action_detach(self, tickets):
        """Take incidents out: what they wait for goes on, its step anew.

        :param tickets: ``helpdesk.ticket`` or their ids
        :raises UserError: for an incident of another outage
        """
        self.ensure_one()
        tickets = to_record(self.env, "helpdesk.ticket", tickets)
        tickets.check_access("write")
        for ticket in tickets:
            if ticket.outage_id != self:
                raise UserError(
                    end_once(
                        self.env._(
                            "%(number)s does not belong to %(outage)s.",
                            number=ticket.number,
                            outage=self.display_name,
                        ),
                        self.display_name,
                    )
                )
        tickets.write({"outage_id": False})
        return True

    def _ensure_attachable(self, tickets):
        """Refuse what cannot be part of this outage.

        :param tickets: ``helpdesk.ticket``
        :raises UserError: naming the first that cannot
        """
        self.ensure_one()
        over = self.state not in CURRENT and self._get_refusal_over(tickets)
        if over:
            raise UserError(over)
        for ticket in tickets:
            reason = self._get_refusal(ticket)
            if reason:
                raise UserError(reason)

    def _get_refusal_over(self, tickets):
        """Return why nothing can be attached to what is over: to be extended."""
        return self.env._("%(outage)s is over.", outage=self.display_name)

    def _get_refusal(self, ticket):
        """Return why an incident cannot be attached, nothing where it can."""
        names = {"number": ticket.number, "outage": ticket.outage_id.display_name}
        if not ticket.is_incident:
            return self.env._("%(number)s is no incident.", **names)
        if ticket.incident_phase == CLOSED:
            return self.env._("%(number)s is closed: reopen it first.", **names)
        if ticket.company_id != self.company_id:
            return self.env._("%(number)s is an incident of another company.", **names)
        if ticket.outage_id and ticket.outage_id.state in CURRENT:
            return self.env._(
                "%(number)s belongs to %(outage)s: detach it first.", **names
            )
        return ""

    def _get_open_tickets(self):
        """Return the incidents of these outages that are not closed."""
        # SUDO: whom an outage concerns must not depend on what its agent may read; it
        # is the process that holds, tells and asks them.
        return (
            self.env["helpdesk.ticket"]
            .sudo()
            .search(
                [
                    ("outage_id", "in", self.ids),
                    ("is_incident", "=", True),
                    ("incident_phase", "in", OPEN_PHASES),
                ]
            )
        )
