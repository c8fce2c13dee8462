# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Reads headers as humans do, whoever wrote them.

Python gives up on letters whose character set nobody names; those who send them mean
UTF-8, or what Windows calls Western.
"""

import binascii
import re

# RFC 2047, 2; the language of RFC 2231, 5 is left out.
ENCODED = re.compile(r"=\?([^?*\s]{1,60})(?:\*[^?\s]{0,40})?\?([bq])\?([^?]*)\?=", re.I)
HEXADECIMAL = re.compile(rb"=([0-9a-f]{2})", re.I)
BASE64 = re.compile(r"[^a-z0-9+/]", re.I)
FALLBACK = "cp1252"


def read_raw(value):
    """Return a header as text, where it may not be ASCII.

    :param value: bytes, or str in which Python has escaped what it could not read
    """
    if isinstance(value, str):
        value = value.encode("utf-8", "surrogateescape")
    return _read(value, "utf-8")


def decode_words(text):
    """Return a header with its encoded words read (RFC 2047).

    :param text: str
    """
    found, end = [], 0
    for match in ENCODED.finditer(text):
        between = text[end : match.start()]
        charset, data = match[1].lower(), _decode(match[2].lower(), match[3])
        if found and not between.strip() and found[-1][0]:
            # Words next to each other are one: some break within a letter.
            if found[-1][0] == charset:
                found[-1][1].append(data)
            else:
                found.append((charset, [data]))
        else:
            found += [("", [between]), (charset, [data])]
        end = match.end()
    found.append(("", [text[end:]]))
    return "".join(
        _read(b"".join(parts), charset) if charset else parts[0]
        for charset, parts in found
    )


def _decode(encoding, text):
    if encoding == "q":
        text = text.replace("_", " ")
        data = text.encode("utf-8", "surrogateescape")
        return HEXADECIMAL.sub(lambda match: bytes([int(match[1], 16)]), data)
    text = BASE64.sub("", text)
    # One letter too many says nothing.
    text = text[: len(text) - (len(text) % 4 == 1)]
    return binascii.a2b_base64(text + "=" * (-len(text) % 4))


def _read(data, charset):
    try:
        return data.decode(charset)
    except (LookupError, ValueError):
        return data.decode(FALLBACK, "replace")
