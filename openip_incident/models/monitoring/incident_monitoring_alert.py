# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..outages import OVER

# What was told and when is on the outage; what a monitor said of it ends some day.
KEEP_ALERTS = timedelta(days=400)
VACUUM_BATCH = 10000


class IncidentMonitoringAlert(models.Model):
    """One occurrence of one alert: what a monitor says fails, from when to when."""

    _name = "incident.monitoring.alert"
    _description = "Alert of a Monitoring"
    _order = "begin_date desc, id desc"

    name = fields.Char(
        string="Alert", readonly=True, help="What the monitor says in a few words."
    )
    group_id = fields.Many2one(
        comodel_name="incident.monitoring.group",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="What the monitor posts together.",
    )
    outage_id = fields.Many2one(
        comodel_name="incident.outage",
        string="Outage",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The outage that it is part of.",
    )
    fingerprint = fields.Char(
        required=True,
        readonly=True,
        help="By which the monitor knows the alert, whenever it occurs.",
    )
    started = fields.Char(
        required=True,
        readonly=True,
        help="The beginning as the monitor writes it, which tells one occurrence from "
        "the next.",
    )
    begin_date = fields.Datetime(
        string="Since",
        required=True,
        readonly=True,
        help="Since when the monitor sees it.",
    )
    end_date = fields.Datetime(
        string="Until",
        readonly=True,
        help="Since when the monitor sees it no more. Empty while it fails.",
    )
    labels = fields.Json(
        string="Labels as posted", readonly=True, help="What the monitor posted."
    )
    labels_text = fields.Text(
        string="Labels",
        compute="_compute_labels_text",
        help="By which the rules find the services.",
    )
    service_ids = fields.Many2many(
        comodel_name="incident.service",
        relation="incident_monitoring_alert_service_rel",
        column1="alert_id",
        column2="service_id",
        string="Services",
        readonly=True,
        help="The services that the rules found by its labels. None: an agent adds to "
        "the outage what is affected.",
    )

    # A re-sent post, or another member of the monitor's cluster, says it once more.
    _occurrence_unique = models.UniqueIndex(
        "(group_id, fingerprint, started)", "This alert is known."
    )
    _firing_idx = models.Index("(group_id) WHERE end_date IS NULL")

    @api.depends("labels")
    def _compute_labels_text(self):
        for alert in self:
            labels = alert.labels or {}
            alert.labels_text = ", ".join(f"{key}={labels[key]}" for key in labels)

    @api.autovacuum
    def _gc_alerts(self):
        """Forget the ended alerts of what has long been over."""
        limit = fields.Datetime.now() - KEEP_ALERTS
        old = self.search(
            Domain("end_date", "<", limit)
            & Domain("outage_id.state", "in", OVER)
            & Domain("outage_id.end_date", "<", limit),
            limit=VACUUM_BATCH,
        )
        old.unlink()
        return len(old), len(old) >= VACUUM_BATCH
