# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Writes headers of a mail anew, in its raw bytes, so that core reads what they mean.

Core takes each of these headers as it stands: an id without its brackets, an address
with a part behind the plus, or the id that a program gives all its mails, lead nowhere.
"""

import re

from .header_text import read_raw
from .mail_source import HEADER_BYTES

END_OF_HEADERS = re.compile(rb"\r?\n(?=\r?\n)")
# A field and the lines that it is folded over (RFC 5322, 2.2.3).
FIELD = re.compile(rb"^([!-9;-~]{1,200})[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)", re.M)


def rewrite(raw, values=(), replace=None, names=()):
    """Return a mail with some of its headers changed, and all of them readable.

    :param raw: bytes
    :param values: dict of name, value for headers that are set, those with an empty one
        are taken away
    :param replace: function of a text that returns another
    :param names: names of headers that are given to that function
    """
    found = END_OF_HEADERS.search(raw, 0, HEADER_BYTES)
    if raw[:1] in b"\r\n" or not (found or len(raw) < HEADER_BYTES):
        # Without headers, or with more of them than anybody reads.
        return raw
    end = found.start() if found else len(raw)
    values = {name.lower(): (name, value) for name, value in dict(values).items()}
    names = {name.lower() for name in names}

    def change(field):
        name, value = field[1].decode().lower(), field[2]
        if name in values:
            return b"\n"
        if name in names:
            value = replace(read_raw(value)).encode()
        elif not value.isascii():
            value = read_raw(value).encode()
        return field[1] + b":" + value if value != field[2] else field[0]

    lines = [line for line in FIELD.sub(change, raw[:end]).split(b"\n") if line.strip()]
    ending = b"\r" if b"\r\n" in raw[: end + 2] else b""
    # In front: nothing is read below a line that is none of a header.
    begin = 1 if lines and lines[0].startswith(b"From ") else 0
    lines[begin:begin] = [
        f"{name}: {value}".encode(errors="surrogateescape") + ending
        for name, value in values.values()
        if value
    ]
    return b"\n".join(lines) + raw[end:]
