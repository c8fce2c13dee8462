# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from ..inbounds import ASIDE, COMPLAINT, DISCARDED, UNATTRIBUTED
from .incident_health import Source

# Whoever forges our address has mail systems report to us what we never wrote.
LOOK_BACK = timedelta(days=7)


class IncidentHealth(models.Model):
    """Shows what mail systems write to us and no incident is known for."""

    _inherit = "incident.health"

    kind = fields.Selection(
        selection_add=[
            ("reports", "Delivery reports about no known mail"),
            ("complaints", "Complaints about mails of no known incident"),
        ],
        ondelete={"reports": "cascade", "complaints": "cascade"},
    )

    def _get_reports_source(self):
        since = fields.Datetime.now() - LOOK_BACK
        return Source(
            "incident.inbound",
            Domain("reason", "=", UNATTRIBUTED)
            & Domain("state", "!=", DISCARDED)
            & Domain("date", ">", since),
            "date",
        )

    def _get_complaints_source(self):
        """Those that nobody has discarded yet."""
        return Source(
            "incident.inbound",
            Domain("reason", "=", COMPLAINT) & Domain("state", "=", ASIDE),
            "date",
        )


class IncidentInbound(models.Model):
    _inherit = "incident.inbound"

    _report_idx = models.Index(
        "(reason, date) WHERE reason IN ('unattributed', 'complaint')"
    )
