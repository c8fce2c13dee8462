# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Appointments as files that every calendar reads (RFC 5545, RFC 5546).

Published, not requested: a request asks its reader to accept, and what calendars answer
by themselves is no answer to us. Times are UTC: a calendar shows them by the clocks of
its reader, in the nights in which clocks change, too.
"""

import re
from dataclasses import dataclass
from datetime import datetime

import vobject
from dateutil.tz import UTC

PUBLISH = "PUBLISH"
CANCEL = "CANCEL"
MIMETYPE = "text/calendar"
PRODUCT = "-//OpenIP//OpenIP Incident//EN"

# What a calendar may take for the end of a line, and what none may contain.
BREAK = re.compile(r"\r\n?|[\n\x0b\x0c\x85\u2028\u2029]")
CONTROL = re.compile(r"[\x00-\x09\x0e-\x1f\x7f\ud800-\udfff]")
# A parameter in quotes can hold neither of them (RFC 5545, 3.1).
QUOTE = re.compile(r"[\"^\s]+")


@dataclass(frozen=True)
class Maintenance:
    """What networks tell each other of planned works (MAINTNOTE), for one account.

    :param account: by which we know who is told
    :param number: by which we know the works
    :param objects: references of what is concerned, at least one
    :param impact: NO-IMPACT, REDUCED-REDUNDANCY, DEGRADED or OUTAGE
    :param status: TENTATIVE, CONFIRMED, CANCELLED, IN-PROCESS or COMPLETED
    """

    provider: str
    account: str
    number: str
    objects: tuple[str, ...]
    impact: str
    status: str


@dataclass(frozen=True)
class Appointment:
    """One appointment as its reader shall find it in a calendar.

    :param uid: the same for ever, by which a calendar knows it again
    :param sequence: grows with every change that is told
    :param stamp: when this was written down, naive UTC
    :param begin: naive UTC
    :param end: naive UTC
    :param organiser: name and address of who invites
    """

    uid: str
    sequence: int
    stamp: datetime
    begin: datetime
    end: datetime
    summary: str
    location: str = ""
    description: str = ""
    organiser: tuple[str, str] = ("", "")
    cancelled: bool = False
    maintenance: Maintenance | None = None


def write_appointment(appointment):
    """Return an appointment as a calendar file.

    :param appointment: :class:`Appointment`
    :return: bytes, UTF-8, lines folded at 75 octets (RFC 5545, 3.1)
    """
    calendar = vobject.iCalendar()
    calendar.add("prodid").value = PRODUCT
    # A published appointment is called off by CANCEL (RFC 5546, 3.2.1).
    calendar.add("method").value = CANCEL if appointment.cancelled else PUBLISH
    event = calendar.add("vevent")
    event.add("uid").value = appointment.uid
    event.add("sequence").value = str(appointment.sequence)
    for name, date in (
        ("dtstamp", appointment.stamp),
        ("dtstart", appointment.begin),
        ("dtend", appointment.end),
    ):
        event.add(name).value = date.replace(microsecond=0, tzinfo=UTC)
    event.add("status").value = "CANCELLED" if appointment.cancelled else "CONFIRMED"
    event.add("summary").value = clean_text(appointment.summary).replace("\n", " ")
    for name in ("location", "description"):
        text = clean_text(getattr(appointment, name))
        if text:
            event.add(name).value = text
    _add_organiser(event, *appointment.organiser)
    if appointment.maintenance:
        _add_maintenance(event, appointment.maintenance)
    return calendar.serialize().encode()


def clean_text(text):
    """Return a text whose lines end in one way, without what one cannot see."""
    return CONTROL.sub(" ", BREAK.sub("\n", text or "")).strip()


def _add_organiser(event, name, address):
    """Name who invites: without one no published appointment is valid."""
    if not address:
        return
    organiser = event.add("organizer")
    organiser.value = f"mailto:{address}"
    name = QUOTE.sub(" ", clean_text(name)).strip()
    if name:
        organiser.params["CN"] = [name]


def _add_maintenance(event, maintenance):
    """Say of an event what programs read: one account's own things only."""
    for name, value in (
        ("provider", maintenance.provider),
        ("account", maintenance.account),
        ("maintenance-id", maintenance.number),
        *(("object-id", one) for one in maintenance.objects),
        ("impact", maintenance.impact),
        ("status", maintenance.status),
    ):
        text = clean_text(value).replace("\n", " ")
        event.add(f"x-maintnote-{name}").value = text


def get_method(content):
    """Return the method of a calendar file that we have written, for its header.

    :param content: bytes
    """
    return CANCEL if b"\r\nMETHOD:CANCEL\r\n" in content else PUBLISH
