# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Reads calendar files by the letter of RFC 5545, without what has written them."""

import re
from datetime import datetime

LINE = re.compile(
    r'([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"\x00-\x08]*"|[^";:,]*))*):'
)
PARAMETER = re.compile(r';([A-Za-z0-9-]+)=(?:"([^"]*)"|([^";:,]*))')
ESCAPED = re.compile(r"\\([\\;,nN])")
TEXTS = {"SUMMARY", "LOCATION", "DESCRIPTION", "PRODID", "UID"}
# Of planned works (MAINTNOTE).
PREFIX = "X-MAINTNOTE-"
REPEATED = f"{PREFIX}OBJECT-ID"


def read_calendar(content):
    """Return what a calendar file with one event says.

    :param content: bytes
    :return: dict of the calendar's and the event's properties: (value, parameters);
        what may be repeated has a list of values
    :raises ValueError: for whatever the standard does not allow
    """
    text = content.decode("utf-8")
    if not text.endswith("\r\n"):
        raise ValueError("The last line does not end.")
    lines = text[:-2].split("\r\n")
    for line in lines:
        if len(line.encode()) > 75:
            raise ValueError(f"A line is too long: {line}")
        if re.search(r"[\x00-\x08\x0a-\x1f\x7f]", line):
            raise ValueError(f"A control character: {line!r}")
    logical = "\r\n".join(lines).replace("\r\n ", "").replace("\r\n\t", "")
    stack, found = [], {}
    for line in logical.split("\r\n"):
        match = LINE.match(line)
        if not match:
            raise ValueError(f"No content line: {line!r}")
        name, value = match[1].upper(), line[match.end() :]
        if name == "BEGIN":
            stack.append(value)
        elif name == "END":
            if not stack or stack.pop() != value:
                raise ValueError(f"Not open: {value}")
        else:
            if name in found and name != REPEATED:
                raise ValueError(f"Twice: {name}")
            parameters = {
                key.upper(): quoted or plain
                for key, quoted, plain in PARAMETER.findall(match[2])
            }
            if name in TEXTS or name.startswith(PREFIX):
                value = _unescape(value)
            if name == REPEATED:
                value = [*found.get(name, ([],))[0], value]
            found[name] = (value, parameters)
    if stack:
        raise ValueError(f"Still open: {stack}")
    return found


def _unescape(value):
    if re.search(r"(?<!\\)(?:\\\\)*\\(?![\\;,nN])", value):
        raise ValueError(f"Unknown escape: {value!r}")
    if re.search(r"(?<!\\)(?:\\\\)*[;,]", value):
        raise ValueError(f"Not escaped: {value!r}")
    return ESCAPED.sub(lambda m: "\n" if m[1] in "nN" else m[1], value)


def read_date(found, name):
    """Return a date of an event as naive UTC.

    :raises ValueError: for a date that is not in UTC
    """
    value, parameters = found[name]
    if parameters:
        raise ValueError(f"Parameters of {name}: {parameters}")
    return datetime.strptime(value, "%Y%m%dT%H%M%SZ")
