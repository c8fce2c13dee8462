# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The words of mails as an addon ships them: what they were, what they are now.

Templates belong to who runs the database: an update leaves them alone. Those that
nobody has touched follow the addon all the same, known by a digest of what was shipped.
"""

import hashlib
import re

from babel.messages.pofile import read_po
from lxml import etree

WHITE_SPACE = re.compile(r"\s+")
AROUND_TAGS = re.compile(r"\s*(<[^<>]*>)\s*")


def get_digest(text):
    """Return by what a text is known again, however it is broken into lines.

    :param text: HTML, or one line
    """
    text = AROUND_TAGS.sub(r"\1", WHITE_SPACE.sub(" ", text or "").strip())
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read_shipped(path, names):
    """Return what a data file says in some fields of its records.

    :param path: of an XML file
    :param names: of fields
    :return: dict of (name of the record, name of the field): text or HTML
    """
    shipped = {}
    for record in etree.parse(str(path)).iter("record"):
        for field in record.findall("field"):
            if field.get("name") in names:
                name = record.get("id"), field.get("name")
                shipped[name] = _read_field(field)
    return shipped


def _read_field(field):
    if field.get("type") == "html":
        # As Odoo loads it: else an empty element is another one to who translates it.
        inner = (
            etree.tostring(node, encoding="unicode", method="html") for node in field
        )
        return (field.text or "") + "".join(inner)
    return field.text or ""


def read_catalogue(path):
    """Return the translations of a catalogue: dict of source: translation.

    :param path: of a PO file
    """
    with open(path, "rb") as source:
        return {
            message.id: message.string
            for message in read_po(source)
            if message.id and message.string and isinstance(message.id, str)
        }
