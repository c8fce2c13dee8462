# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""References of lines and services, whatever signs and capitals they are written in."""

import re
import unicodedata

WORD = re.compile(r"[^\W_]+")

# A reference is written in so many pieces at most.
MAX_PIECES = 8

# What is shorter is a reference only where nothing else is written.
MIN_LENGTH = 3

# Where words are looked for in a long text.
MAX_WORDS = 500


def fold(text):
    """Return a text in small letters without accents."""
    apart = unicodedata.normalize("NFKD", text or "")
    return "".join(c for c in apart if not unicodedata.combining(c)).casefold()


def to_key(reference):
    """Return by what a reference is recognised: its letters and digits.

    :param reference: like ``FTTO-4567 A``
    :return: like ``ftto4567a``
    """
    return "".join(WORD.findall(fold(reference)))


def find_keys(text):
    """Return the keys of everything in a text that may be a reference.

    :param text: what somebody wrote
    :return: set of keys: of the whole text, and of its words, up to eight in a row
    """
    words = WORD.findall(fold(text))[:MAX_WORDS]
    keys = {"".join(words)} if len(words) <= MAX_PIECES else set()
    for start in range(len(words)):
        key = ""
        for word in words[start : start + MAX_PIECES]:
            key += word
            if len(key) >= MIN_LENGTH:
                keys.add(key)
    return keys - {""}
