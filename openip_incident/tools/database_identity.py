# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What tells one database from its copy: nothing that a move of the server changes."""

import json
from dataclasses import asdict, dataclass, fields


@dataclass(frozen=True)
class Identity:
    """The identity of a database; no host name, container, address or path is in it.

    :param system: PostgreSQL's system identifier, which `initdb` draws and a replica
        keeps; empty where PostgreSQL does not tell it
    :param oid: PostgreSQL's number of the database, another one after each restore
    :param name: name of the database
    :param uuid: what Odoo draws, and draws anew for a database that it duplicates
    """

    system: str
    oid: int
    name: str
    uuid: str

    def dump(self):
        """Return the identity as text."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def load(cls, text):
        """Return the identity that was written as text.

        :param text: what :meth:`dump` returned
        :return: None where it is missing or unreadable
        """
        try:
            values = json.loads(text or "")
            return cls(**{field.name: values[field.name] for field in fields(cls)})
        except (ValueError, KeyError, TypeError):
            return None

    def compare(self, other):
        """Return the names of what differs between two identities.

        A system identifier that is not known on both sides says nothing: PostgreSQL may
        have been forbidden to tell it since.

        :param other: the identity that was confirmed
        """
        names = [field.name for field in fields(self)]
        if not (self.system and other.system):
            names.remove("system")
        return [name for name in names if getattr(self, name) != getattr(other, name)]
