# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Pictures inside texts: those that a text carries itself, and those it refers to."""

import base64
import binascii
import re
import uuid

# What every mail program and every browser shows, and nothing that runs.
SIGNATURES = {
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/gif": re.compile(rb"GIF8[79]a"),
    "image/webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
}
ENDINGS = {kind: kind.partition("/")[2] for kind in SIGNATURES}
DATA = re.compile(
    r"data:\s*image/[\w.+-]+;base64,((?:[A-Za-z0-9+/=\s]|%[0-9A-Fa-f]{2})*)", re.I
)
MAX_CARRIED = 50


def get_kind(content):
    """Return the MIME type of a picture, None for what is no picture that we show.

    :param content: bytes, the first few suffice
    """
    found = (kind for kind, mark in SIGNATURES.items() if mark.match(content))
    return next(found, None)


def take_carried(body):
    """Take the pictures that a text carries itself out of it, as a mail carries them.

    :param body: HTML
    :return: HTML that refers to them by Content-ID, and a list of (name, content,
        dict with that id) as :meth:`message_post` takes them
    """
    known, carried = {}, []

    def take(found):
        source = found[1]
        if source not in known:
            picture = _read_carried(source) if len(carried) < MAX_CARRIED else None
            known[source] = f"cid:{picture[2]['cid']}" if picture else ""
            carried.extend([picture] if picture else [])
        return known[source]

    text = DATA.sub(take, body or "") if "base64," in (body or "") else body
    return text, carried


def _read_carried(source):
    try:
        content = base64.b64decode(source.replace("%2B", "+").replace("%2F", "/"))
    except (binascii.Error, ValueError):
        return None
    kind = get_kind(content)
    if not kind:
        return None
    return f"image.{ENDINGS[kind]}", content, {"cid": f"{uuid.uuid4().hex}@carried"}
