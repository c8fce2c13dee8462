"""Some 1,400 mails that none of us wrote: what machines and humans really send.

`setup/test` fetches them (see `setup/ground/corpus.py`); none is in the project. A mail
has the kind of the files it comes from, unless `labels.py` corrects it.
"""

import hashlib
import json
import os
import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from .labels import CORRECTIONS

SOURCES = Path(__file__).parent / "sources.json"

# What a mailbox file has before each of its mails.
ENVELOPE = re.compile(rb"^From \S.*\d\d:\d\d.*\n", re.M)


@dataclass(frozen=True)
class Mail:
    """A foreign mail.

    :param name: package, file and, of a mailbox, position
    :param kind: ``bounce``, ``auto``, ``human``, or ``odd`` (only not to be lost)
    :param raw: the mail in bytes
    """

    name: str
    kind: str
    raw: bytes = field(repr=False)

    @property
    def digest(self):
        return hashlib.sha256(self.raw).digest()

    @property
    def half(self):
        """Tell the half to tune the rules on (0) from the half to judge them on (1)."""
        return self.digest[0] % 2

    @property
    def number(self):
        """Return a number that looks drawn by lot and is always the same."""
        return int.from_bytes(self.digest[1:5], "big")


@cache
def load():
    """Return all mails, none twice.

    :raise RuntimeError: when they have not been fetched
    """
    folder = os.environ.get("OPENIP_FOREIGN_MAILS")
    if not folder:
        raise RuntimeError("the foreign mails are missing: setup/test fetches them")
    mails = {}
    for source in json.loads(SOURCES.read_text()):
        for mail in _read(Path(folder) / source["package"], source["mails"]):
            mails.setdefault(b"\n".join(mail.raw.split()), mail)
    return tuple(mails.values())


def of_kind(*kinds, half=None):
    """Return the mails of some kinds.

    :param kinds: see ``Mail``
    :param half: 0 or 1; both without it
    """
    return [mail for mail in load() if mail.kind in kinds and half in (None, mail.half)]


def _read(folder, patterns):
    for path in sorted(folder.iterdir()):
        inner = path.name.replace("__", "/")
        usual = next(
            kind for pattern, kind in patterns.items() if fnmatchcase(inner, pattern)
        )
        parts = [part for part in _split(path.read_bytes()) if _is_mail(part)]
        for number, raw in enumerate(parts):
            name = f"{folder.name}/{path.name}" + (f"#{number}" if number else "")
            kind, _reason = CORRECTIONS.get(name, (usual, ""))
            yield Mail(name, kind, raw)


def _split(content):
    """Return the mails of a mailbox file, or the one mail of another."""
    if not ENVELOPE.match(content):
        return [content]
    return ENVELOPE.split(content)


def _is_mail(raw):
    """Tell mails from what else is beside them: scripts, attachments, results."""
    head = re.split(rb"\r?\n\r?\n", raw.lstrip(), maxsplit=1)[0]
    return bool(re.search(rb"^(From|Return-Path|Received):", head, re.M | re.I))
