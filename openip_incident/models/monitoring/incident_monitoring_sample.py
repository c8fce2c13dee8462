# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ...tools.monitor_posts import ALERTMANAGER

CURL = """\
curl --fail --retry 9 -H "Authorization: Bearer TOKEN" \\
  -H "Content-Type: application/json" \\
  -d '{"key": "test", "status": "firing", "title": "Test", "labels": {}}' \\
  %s
"""
RECEIVER = """\
receivers:
  - name: odoo
    webhook_configs:
      - url: %s
        send_resolved: true
        max_alerts: 0
        http_config:
          authorization: { credentials_file: /etc/alertmanager/odoo_token }
"""


class IncidentMonitoring(models.Model):
    _inherit = "incident.monitoring"

    sample = fields.Text(
        string="How to post",
        compute="_compute_sample",
        help="What to give the monitor, with the address of this one. The token goes "
        "where TOKEN stands.",
    )

    @api.depends("kind")
    def _compute_sample(self):
        for monitoring in self:
            text = RECEIVER if monitoring.kind == ALERTMANAGER else CURL
            monitoring.sample = text % monitoring.address
