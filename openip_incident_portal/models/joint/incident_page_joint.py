# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.tools import is_html_empty

from odoo.addons.openip_incident.models.phases import CLOSED, CLOSURE

from ..page.view import LinkPaths, View


class IncidentPage(models.AbstractModel):
    """What the page of an outage shows a party of its own incidents."""

    _inherit = "incident.page"

    def _get_joint_page(self, outage, tickets, party, until):
        """Return what there is to decide, and who has decided the rest.

        :param tickets: those of the party, as superuser, in its language
        :param until: timestamp of the end of the link
        """
        rows = [self._prepare_joint_line(ticket, party, until) for ticket in tickets]
        return {
            "number": outage.number,
            "title": outage.name,
            "solution": not is_html_empty(outage.solution) and outage.solution,
            "cause": outage.cause_id.name or "",
            "open": [row for row in rows if row["open"]],
            # What still fails is what its reader looks for.
            "others": sorted(
                (row for row in rows if not row["open"]), key=lambda row: row["closed"]
            ),
        }

    def _prepare_joint_line(self, ticket, party, until):
        view = View(ticket, party, LinkPaths(until))
        is_open = ticket.incident_phase == CLOSURE
        decided = not is_open and ticket.closure_decision
        return {
            **ticket._prepare_joint_row(party),
            "open": is_open,
            "closed": ticket.incident_phase == CLOSED,
            "decided": self._get_decision_line(view) if decided else "",
            "phase": self._get_phase_label(view),
            "path": view.get_path("view"),
        }
