# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Makes files of the images that are written into a page (RFC 2397)."""

import base64
import binascii
import re
from hashlib import sha256
from urllib.parse import unquote_to_bytes

# Bounded everywhere but in the image itself, in which nothing else can begin.
IMAGE = re.compile(
    r"data:image/([\w.+-]{1,40})(?:;[\w.=+-]{0,80}){0,3}?;base64,([A-Za-z0-9+/=%\s]*)",
    re.I,
)
SOURCE = re.compile(r"""\bsrc\s{0,9}=\s{0,9}["']?\s{0,9}$""", re.I)
# Behind the words, where nobody misses it.
BACKGROUND = re.compile(r"""\burl\(["']?\s{0,9}$""", re.I)
EXTENSIONS = {"jpeg": "jpg", "svg+xml": "svg", "x-icon": "ico", "x-png": "png"}
# How far before an image its attribute begins.
BEFORE = 40


def take_images(page):
    """Return a page with its written-in images as references to files, and the files.

    :param page: HTML as str
    :return: tuple of str and list of tuple of name, bytes and information
    """
    files = {}
    pieces, position = [], 0
    for found in IMAGE.finditer(page):
        before = page[max(found.start() - BEFORE, position) : found.start()]
        file = _read(found, files) if SOURCE.search(before) else None
        shown = found[0]
        if file or BACKGROUND.search(before):
            shown = f"cid:{file[2]['cid']}" if file else ""
        pieces += (page[position : found.start()], shown)
        position = found.end()
    return "".join(pieces) + page[position:], list(files.values())


def _read(found, files):
    """Return the file of an image, one for all its copies, None without an image."""
    try:
        content = base64.b64decode(unquote_to_bytes(re.sub(r"\s", "", found[2])))
    except binascii.Error:
        return None
    if not content:
        return None
    cid = f"{sha256(content).hexdigest()[:32]}@data.invalid"
    kind = found[1].lower()
    name = f"image{len(files) + 1:03}.{EXTENSIONS.get(kind, kind)}"
    return files.setdefault(cid, (name, content, {"cid": cid}))
