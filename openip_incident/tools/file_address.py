# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Addresses under which Odoo shows a file."""

import re
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

# An id, or an id and a mark by which browsers know that the file has changed.
PATH = re.compile(
    r"/web/(?:image|content)(?:/ir\.attachment)?/(\d{1,9})(?:-[^/]*)?(?:/.*)?"
)
SOURCE = re.compile(r'\bsrc="([^"]*)"')
BY_QUERY = ("/web/image", "/web/content")


class FileAddress(NamedTuple):
    """The id of an attachment, and the token that an address carries."""

    file_id: int
    token: str


def read_file_address(address, hosts=()):
    """Return which of our files an address leads to, None for any other.

    :param address: absolute or without host
    :param hosts: host names of ours, with their ports
    """
    try:
        parts = urlsplit(address)
        query = parse_qs(parts.query)
    except ValueError:
        return None
    if parts.scheme not in ("", "http", "https") or parts.netloc not in ("", *hosts):
        return None
    found = PATH.fullmatch(parts.path)
    file_id = found[1] if found else _get_id(parts.path, query)
    token = query.get("access_token", [""])[0]
    return FileAddress(int(file_id), token) if file_id else None


def _get_id(path, query):
    model = query.get("model", ["ir.attachment"])[0]
    file_id = query.get("id", [""])[0]
    known = path.rstrip("/") in BY_QUERY and model == "ir.attachment"
    if known and re.fullmatch(r"[0-9]{1,9}", file_id):
        return file_id
    return None


def get_file_path(file_id):
    """Return the address of a picture for who may read it, without any token."""
    return f"/web/image/{file_id}"


def get_shown_ids(body):
    """Return the ids of the files that a text shows under our own addresses.

    :param body: HTML that was cleaned
    """
    found = (read_file_address(source) for source in SOURCE.findall(str(body or "")))
    return {address.file_id for address in found if address}
