# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Repairs in the raw bytes of a mail what neither Python nor PostgreSQL reads.

A character set that nobody knows and a NUL make Odoo refuse the whole mail, though a
human reads it without noticing. What cannot be read becomes a replacement character.
"""

import re
from email import message_from_bytes, message_from_string
from email.policy import SMTP

from .header_repair import repair_headers
from .mail_charset import get_codec, remove_controls
from .mail_reader import get_content_type, get_value, iterate_parts

CONTENT_TYPE = re.compile(rb"^content-type:[^\n]*(?:\n[ \t][^\n]*)*", re.I | re.M)
CHARSET = re.compile(rb"(\bcharset\s*=\s*\"?)([^\s\";]+)", re.I)
ENCODED_WORD = re.compile(rb"=\?([^?\s*]+)(\*[^?\s]*)?(\?[bq]\?)", re.I)

READABLE = b"utf-8"
# What encoded words name, and what is written under that name all the same.
LARGER = {"gb18030": b"gb18030", "cp949": b"cp949", "cp932": b"cp932"}
# Parameters in a character set of their own (RFC 2231): Python refuses broken ones.
EXTENDED = re.compile(rb";\s*[\w-]+\*(?:\d{1,3}\*?)?\s*=[^;\n]*")
CONTENT = re.compile(rb"^content-[^\n]*(?:\n[ \t][^\n]*)*", re.I | re.M)
MAX_HEADERS = 1_000

# A line that begins a part, and the first header of that part.
FIRST_PART = re.compile(
    r"^--([^\s-][^\r\n]{0,69}?)[ \t]{0,20}\r?\nContent-", re.I | re.M
)
MAX_REPAIRS = 10


def repair(raw):
    """Return a mail that says the same and can be read.

    :param raw: bytes of the mail
    """
    raw = CONTENT_TYPE.sub(lambda header: CHARSET.sub(_read_charset, header[0]), raw)
    raw = ENCODED_WORD.sub(_read_word, raw)
    plain = _drop_extended(raw)
    # A few headers of parts make Python refuse the whole mail.
    return raw if plain is raw or _is_parsed(raw) else plain


def _drop_extended(raw):
    """Return a mail without parameters in a character set of their own."""
    if b"*" not in raw:
        return raw
    plain = CONTENT.sub(lambda header: EXTENDED.sub(b"", header[0]), raw, MAX_HEADERS)
    return raw if plain == raw else plain


def _is_parsed(raw):
    try:
        message_from_bytes(raw, policy=SMTP)
    except Exception:
        return False
    return True


def repair_message(message):
    """Make a mail readable that Python has parsed into something else than it is.

    :param message: ``email.message.EmailMessage``; changed
    :return: whether anything had to be changed
    """
    repaired = repair_headers(message)
    return repair_parts(message) or repaired


def repair_parts(message):
    """Read the parts of containers that name another boundary than they have, or none.

    :param message: ``email.message.Message``; changed
    :return: whether there were any
    """
    broken = [part for part in iterate_parts(message) if _is_broken_container(part)]
    for part in broken[:MAX_REPAIRS]:
        _repair_container(part)
    return bool(broken)


def _is_broken_container(part):
    return get_content_type(part).startswith("multipart/") and not part.is_multipart()


def _repair_container(part):
    """Find the boundary in the text; without one the text is what the mail says."""
    text = part.get_payload() or ""
    found = FIRST_PART.search(text)
    kind = get_content_type(part) if found else "text/plain"
    report = "delivery-status" in get_value(part, "Content-Type").lower()
    del part["Content-Type"]
    if not found:
        part["Content-Type"] = kind
        return
    head = f'Content-Type: multipart/mixed; boundary="{found[1]}"\r\n\r\n'
    read = message_from_string(head + text, policy=part.policy)
    part["Content-Type"] = kind + "; report-type=delivery-status" * report
    part.set_payload(read.get_payload())
    if isinstance(part.get_payload(), list) and read.preamble:
        # No client's notice to older ones: these are words of the mail.
        words = message_from_string("\r\n" + read.preamble, policy=part.policy)
        part.get_payload().insert(0, words)


def remove_unstorable(values):
    """Return a dictionary without what PostgreSQL does not store in its texts.

    :param values: dictionary; what is no text is left alone
    """
    return {
        name: _clean(value) if isinstance(value, str) else value
        for name, value in values.items()
    }


def _clean(text):
    # Of the class that it has: HTML that is marked as safe stays so.
    return type(text)(remove_controls(text))


def _read_charset(found):
    return found[1] + get_readable(found[2])


def _read_word(found):
    lang = found[2] or b""
    codec = get_codec(found[1].decode("ascii", "replace"))
    charset = LARGER.get(codec) or get_readable(found[1])
    return b"=?" + charset + lang + found[3]


def get_readable(charset):
    """Return a character set that Python reads: this one if it can.

    :param charset: name in bytes
    """
    try:
        b"    ".decode(charset.decode("ascii"), "replace")
    except (LookupError, ValueError):
        codec = get_codec(charset.decode("ascii", "replace"))
        return codec.encode() if codec else READABLE
    return charset
