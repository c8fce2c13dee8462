# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""By which marks a person is recognised in texts and files, and how they are found.

The patterns are made for PostgreSQL and for Python alike, but for the word boundary.
"""

import binascii
import quopri
import re
from dataclasses import dataclass, field

REMOVED = "[removed]"

SEPARATORS = r"(?:[\s.\-()/\u00a0]|&nbsp;)*"
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
BASE64_LINE = re.compile(rb"[A-Za-z0-9+/]+={0,2}")

# What is shorter says nothing about anybody.
SHORTEST_PART = 3
# What is shorter than that is looked for as a whole word: "ann" is in "cannot".
SHORTEST_FRAGMENT = 5
# The end of a number, whatever stands before it: +33, 0033, 0.
PHONE_DIGITS = 9
SHORTEST_PHONE = 6
DEEPEST = 3


@dataclass(frozen=True)
class Marks:
    """What a person is recognised by.

    :param emails: normalised addresses that are nobody else's
    :param names: full names, as they are written
    :param phones: numbers, as they are written
    """

    emails: frozenset = field(default_factory=frozenset)
    names: frozenset = field(default_factory=frozenset)
    phones: frozenset = field(default_factory=frozenset)

    @property
    def parts(self):
        """Return the words of the names that say something, in lower case."""
        words = {word.lower() for name in self.names for word in WORD.findall(name)}
        return {word for word in words if len(word) >= SHORTEST_PART}

    def get_address_pattern(self):
        """Return a pattern of the addresses, None where there are none."""
        return _join(rf"(?<![\w.+-]){re.escape(one)}" for one in self.emails)

    def get_mailbox_pattern(self):
        """Return a pattern of the addresses with the names before them in a header."""
        return _join(
            rf"(?:\"[^\"]*\"\s*|[^<>,;:\"'{{}}]*)<?{re.escape(one)}>?"
            for one in self.emails
        )

    def get_certain_pattern(self):
        """Return a pattern of what is the person's whatever the text is about."""
        return _join(
            [
                *map(re.escape, sorted(self.emails)),
                *map(_get_name_pattern, _sort(self.names)),
                *filter(None, map(_get_phone_pattern, sorted(self.phones))),
            ]
        )

    def get_unique_pattern(self):
        """Return a pattern of what is hardly anybody else's: no single words."""
        several = {name for name in self.names if len(WORD.findall(name)) > 1}
        return Marks(self.emails, frozenset(several), self.phones).get_certain_pattern()

    def get_identity_pattern(self):
        """Return a pattern for Message-IDs: also of the places that mails come from."""
        domains = {one.rpartition("@")[2] for one in self.emails}
        return _join([self.get_part_pattern(), *map(re.escape, sorted(domains))])

    def get_part_pattern(self, boundary=r"\y"):
        """Return a pattern of every mark and of each word of the names.

        :param boundary: of words: PostgreSQL's ``\\y``, Python's ``\\b``
        """
        return _join(
            [
                self.get_certain_pattern(),
                *(_get_part_pattern(part, boundary) for part in _sort(self.parts)),
            ]
        )


def _join(patterns):
    patterns = [pattern for pattern in patterns if pattern]
    return f"(?:{'|'.join(patterns)})" if patterns else None


def _sort(texts):
    """Return the longest first: a pattern takes the first that fits."""
    return sorted(texts, key=lambda text: (-len(text), text))


def _get_name_pattern(name):
    """Return a pattern of a name, the family name first or last."""
    words = [re.escape(word) for word in name.split()]
    forms = [r"\s+".join(words)]
    if len(words) > 1:
        forms.append(rf"{words[-1]},?\s+" + r"\s+".join(words[:-1]))
    return _join(forms)


def _get_phone_pattern(phone):
    digits = re.sub(r"\D", "", phone)[-PHONE_DIGITS:]
    return SEPARATORS.join(digits) if len(digits) >= SHORTEST_PHONE else None


def _get_part_pattern(part, boundary):
    pattern = re.escape(part)
    return pattern if len(part) >= SHORTEST_FRAGMENT else boundary + pattern + boundary


def is_mentioned(data, pattern):
    """Tell whether a file has a mark, as far as it is text in some encoding.

    :param data: bytes
    :param pattern: of :meth:`Marks.get_part_pattern`, with Python's word boundary
    """
    found = re.compile(pattern, re.I)
    return any(found.search(text) for text in iterate_texts(data))


def iterate_texts(data, depth=DEEPEST):
    """Give what bytes may say: as they are, in UTF-16, quoted-printable and base64.

    :param depth: how often what was encoded may be encoded again
    """
    yield data.decode("utf-8", "ignore")
    yield data.decode("latin-1")
    if b"\0" in data:
        yield data.replace(b"\0", b"").decode("latin-1")
    if b"=" in data:
        unfolded = quopri.decodestring(data)
        if unfolded != data:
            yield unfolded.decode("utf-8", "ignore")
    if depth:
        for run in _iterate_base64(data):
            yield from iterate_texts(run, depth - 1)


def _iterate_base64(data):
    """Decode runs of lines that look like base64, as in mails and in our columns."""
    run = []
    for line in [*data.splitlines(), b""]:
        if BASE64_LINE.fullmatch(line):
            run.append(line)
            continue
        decoded = _decode_base64(b"".join(run))
        if decoded:
            yield decoded
        run = []


def _decode_base64(text):
    text = text.rstrip(b"=")
    if len(text) < 8 or len(text) % 4 == 1:
        return b""
    try:
        return binascii.a2b_base64(text + b"=" * (-len(text) % 4))
    except binascii.Error:
        return b""


def get_excerpt(text, pattern, width=60):
    """Return the words around the first mark in a text.

    :param pattern: of :meth:`Marks.get_part_pattern`, with Python's word boundary
    :param width: characters shown before and after it
    """
    text = " ".join(re.sub(r"<[^<>]{0,1000}>", " ", text).split())
    found = re.search(pattern, text, re.I)
    if not found:
        return text[: 2 * width]
    start, end = max(0, found.start() - width), found.end() + width
    before, after = "…" if start else "", "…" if end < len(text) else ""
    return before + text[start:end] + after
