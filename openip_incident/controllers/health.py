# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
import logging

from odoo import http
from odoo.http import request

from ..tools.open_metrics import (
    CONTENT_TYPE,
    OPEN_CONTENT_TYPE,
    OPEN_END,
    write_gauges,
)

_logger = logging.getLogger(__name__)

ROUTE = {
    "type": "http",
    "auth": "public",
    "methods": ["GET"],
    "save_session": False,
    "readonly": True,
}
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
BEARER = "bearer"
PREFIX = "openip_incident_health"
JSON = "application/json"
TEXT = "text/plain"
OPEN_METRICS = "application/openmetrics-text"
METRICS = (TEXT, OPEN_METRICS)
METRIC_FORMATS = ("prometheus", "openmetrics")
# Every scrape of Prometheus carries it.
SCRAPE_HEADER = "X-Prometheus-Scrape-Timeout-Seconds"


class Health(http.Controller):
    """The health of the process, seen from outside (G12): by key, in a header only.

    Never in the address, which every server on the way writes into its log.
    """

    @http.route("/incident/health", **ROUTE)
    def incident_health(self, **kw):
        """Tell a monitor what stands still: status 503 while an alarm stands.

        As JSON, or as numbers for whoever asks for ``?format=prometheus`` or accepts
        these alone. Prometheus itself, known by its header, is answered 200 as on the
        address of the metrics.
        """
        report = self._read_report()
        if report is None:
            return self._refuse()
        status = 200 if report["state"] == "good" else 503
        if self._wants_metrics(kw.get("format")):
            scraped = SCRAPE_HEADER in request.httprequest.headers
            return self._write_metrics(report, 200 if scraped else status)
        body = json.dumps(report, ensure_ascii=False, indent=1)
        return self._respond(body, "application/json; charset=utf-8", status)

    @http.route("/incident/health/metrics", **ROUTE)
    def incident_health_metrics(self, **_kw):
        """Tell Prometheus the same as numbers.

        Status 200 in an alarm, too: Prometheus keeps nothing of any other answer.
        """
        report = self._read_report()
        if report is None:
            return self._refuse()
        return self._write_metrics(report, 200)

    def _wants_metrics(self, name):
        """Tell whether a monitor wants numbers: by the address, else by what it reads.

        :param name: of the format, as typed in the address
        """
        if name:
            return name in METRIC_FORMATS
        return self._get_preferred(JSON, *METRICS) != JSON

    def _write_metrics(self, report, status):
        """Answer with numbers, in the format that the monitor prefers."""
        body = write_gauges(self._get_gauges(report))
        if self._get_preferred(*METRICS) == OPEN_METRICS:
            return self._respond(body + OPEN_END, OPEN_CONTENT_TYPE, status)
        return self._respond(body, CONTENT_TYPE, status)

    def _get_preferred(self, *types):
        """Return which media type a monitor prefers, the first of equals.

        Whichever version of one it names: werkzeug's own choice compares these, too.
        """
        accepted = [
            (name.partition(";")[0].strip(), quality)
            for name, quality in request.httprequest.accept_mimetypes
        ]

        def rate(name):
            group = f"{name.partition('/')[0]}/*"
            known = (name, group, "*/*")
            return max((rank for one, rank in accepted if one in known), default=0)

        return max(types, key=rate)

    def _respond(self, body, content_type, status):
        headers = {**HEADERS, "Content-Type": content_type, "Vary": "Accept"}
        return request.make_response(body, headers=list(headers.items()), status=status)

    def _read_report(self):
        """Return the report for the key of this request, None for any other caller."""
        kind, _space, key = request.httprequest.headers.get(
            "Authorization", ""
        ).partition(" ")
        if kind.lower() != BEARER:
            return None
        # SUDO: the key decides; it is compared by Odoo's own hash of keys.
        health = request.env["incident.health"].sudo()
        user = health._find_monitor_user(key.strip())
        if not user:
            _logger.warning("Health: a key that opens nothing")
            return None
        return health.with_user(user).with_context(lang=user.lang)._get_monitor_report()

    def _refuse(self):
        headers = {**HEADERS, "WWW-Authenticate": "Bearer"}
        return request.make_response(
            "401 Unauthorized\n", headers=list(headers.items()), status=401
        )

    def _get_gauges(self, report):
        rows = report["checks"]
        labels = [{"check": row["check"], "kind": row["kind"]} for row in rows]
        alarms = [int(row["state"] == "alarm") for row in rows]
        gauges = (
            ("alarm", "1 while the check is in alarm.", alarms),
            ("count", "What the check counts.", [row["count"] for row in rows]),
            (
                "age_seconds",
                "Age of the oldest; of an action, since its last successful run.",
                [row["age_seconds"] for row in rows],
            ),
            (
                "limit_seconds",
                "How old it may become.",
                [row["limit_seconds"] for row in rows],
            ),
        )
        return [
            (f"{PREFIX}_{name}", told, self._get_samples(labels, numbers))
            for name, told, numbers in gauges
        ]

    def _get_samples(self, labels, numbers):
        pairs = zip(labels, numbers, strict=True)
        return [(label, number) for label, number in pairs if number is not None]
