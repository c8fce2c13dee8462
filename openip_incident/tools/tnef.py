# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Reads ``winmail.dat``, in which Outlook wraps text and files ([MS-OXTNEF]).

The reader on the package index counts to four billion where a hostile file tells it to,
and copies the file for each of its parts. Here each count is bounded by the bytes that
it is made of, and the time by the size. What is broken ends the reading; what was read
before stays.
"""

import struct
from dataclasses import dataclass, field

from compressed_rtf import decompress
from striprtf.striprtf import rtf_to_text

from .mail_charset import read_text

SIGNATURE = b"\x78\x9f\x3e\x22"

# Attributes of the message, and of a file in it.
BODY = 0x800C
PROPERTIES = 0x9003
CODEPAGE = 0x9007
NEW_FILE = 0x9002
FILE_TITLE = 0x8010
FILE_DATA = 0x800F
FILE_PROPERTIES = 0x9005

# Properties ([MS-OXPROPS]).
PLAIN = 0x1000
PAGE = 0x1013
RTF = 0x1009
PAGE_CODEPAGE = 0x3FDE
LONG_NAME = 0x3707
SHORT_NAME = 0x3704
DISPLAY_NAME = 0x3001
CONTENT = 0x3701
CONTENT_ID = 0x3712
TEXT_NAMES = (LONG_NAME, SHORT_NAME, DISPLAY_NAME)

MULTIPLE = 0x1000
NAMED = 0x8000
# Size of each value, and the types whose values have a length of their own.
SIZES = {2: 2, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 2, 20: 8, 64: 8, 72: 16}
NARROW, WIDE = 0x001E, 0x001F
LONG_TYPES = (0x000D, NARROW, WIDE, 0x0102)

MAX_RTF = 300_000
MAX_FILES = 200
# Outlook writes some hundred attributes and properties.
MAX_VALUES = 100_000


@dataclass
class TnefFile:
    """A file in it.

    :ivar name: str
    :ivar content: bytes
    :ivar cid: under which the page shows it, or an empty text
    """

    name: str = ""
    content: bytes = b""
    cid: str = ""


@dataclass
class Tnef:
    """What was wrapped.

    :ivar text: str, plain
    :ivar page: HTML
    :ivar files: list of :class:`TnefFile`
    :ivar complete: whether all of it could be read
    """

    text: str = ""
    page: str = ""
    rtf: bytes = b""
    files: list = field(default_factory=list)
    complete: bool = False


def read_tnef(content):
    """Return what is in a ``winmail.dat``: :class:`Tnef`, however broken.

    :param content: bytes
    """
    found = Tnef()
    if not content.startswith(SIGNATURE):
        return found
    try:
        _Reader(content, found).read_all()
        found.complete = True
    except (struct.error, ValueError, IndexError):
        # Cut off or hostile: what came before is all there is.
        found.complete = False
    if not found.text and not found.page and found.rtf:
        found.text = _read_rtf(found.rtf)
        found.complete = found.complete and bool(found.text)
    return found


class _Reader:
    """Reads the attributes one after the other."""

    def __init__(self, content, found):
        self.content = memoryview(content)
        self.found = found
        self.codepage = ""
        self.values = 0

    def read_all(self):
        position = 6
        while position < len(self.content):
            self._count()
            name, _kind, size = struct.unpack_from("<HHI", self.content, position + 1)
            start, end = position + 9, position + 9 + size
            if end > len(self.content):
                raise ValueError("An attribute is longer than the file")
            self._take(name, bytes(self.content[start:end]))
            position = end + 2

    def _count(self):
        self.values += 1
        if self.values > MAX_VALUES:
            raise ValueError("More values than anybody writes")

    def _read_properties(self, value):
        found = {}
        for name, typed in _iterate_properties(value):
            self._count()
            found[name] = typed
        return found

    def _take(self, name, value):
        if name == CODEPAGE:
            self.codepage = _name_codepage(struct.unpack_from("<I", value)[0])
        elif name == BODY:
            self.found.text = self.found.text or self._read(value)
        elif name == PROPERTIES:
            self._take_properties(self._read_properties(value))
        elif name == NEW_FILE:
            if len(self.found.files) >= MAX_FILES:
                raise ValueError("More files than a mail has parts")
            self.found.files.append(TnefFile())
        elif self.found.files:
            self._take_of_file(self.found.files[-1], name, value)

    def _take_properties(self, values):
        codepage = self.codepage
        if PAGE_CODEPAGE in values:
            codepage = _name_codepage(
                struct.unpack_from("<I", values[PAGE_CODEPAGE][1])[0]
            )
        if PAGE in values:
            self.found.page = self._read_value(*values[PAGE], codepage, page=True)
        if PLAIN in values:
            self.found.text = self._read_value(*values[PLAIN], codepage)
        if RTF in values:
            self.found.rtf = values[RTF][1]

    def _take_of_file(self, file, name, value):
        if name == FILE_TITLE:
            file.name = file.name or self._read(value)
        elif name == FILE_DATA:
            file.content = value
        elif name == FILE_PROPERTIES:
            values = self._read_properties(value)
            names = [
                self._read_value(*values[key]) for key in TEXT_NAMES if key in values
            ]
            file.name = next(filter(None, names), file.name)
            if CONTENT_ID in values:
                file.cid = self._read_value(*values[CONTENT_ID]).strip("<>")
            if CONTENT in values:
                # Without the identifier of the interface, which comes first in objects.
                kind, found = values[CONTENT]
                file.content = found[16:] if kind == LONG_TYPES[0] else found

    def _read_value(self, kind, value, codepage=None, page=False):
        if kind == WIDE:
            return value.decode("utf-16-le", "replace").rstrip("\x00")
        return self._read(value, codepage, page)

    def _read(self, value, codepage=None, page=False):
        text = value.rstrip(b"\x00")
        codepage = self.codepage if codepage is None else codepage
        return read_text(text, codepage, page)[0]


def _name_codepage(number):
    return {65001: "utf-8", 20127: "", 28591: "cp1252"}.get(number, f"cp{number}")


def _iterate_properties(value):
    """Iterate over properties ([MS-OXTNEF] 2.1.3.4): tuple of name, (type, bytes)."""
    count, position = struct.unpack_from("<I", value)[0], 4
    # Each of them takes at least six bytes.
    for _number in range(min(count, len(value) // 6)):
        kind, name = struct.unpack_from("<HH", value, position)
        position += 4
        if name & NAMED:
            position = _skip_name(value, position)
        position, found = _read_property(value, position, kind)
        yield name, (kind & ~MULTIPLE, found)


def _skip_name(value, position):
    (kind,) = struct.unpack_from("<I", value, position + 16)
    if not kind:
        return position + 24
    (size,) = struct.unpack_from("<I", value, position + 20)
    return position + 24 + size + -size % 4


def _read_property(value, position, kind):
    """Return where a property ends, and its first value."""
    multiple, kind = kind & MULTIPLE, kind & ~MULTIPLE
    count = 1
    if multiple or kind in LONG_TYPES:
        (count,) = struct.unpack_from("<I", value, position)
        position += 4
    if kind not in LONG_TYPES:
        size = SIZES[kind] if kind in SIZES else _refuse(kind)
        end = position + count * size
        return end + -end % 4, value[position : position + size]
    found = None
    for _number in range(count):
        # Beyond the end this raises: no count is believed.
        (size,) = struct.unpack_from("<I", value, position)
        start, position = position + 4, position + 4 + size + -size % 4
        found = value[start : start + size] if found is None else found
    return position, found or b""


def _refuse(kind):
    raise ValueError(f"Unknown type of property: {kind}")


def _read_rtf(content):
    """Return the words of a compressed RTF ([MS-OXRTFCP])."""
    if len(content) > MAX_RTF:
        return ""
    try:
        text = decompress(content).decode("latin-1")
        return rtf_to_text(_loosen(text[:MAX_RTF]), errors="replace").strip()
    except Exception:
        # Of these two libraries nearly anything comes: there are no words to show.
        return ""


def _loosen(text):
    """Break lines before groups and fonts, where a break means nothing.

    The patterns of the library stop at breaks, and take the square of what is between.
    The table of fonts is not read so: the code page of the whole text has to do.
    """
    return text.replace("{", "\n{").replace("\\f", "\n\\f")
