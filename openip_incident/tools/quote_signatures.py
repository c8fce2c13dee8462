# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Signatures: the name and the addresses of an author, and not one word more.

A mark of a signature proves nothing: people write below it, and use it to draw a line.
"""

import re

from .quote_headers import ADDRESS, is_noise
from .quote_lines import get_words

MARK = re.compile(r"--[ \xa0]?$")
AT_MOST = 16
NUMBER = re.compile(r"(?:\+|\b0)[\d \xa0./()-]{8,20}\d|\b\d{4,5}\s+[A-ZÀ-Ý]")
LINK = re.compile(r"(?:https?://|www\.)\S+", re.I)
ROLE = re.compile(
    r"(?:directeur|directrice|responsable|technicien|technicienne|assistant|assistante|"
    r"gérant|gérante|chef|cheffe|service|support|manager|engineer|director|head|sales|"
    r"commercial|commerciale|comptable|secrétaire|secrétariat|président|présidente|ceo|"
    r"cto|dsi|geschäftsführer|leiter|leiterin|techniker|administrateur)\b",
    re.I,
)
STREET = re.compile(
    r"\d{1,4}(?:\s?(?:bis|ter))?,?\s(?:rue|avenue|av\.|bd|boulevard|"
    r"place|chemin|route|allée|quai|impasse|cours|zi|za)\b",
    re.I,
)


def find_signatures(lines, names):
    """Return the indexes of lines that only say who has written.

    :param lines: list of :class:`~.quote_lines.Line`
    :param names: of the author and its company
    """
    known = {word for name in names if name for word in get_words(name)}
    found = set()
    for index, line in enumerate(lines):
        if MARK.match(line.text) and not line.quoted:
            found |= _read(lines, index, index + 1, known)
        elif line.signature and not (index and lines[index - 1].signature):
            found |= _read(lines, index, index, known)
    return found


def _read(lines, begin, index, known):
    """Return the indexes of a signature, none if there is anything else in it."""
    first = None
    end = index
    while end < len(lines) and not lines[end].quoted:
        text = lines[end].text
        if end - begin > AT_MOST:
            return set()
        if lines[end].words:
            if not _is_contact(text, known):
                return set()
            first = text if first is None else first
        end += 1
    if first is None or not known.intersection(get_words(first)):
        return set()
    return set(range(begin, end))


def _is_contact(text, known):
    words = get_words(text)
    if len(text) > 120:
        return False
    return (
        known.issuperset(words)
        or is_noise(text)
        or (len(words) < 7 and bool(ROLE.match(text) or STREET.match(text)))
        or _is_address(text, words)
    )


def _is_address(text, words):
    """Tell whether a line is a number, a link or an address, and little else."""
    rest = NUMBER.sub(" ", LINK.sub(" ", ADDRESS.sub(" ", text)))
    return rest != text and len(get_words(rest)) < 5 and len(words) < 16
