# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Rewrites the headers of a mail that Python's parser does not read, or not in time.

It raises on groups with a comment, line breaks in names, empty identifiers, and takes
the square of the length of a list of recipients. Humans read such mails without
noticing: their recipients, at least, are plain.
"""

import re
from email.header import decode_header
from email.utils import formataddr

from .mail_charset import read_text, remove_controls
from .mail_source import ADDRESS, MESSAGE_ID

ADDRESS_HEADERS = (
    "From",
    "Sender",
    "Reply-To",
    "To",
    "Cc",
    "Bcc",
    "Delivered-To",
    "Resent-From",
    "Resent-To",
    "Resent-Cc",
    "Return-Path",
)
ID_HEADERS = ("Message-ID", "In-Reply-To", "References")
OTHER_HEADERS = ("Subject", "Date", "Content-Type", "Content-Disposition")
# Longer lists are not parsed with their names: those take the square of the length.
LONG = 4_000
MAX_ADDRESSES = 1_000
NAMED = re.compile(r"([^<>,;:]{0,200})<([^<>\s]{1,320})>")


def repair_headers(message):
    """Make the headers readable that Odoo's gateway looks at.

    :param message: ``email.message.EmailMessage``; changed
    :return: whether anything had to be rewritten
    """
    repaired = False
    for name in (*ADDRESS_HEADERS, *ID_HEADERS, *OTHER_HEADERS):
        raw = [
            value for key, value in message.raw_items() if key.lower() == name.lower()
        ]
        text = " , ".join(map(str, raw))
        if raw and (_is_long(name, text) or not _is_read(message, name)):
            repaired |= not _is_long(name, text)
            _rewrite(message, name, text)
    return repaired


def _is_long(name, text):
    return name in ADDRESS_HEADERS and len(text) > LONG


def _is_read(message, name):
    try:
        return bool(message.get_all(name))
    except Exception:
        # The parser of structured headers raises nearly anything.
        return False


def _rewrite(message, name, text):
    del message[name]
    if name in ADDRESS_HEADERS:
        value = _write_addresses(text)
    elif name in ID_HEADERS:
        value = " ".join(f"<{found}>" for found in MESSAGE_ID.findall(text))
    else:
        value = _decode(text) if name == "Subject" else ""
    if not value:
        return
    try:
        message[name] = value
    except Exception:
        # There is no other way to say it: the mail is read without.
        del message[name]


def _write_addresses(text):
    """Write addresses anew, with their names where these are few."""
    if len(text) > LONG:
        return ", ".join(list(dict.fromkeys(ADDRESS.findall(text)))[:MAX_ADDRESSES])
    found = [
        formataddr((_decode(name).strip(' "'), address))
        for name, address in NAMED.findall(text)
        if ADDRESS.fullmatch(address)
    ]
    return ", ".join(found or dict.fromkeys(ADDRESS.findall(text)))


def _decode(text):
    """Return the words of a header in one line."""
    try:
        pieces = decode_header(text)
    except Exception:
        pieces = [(text, None)]
    words = "".join(
        piece if isinstance(piece, str) else read_text(piece, charset or "")[0]
        for piece, charset in pieces
    )
    return " ".join(remove_controls(words).split())
