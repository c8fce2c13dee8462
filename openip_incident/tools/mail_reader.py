# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Reads what mails say, however broken they are.

Python's parser raises on headers, types and encodings that real mails have. What cannot
be read is read as it stands or counts as absent: nothing here ever raises.
"""

import re
from itertools import zip_longest

MAX_PARTS = 500
MAX_TEXT = 100_000
RETURNED_TYPES = ("message/rfc822", "message/rfc822-headers", "message/partial")


# How nearly all mails name a type; Python parses the field anew on every question.
PLAIN_TYPE = re.compile(r"[ \t]*([\w.+-]+/[\w.+-]+)[ \t]*(?:;|$)", re.ASCII)


class ReadingEndedError(Exception):
    """Raised by who counts what a mail has, in the middle of its parsing."""


def get_values(message, header):
    """Return all values of a header as text.

    :param message: ``email.message.Message``
    :param header: name of the header
    :return: list of str
    """
    try:
        return [str(value) for value in message.get_all(header, [])]
    except Exception:
        # The parser of structured headers raises nearly anything.
        name = header.lower()
        return [str(raw) for key, raw in message.raw_items() if key.lower() == name]


def get_value(message, header):
    """Return the first value of a header as text, empty without it.

    :param message: ``email.message.Message``
    :param header: name of the header
    """
    return next(iter(get_values(message, header)), "")


def get_content_type(part):
    """Return the media type of a part, ``text/plain`` where it names none.

    :param part: ``email.message.Message``
    """
    named = next(
        (value for name, value in part.raw_items() if name.lower() == "content-type"),
        None,
    )
    plain = PLAIN_TYPE.match(named) if isinstance(named, str) else None
    if plain:
        return plain[1].lower()
    try:
        return part.get_content_type()
    except Exception:
        return "text/plain"


def iterate_parts(message, returned=True):
    """Iterate over a mail and its parts, in their order.

    :param message: ``email.message.Message``
    :param returned: also enter the mails that it encloses
    """
    waiting = [message]
    for _count in range(MAX_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        yield part
        if returned or get_content_type(part) not in RETURNED_TYPES:
            children = part.get_payload() if part.is_multipart() else []
            waiting += reversed([item for item in children if _is_part(item)])


def get_parts(message, content_type, returned=True):
    """Return the parts of a type.

    :param message: ``email.message.Message``
    :param content_type: media type in lower case
    :param returned: also those of the mails that it encloses
    """
    return [
        part
        for part in iterate_parts(message, returned)
        if get_content_type(part) == content_type
    ]


def holds_same(message, other):
    """Tell whether two mails hold the same, whatever else their own headers say.

    :param message: ``email.message.Message``
    :param other: ``email.message.Message``
    """
    try:
        pairs = zip_longest(_iterate_contents(message), _iterate_contents(other))
        return all(one == another for one, another in pairs)
    except Exception:
        # What cannot be compared is read.
        return False


def get_blocks(message, content_type):
    """Return the groups of fields of a report (RFC 3464, RFC 8098).

    :param message: ``email.message.Message``
    :param content_type: media type of the report
    :return: list of ``email.message.Message``
    """
    return [
        block
        for part in get_parts(message, content_type, returned=False)
        if part.is_multipart()
        for block in part.get_payload()
        if _is_part(block)
    ]


def get_text(part):
    """Return the text of a part that is no container, at most ``MAX_TEXT`` of it.

    :param part: ``email.message.Message``
    """
    if part.is_multipart():
        return ""
    try:
        content = part.get_payload(decode=True) or b""
        return content[:MAX_TEXT].decode(part.get_content_charset("utf-8"))
    except Exception:
        return get_bytes(part)[:MAX_TEXT].decode("latin-1")


def get_bytes(part):
    """Return what a part that is no container holds, without its encoding.

    :param part: ``email.message.Message``
    """
    try:
        return part.get_payload(decode=True) or b""
    except Exception:
        return str(part.get_payload()).encode(errors="replace")


def _is_part(item):
    return hasattr(item, "get_payload")


def _iterate_contents(message):
    """Yield what each part of a mail holds, and what its headers say of that."""
    for part in iterate_parts(message):
        headers = [
            (name, value)
            for name, value in part.raw_items()
            # Most of what the mail itself says is of its way.
            if part is not message or name.lower().startswith("content-")
        ]
        payload = part.get_payload()
        # What a container holds are parts, which are compared by themselves.
        yield headers, len(payload) if isinstance(payload, list) else payload
