# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a database leaves outside of itself, to be known again after it went back."""

import json
import os
import re
import tempfile
from dataclasses import asdict, dataclass, fields
from pathlib import Path


@dataclass(frozen=True)
class Mark:
    """How far a database has come.

    :param name: name of the database
    :param uuid: what Odoo drew for it
    :param counter: grows with every mark, and never falls
    :param date: when it was made, naive UTC as text, for people only: clocks are set
    """

    name: str
    uuid: str
    counter: int
    date: str

    def save(self, folder):
        """Write the mark, whole or not at all.

        :param folder: the file store of the database
        :raises OSError: where nothing can be written
        """
        os.makedirs(folder, exist_ok=True)
        place = _get_place(folder, self.uuid)
        handle, draft = tempfile.mkstemp(prefix=place.name, dir=folder)
        try:
            with os.fdopen(handle, "w") as file:
                file.write(json.dumps(asdict(self), sort_keys=True))
            os.replace(draft, place)
        except BaseException:
            os.unlink(draft)
            raise

    @classmethod
    def load(cls, folder, name, uuid):
        """Return the mark that was written for a database.

        :param folder: the file store of the database
        :return: None where there is none, or none that can be read
        """
        try:
            values = json.loads(_get_place(folder, uuid).read_text())
            mark = cls(**{field.name: values[field.name] for field in fields(cls)})
            mine = (mark.name, mark.uuid) == (name, uuid)
            return mark if mine and isinstance(mark.counter, int) else None
        except (OSError, ValueError, KeyError, TypeError):
            return None


def _get_place(folder, uuid):
    """Return the file of a mark: databases that share a folder share no mark."""
    return Path(folder) / f"incident_mark_{re.sub(r'[^0-9a-zA-Z-]', '', uuid)}.json"
