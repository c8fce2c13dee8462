# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from odoo.addons.openip_incident.models.phases import CLOSURE, ON_HOLD

from ..page.helpdesk_ticket_link import INFORM, INFORMED
from ..page.view import LinkPaths


class InformedPaths(LinkPaths):
    """Paths of an informed contact: the incident and its files, nothing that acts."""

    def get_path(self, ticket, party, _purpose):
        """Return where the only page is; see :meth:`LinkPaths.get_path`."""
        return ticket._get_incident_path(party, INFORMED, until=self.until)

    def get_file_path(self, ticket, party, attachment):
        """Return where the page finds one of its files."""
        token = ticket._sign_incident_link(party, INFORMED, until=self.until)
        return f"/incident/{ticket.id}/informed/file/{attachment.id}?token={token}"

    def get_calendar_path(self, ticket, party, intervention):
        """Return where the page finds the calendar file of an intervention."""
        token = ticket._sign_incident_link(party, INFORMED, until=self.until)
        path = f"/incident/{ticket.id}/informed/intervention/{intervention.id}"
        return f"{path}?token={token}"


class IncidentPage(models.AbstractModel):
    """What informed contacts read, and whom a party has informed."""

    _inherit = "incident.page"

    def _get_page(self, view):
        return {
            **super()._get_page(view),
            "informed_reader": isinstance(view.paths, InformedPaths),
            **self._get_informed(view),
        }

    def _get_informed(self, view):
        """Return whom the reader's own side has informed, if it may say so here."""
        if view.looks_on:
            return {"may_inform": False, "informed": []}
        own = view.ticket._get_informed_by(view.party.incident_party_id)
        path, _sign, token = view.get_path(INFORM).partition("?token=")
        return {
            "may_inform": True,
            "inform_action": path,
            "inform_token": token,
            "informed": [
                {
                    "id": one.id,
                    "name": one.partner_id.name or "",
                    "email": one.partner_id.email or "",
                }
                for one in own
            ],
        }

    def _get_next(self, view):
        """Ask nothing of who is only informed."""
        if not isinstance(view.paths, InformedPaths):
            return super()._get_next(view)
        if view.ticket.incident_phase in ON_HOLD:
            lines = [self.env._("We are waiting for an answer of the parties.")]
        elif view.ticket.incident_phase == CLOSURE:
            lines = [
                self.env._(
                    "The incident is solved. We have asked the parties to confirm it."
                )
            ]
        else:
            lines = super()._get_next(view)["lines"]
        return {"act": False, "lines": lines}
