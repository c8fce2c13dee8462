# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What monitors post: Alertmanager's webhook (version 4), and a form for any other."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timezone

ALERTMANAGER = "alertmanager"
GENERIC = "generic"

FIRING = "firing"
RESOLVED = "resolved"
STATUSES = (FIRING, RESOLVED)

VERSION = "4"
# What one post may weigh, and how many of its alerts are read.
MAX_BYTES = 2 * 1024**2
MAX_ALERTS = 5000
MAX_KEY = 8192
MAX_TITLE = 200
MAX_LABELS = 64
MAX_VALUE = 500
# A date before it is none: Alertmanager writes the year 1 for an end to come.
FIRST_YEAR = 2000


class Garbage(ValueError):
    """Nothing that a monitor of this kind posts; says what is wrong."""


@dataclass(frozen=True)
class Alert:
    """One alert of a post."""

    fingerprint: str
    # Beginning as the monitor writes it, which tells one occurrence from the next; ""
    # where it does not say.
    started: str
    firing: bool
    labels: dict
    title: str = ""
    begin: datetime | None = None
    end: datetime | None = None

    @property
    def key(self):
        return self.fingerprint, self.started


@dataclass(frozen=True)
class Post:
    """What one post says of one group of alerts."""

    group: str
    title: str
    alerts: tuple = field(default=())
    # Whether the list is cut: then it says nothing about what is over.
    truncated: bool = False
    # Whether an alert that it does not list is over.
    whole: bool = False

    @property
    def digest(self):
        return get_digest(self.group)


def get_digest(text):
    """Return by what a text of any length is known."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_post(kind, body):
    """Return what a monitor says.

    :param kind: of the monitor
    :param bytes body: what it has sent
    :raises Garbage: for anything that no such monitor sends
    """
    data = _parse(body)
    return _read_alertmanager(data) if kind == ALERTMANAGER else _read_generic(data)


def clean(text, limit):
    """Return a text that PostgreSQL can hold, cut to a length."""
    text = text[:limit].replace("\0", "\N{REPLACEMENT CHARACTER}")
    # Half a surrogate pair is valid JSON and no valid UTF-8.
    return text.encode("utf-8", "replace").decode("utf-8")


def _parse(body):
    try:
        data = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Garbage("not JSON") from error
    if not isinstance(data, dict):
        raise Garbage("not an object")
    return data


def _read_alertmanager(data):
    if _get_text(data, "version") != VERSION:
        raise Garbage(f"version: only {VERSION} is known")
    group = _get_key(data, "groupKey")
    _get_status(data)
    listed = data.get("alerts")
    if not isinstance(listed, list) or not listed:
        raise Garbage("alerts: not a list with alerts")
    hidden = data.get("truncatedAlerts") or 0
    if not isinstance(hidden, int) or hidden < 0:
        raise Garbage("truncatedAlerts: not a number")
    truncated = hidden > 0 or len(listed) > MAX_ALERTS
    alerts = tuple(_read_alert(alert) for alert in listed[:MAX_ALERTS])
    told = _get_labels(data, "commonAnnotations")
    title = told.get("summary") or alerts[0].title or group
    return Post(group, clean(title, MAX_TITLE), alerts, truncated, not truncated)


def _read_alert(data):
    if not isinstance(data, dict):
        raise Garbage("alerts: not a list of objects")
    labels = _get_labels(data, "labels")
    told = _get_labels(data, "annotations")
    started = _get_key(data, "startsAt")
    begin = _read_date(started)
    if not begin:
        raise Garbage("startsAt: not a date")
    firing = _get_status(data) == FIRING
    title = told.get("summary") or labels.get("alertname") or ""
    return Alert(
        clean(_get_key(data, "fingerprint"), MAX_VALUE),
        clean(started, MAX_VALUE),
        firing,
        labels,
        title=clean(title, MAX_TITLE),
        begin=begin,
        end=None if firing else _read_date(_get_text(data, "endsAt")),
    )


def _read_generic(data):
    key = _get_key(data, "key")
    group = _get_key(data, "group") if data.get("group") else key
    labels = _get_labels(data, "labels")
    firing = _get_status(data) == FIRING
    title = clean(_get_text(data, "title") or key, MAX_TITLE)
    started, ended = _get_text(data, "start"), _get_text(data, "end")
    begin, end = _read_date(started), _read_date(ended)
    if (started and not begin) or (ended and not end):
        raise Garbage("start, end: not a date")
    alert = Alert(
        get_digest(clean(key, MAX_KEY)),
        clean(started, MAX_VALUE),
        firing,
        labels,
        title=title,
        begin=begin,
        end=None if firing else end,
    )
    return Post(group, title, (alert,))


def _get_text(data, name):
    value = data.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Garbage(f"{name}: not a text")
    return value


def _get_key(data, name):
    value = _get_text(data, name)
    if not value.strip():
        raise Garbage(f"{name}: missing")
    if len(value) > MAX_KEY:
        raise Garbage(f"{name}: too long")
    return clean(value, MAX_KEY)


def _get_status(data):
    status = _get_text(data, "status")
    if status not in STATUSES:
        raise Garbage(f"status: neither {' nor '.join(STATUSES)}")
    return status


def _get_labels(data, name):
    """Return the labels of an alert, as many and as long as are kept."""
    labels = data.get(name)
    if labels is None:
        return {}
    if not isinstance(labels, dict):
        raise Garbage(f"{name}: not an object")
    values = list(labels.items())[:MAX_LABELS]
    if not all(isinstance(value, str | int | float) for _label, value in values):
        raise Garbage(f"{name}: not all of them texts")
    return {
        clean(label, MAX_VALUE): clean(str(value), MAX_VALUE) for label, value in values
    }


def _read_date(text):
    """Return the date of a text as naive UTC without fractions, None for none."""
    try:
        date = datetime.fromisoformat(text[:19])
        date = date.replace(tzinfo=_read_zone(text))
        date = date.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0)
    except (ValueError, OverflowError):
        return None
    return date if date.year >= FIRST_YEAR else None


def _read_zone(text):
    """Return the zone at the end of a date of RFC 3339, UTC where it has none."""
    rest = text[19:].lstrip(".0123456789").upper()
    if rest in ("", "Z"):
        return timezone.utc
    return datetime.fromisoformat(f"2000-01-01T00:00:00{rest}").tzinfo
