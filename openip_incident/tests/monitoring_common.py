# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Monitors for tests, and what they post."""

import json
from datetime import datetime
from pathlib import Path

from odoo import SUPERUSER_ID

from ..tools.monitor_posts import read_post
from .common import IncidentCommon

# Posts of a real Alertmanager 0.25.0: two alerts of one group, repeated and resolved.
CAPTURED = json.loads((Path(__file__).parent / "alertmanager_posts.json").read_text())
# When they were posted.
CAPTURED_DATE = datetime(2026, 11, 28, 11, 22, 30)
NEVER = "0001-01-01T00:00:00Z"


def write_alert(name, begin, end=None, **labels):
    """Return an alert as Alertmanager writes it.

    :param name: of the service
    :param begin: naive UTC; the fraction of a second is Alertmanager's own
    :param end: the same, None while it fires
    """
    return {
        "status": "resolved" if end else "firing",
        "labels": {"alertname": "TrunkDown", "service": name, **labels},
        "annotations": {"summary": f"{name} is down"},
        "startsAt": f"{begin.isoformat()}.096316964Z",
        "endsAt": f"{end.isoformat()}Z" if end else NEVER,
        "generatorURL": "",
        "fingerprint": f"{abs(hash(name)):016x}",
    }


def write_post(alerts, group="paris", **values):
    """Return a post as Alertmanager writes it.

    :param alerts: list of what `write_alert` returns
    """
    firing = any(alert["status"] == "firing" for alert in alerts)
    return {
        "version": "4",
        "receiver": "odoo",
        "status": "firing" if firing else "resolved",
        "alerts": alerts,
        "groupLabels": {"site": group},
        "commonLabels": {},
        "commonAnnotations": {},
        "externalURL": "http://alertmanager:9093",
        "groupKey": f'{{}}:{{site="{group}"}}',
        "truncatedAlerts": 0,
        **values,
    }


class MonitoringCommon(IncidentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.services = cls.env["incident.service"].create(
            [
                {"name": name, "partner_id": partner.id}
                for name, partner in (
                    ("SIP-42", cls.customer),
                    ("SIP-43", cls.stranger),
                )
            ]
        )
        cls.monitoring = cls._create_monitoring(
            "Prometheus", rule_ids=[(0, 0, {"label": "service"})]
        )

    @classmethod
    def _create_monitoring(cls, name, **values):
        """Return a monitor, as the superuser who takes its posts."""
        monitoring = cls.env["incident.monitoring"].create(
            {
                "name": name,
                "company_id": cls.company.id,
                "team_id": cls.team.id,
                **values,
            }
        )
        return monitoring.with_user(SUPERUSER_ID).with_company(cls.company)

    def _post(self, post, monitoring=None):
        """Have a monitor post something; return its outage."""
        monitoring = monitoring or self.monitoring
        body = json.dumps(post).encode()
        return monitoring._receive_post(read_post(monitoring.kind, body))

    def _find_outages(self, monitoring=None):
        monitoring = monitoring or self.monitoring
        return self.env["incident.outage"].search(
            [("monitoring_id", "=", monitoring.id)], order="id"
        )

    def _get_lines(self, outage):
        """Return the alerts of an outage: {name: whether it has ended}."""
        return {line.name: bool(line.end_date) for line in outage.alert_ids}
