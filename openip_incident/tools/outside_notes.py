# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What must not be forgotten when a database goes back, a line each, outside of it."""

import json
import os
import re
from pathlib import Path


def append_note(folder, uuid, note):
    """Add a line.

    :param folder: the file store of the database
    :param uuid: what Odoo drew for the database
    :param note: what JSON can say
    :raises OSError: where nothing can be written
    """
    os.makedirs(folder, exist_ok=True)
    with open(_get_place(folder, uuid), "a", encoding="utf-8") as file:
        file.write(json.dumps(note) + "\n")


def read_notes(folder, uuid):
    """Return the lines that can be read, the oldest first: list.

    :param folder: the file store of the database
    :param uuid: what Odoo drew for the database
    """
    try:
        lines = _get_place(folder, uuid).read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
    return [note for note in map(_read_note, lines) if note is not None]


def _read_note(line):
    try:
        return json.loads(line)
    except ValueError:
        return None


def _get_place(folder, uuid):
    """Return the file: databases that share a folder share no notes."""
    return Path(folder) / f"incident_voided_{re.sub(r'[^0-9a-zA-Z-]', '', uuid)}.jsonl"
