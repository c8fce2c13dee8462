# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import sql

from ..health.incident_health import Finding, Source

SEARCH = "search"
INDEX = "helpdesk_ticket__incident_search_text_index"


class IncidentHealth(models.Model):
    """Says where incidents are searched without an index: PostgreSQL lacks pg_trgm."""

    _inherit = "incident.health"

    kind = fields.Selection(
        selection_add=[(SEARCH, "Search of incidents")], ondelete={SEARCH: "cascade"}
    )

    def _find(self):
        if self.kind != SEARCH:
            return super()._find()
        slow = not self._has_search_index()
        return Finding(int(slow), False, slow)

    @api.model
    def _has_search_index(self):
        return sql.index_exists(self.env.cr, INDEX)

    def _get_search_source(self):
        return Source("helpdesk.ticket", Domain.FALSE, "create_date")
