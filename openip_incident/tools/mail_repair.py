# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Repairs in the raw bytes of a mail what neither Python nor PostgreSQL reads.

A character set that nobody knows and a NUL make Odoo refuse the whole mail, though a
human reads it without noticing. What cannot be read becomes a replacement character.
"""

import re

CONTENT_TYPE = re.compile(rb"^content-type:[^\n]*(?:\n[ \t][^\n]*)*", re.I | re.M)
CHARSET = re.compile(rb"(\bcharset\s*=\s*\"?)([^\s\";]+)", re.I)
ENCODED_WORD = re.compile(rb"=\?([^?\s*]+)(\*[^?\s]*)?(\?[bq]\?)", re.I)

READABLE = b"utf-8"


def repair(raw):
    """Return a mail that says the same and can be read.

    :param raw: bytes of the mail
    """
    raw = CONTENT_TYPE.sub(lambda header: CHARSET.sub(_read_charset, header[0]), raw)
    return ENCODED_WORD.sub(_read_word, raw)


def remove_nul(values):
    """Return a dictionary without NUL in its texts, which PostgreSQL does not store.

    :param values: dictionary; what is no text is left alone
    """
    return {
        name: value.replace("\x00", "") if isinstance(value, str) else value
        for name, value in values.items()
    }


def _read_charset(found):
    return found[1] + get_readable(found[2])


def _read_word(found):
    lang = found[2] or b""
    return b"=?" + get_readable(found[1]) + lang + found[3]


def get_readable(charset):
    """Return a character set that Python reads: this one if it can.

    :param charset: name in bytes
    """
    try:
        b"    ".decode(charset.decode("ascii"), "replace")
    except (LookupError, ValueError):
        return READABLE
    return charset
