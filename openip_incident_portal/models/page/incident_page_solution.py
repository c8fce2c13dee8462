# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from odoo.addons.openip_incident.models.phases import CLOSED, CLOSURE


class IncidentPage(models.AbstractModel):
    """What a party reads of the solution, before it confirms closure and after."""

    _inherit = "incident.page"

    def _get_page(self, view):
        return {**super()._get_page(view), "solution": self._get_solution(view)}

    def _get_solution(self, view):
        """Return what was said of the solution, nothing while the work goes on.

        :return: dict of ``text``, ``cause``, ``restored`` and ``interruption``
        """
        ticket = view.ticket
        restored = ticket.restored_date
        said = ticket.resolution_text or ticket.resolution_cause_id or restored
        if not said or ticket.incident_phase not in (CLOSURE, CLOSED):
            return {}
        files = self._get_messages(view).attachment_ids
        return {
            "text": self._get_body(view, ticket.resolution_text or "", files)[0],
            "cause": ticket.resolution_cause_id.name or "",
            "restored": restored and self._format_deadline(view, restored),
            "interruption": ticket.incident_interruption or "",
        }
