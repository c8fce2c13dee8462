# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
import logging

import psycopg2

from odoo import http
from odoo.http import request

from ..models.monitoring.incident_monitoring import Busy
from ..models.monitoring.incident_monitoring_post import GARBAGE, LARGE, TOKEN
from ..tools.monitor_posts import MAX_BYTES, Garbage, read_post
from ..tools.rate_limit import RateLimit

_logger = logging.getLogger(__name__)

BEARER = "bearer"
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Type": "application/json; charset=utf-8",
    "X-Content-Type-Options": "nosniff",
}
# What Odoo has read as a form already: curl says so unless it is told otherwise.
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
# Seconds after which a monitor may come again that found somebody working.
SOON = 1
# Seconds, where people have to do something first.
LATER = 60
# Refused posts per minute and address that are looked into and counted.
REFUSALS = 30

TOO_LARGE = f"more than {MAX_BYTES} bytes"

posts = RateLimit()
refusals = RateLimit()


def get_most_read():
    """Return how much of a post is read at most.

    What says how much it is has passed or failed by that, and is counted here; of what
    comes in chunks one byte too many is read, so that it is known.
    """
    if request.httprequest.content_length is None:
        return MAX_BYTES + 1
    return http.DEFAULT_MAX_CONTENT_LENGTH


class Monitoring(http.Controller):
    """What monitors post: by a token, in a header only.

    Never in the address, which every server on the way writes into its log. Status 400
    is for garbage alone: monitors drop what is answered so, and repeat what is answered
    503.
    """

    @http.route(
        "/incident/monitoring/<int:monitoring_id>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=lambda _controller: get_most_read(),
    )
    def incident_monitoring(self, monitoring_id, **_kw):
        """Take a post of a monitor."""
        # SUDO: the token decides; it is compared by its hash, in constant time.
        monitors = request.env["incident.monitoring"].sudo()
        addressed, monitoring = monitors._find_monitoring(
            monitoring_id, self._read_token()
        )
        if not monitoring:
            told = {"WWW-Authenticate": "Bearer"}
            return self._refuse(addressed, 401, TOKEN, "not the token", headers=told)
        wait = posts.count((request.db, monitoring.id), monitoring.rate)
        if wait:
            return self._put_off("too many posts", wait)
        posted = request.httprequest
        if (posted.content_length or 0) > MAX_BYTES:
            return self._refuse(monitoring, 413, LARGE, TOO_LARGE)
        if posted.mimetype in FORMS:
            reason = "Content-Type: application/json is missing"
            return self._refuse(monitoring, 415, GARBAGE, reason)
        body = posted.get_data()
        if len(body) > MAX_BYTES:
            # It came in chunks, without saying how much it is.
            return self._refuse(monitoring, 413, LARGE, TOO_LARGE)
        return self._take(monitoring, body)

    def _take(self, monitoring, body):
        """Do what a post says; what is to be done by people is kept for them."""
        try:
            outage = monitoring._receive_post(read_post(monitoring.kind, body))
        except Garbage as error:
            return self._refuse(monitoring, 400, GARBAGE, str(error), body)
        except (Busy, psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            _logger.info("Monitoring %s is put off: %s", monitoring.id, error)
            return self._put_off("busy", SOON)
        except Exception as error:
            # Repeated for ever it would fail for ever: people have it now.
            _logger.exception("Monitoring %s: a post is kept", monitoring.id)
            if not monitoring._keep_post(body, error):
                return self._put_off("too many posts wait to be checked", LATER)
            return self._respond(200, {"status": "kept"})
        return self._respond(200, self._describe(outage))

    def _describe(self, outage):
        """Return by what a monitor can name the outage to people."""
        if not outage:
            return {"status": "ok", "id": None}
        href = f"{outage.get_base_url()}/odoo/incident-outages/{outage.id}"
        names = {"id": outage.id, "number": outage.number, "href": href}
        return {"status": "ok", **names, "state": outage.state}

    def _read_token(self):
        header = request.httprequest.headers.get("Authorization", "")
        kind, _space, token = header.partition(" ")
        return token.strip() if kind.lower() == BEARER else ""

    def _refuse(self, monitoring, status, reason, detail, body=b"", headers=None):
        """Refuse a post and count it, but not without end.

        :param monitoring: the ``incident.monitoring`` of the address, or nothing
        """
        wait = refusals.count((request.db, monitoring.id), REFUSALS)
        if wait:
            waits = {"Retry-After": str(wait)}
            return self._respond(429, {"error": "too many refused posts"}, waits)
        _logger.warning("Monitoring %s refused: %s", monitoring.id, detail)
        if monitoring:
            sender = request.httprequest.remote_addr or "?"
            monitoring._count_refused_post(reason, f"{sender}: {detail}", body)
        return self._respond(status, {"error": detail}, headers)

    def _put_off(self, reason, seconds):
        """Ask a monitor to post it again."""
        return self._respond(503, {"error": reason}, {"Retry-After": str(seconds)})

    def _respond(self, status, content, headers=None):
        told = {**HEADERS, **(headers or {})}
        body = json.dumps(content, ensure_ascii=False) + "\n"
        return request.make_response(body, headers=list(told.items()), status=status)
