# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from odoo.addons.openip_incident.models.phases import CLOSED, CLOSURE


class HelpdeskTicket(models.Model):
    """What a party reads of the solution, before it confirms closure and after."""

    _inherit = "helpdesk.ticket"

    def _get_incident_page(self, party):
        page = super()._get_incident_page(party)
        return {**page, "solution": self._get_page_solution(party)}

    def _get_page_solution(self, party):
        """Return what was said of the solution, nothing while the work goes on.

        :return: dict of ``text``, ``cause``, ``restored`` and ``interruption``
        """
        said = self.resolution_text or self.resolution_cause_id or self.restored_date
        if not said or self.incident_phase not in (CLOSURE, CLOSED):
            return {}
        files = self._get_page_messages(party).attachment_ids
        token = self._sign_incident_link(party, "view")
        restored = self.restored_date
        return {
            "text": self._get_page_body(self.resolution_text or "", files, token)[0],
            "cause": self.resolution_cause_id.name or "",
            "restored": restored and self._format_page_deadline(restored, party),
            "interruption": self.incident_interruption or "",
        }
