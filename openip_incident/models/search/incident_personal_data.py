# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class IncidentPersonalData(models.AbstractModel):
    """Incidents are no longer found by a person who was erased."""

    _inherit = "incident.personal.data"

    @api.model
    def _erase(self, subject):
        res = super()._erase(subject)
        ids = {*subject.ids("tickets"), *subject.ids("reported")}
        tickets = self.env["helpdesk.ticket"].with_context(active_test=False)
        tickets = tickets.browse(sorted(ids)).exists()
        tickets.invalidate_recordset()
        self.env.add_to_compute(tickets._fields["incident_search_text"], tickets)
        self.env.flush_all()
        return res
