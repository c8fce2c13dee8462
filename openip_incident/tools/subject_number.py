# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Finds what may be the number of an incident in the subject of a mail.

People type a number as they like: with another dash or none, with blanks, glued to the
next word, in the digits of another keyboard. What our own numbers look like is known,
so they are found in all of these shapes; a word with a digit may be a number as well.

The time all this takes grows with the length of the text, whatever is in it.
"""

import re
import unicodedata
from functools import lru_cache

SEPARATORS = re.compile(r"[\s\[\](){}<>:;,\"']+")
DIGIT = re.compile(r"\d")
# Who writes more than this many words with digits names none.
MAX_NUMBERS = 10

# Where characters are that look like others or like nothing: Latin-1, punctuation,
# mathematical minus, full width, mathematical digits, tags.
LOOKALIKES = (
    range(0x80, 0x100),
    range(0x1680, 0x1681),
    range(0x180E, 0x180F),
    range(0x2000, 0x2070),
    range(0x2212, 0x2213),
    range(0x2E3A, 0x2E3C),
    range(0x3000, 0x3001),
    range(0xFE00, 0xFF60),
    range(0x1D400, 0x1D800),
    range(0xE0000, 0xE0080),
)
# Without a shape: soft hyphen, zero width, direction.
INVISIBLE = "Cf"
DASH, BLANK = "Pd", "Zs"
MINUS = "\u2212"

# What people put between the pieces of a number, or leave out.
GAP = r"[\s\-_./\\|·•#]{0,4}"
# A sequence's dates (``ir.sequence``): how many digits each has.
DATE = re.compile(r"%\((?:range_|current_)?(\w+)\)s")
DIGITS = {"year": "4", "doy": "3"}
PIECE = re.compile(r"[^\W\d_]+|\d+|[\W_]+")
LONGEST_COUNT = 12


def _simplify(code):
    """Return what a character stands for, nothing for what nobody sees."""
    char = chr(code)
    category = unicodedata.category(char)
    if category == INVISIBLE:
        return ""
    if category == DASH or char == MINUS:
        return "-"
    if category == BLANK:
        return " "
    plain = unicodedata.normalize("NFKC", char)
    return plain if plain.isascii() and plain.isalnum() else char


PLAIN = {code: _simplify(code) for block in LOOKALIKES for code in block}


def find_numbers(text, formats=()):
    """Return what may be numbers of incidents.

    :param text: str, a subject for instance
    :param formats: (prefix, suffix, padding) of the sequences that numbers are drawn
        from, prefix and suffix as ``ir.sequence`` has them
    :return: list of str: at most ``MAX_NUMBERS`` that look like ours, as the sequence
        writes them, then at most as many words with a digit, in upper case
    """
    text = text.translate(PLAIN)
    words = [word for word in SEPARATORS.split(text) if DIGIT.search(word)]
    words = [word.strip("#.!?*").upper() for word in words[:MAX_NUMBERS]]
    found = {}
    for sequence in formats:
        for number in _find_in_shape(text, *sequence):
            found.setdefault(number)
    return list(found)[:MAX_NUMBERS] + [word for word in words if word not in found]


def _find_in_shape(text, prefix, suffix, padding):
    pattern, pieces = _get_shape(prefix, suffix, padding)
    if pattern is None:
        return
    for match in pattern.finditer(text):
        groups = iter(match.groups())
        # What is not captured stands between the pieces as the sequence has it.
        yield "".join(next(groups) if piece is None else piece for piece in pieces)


@lru_cache(maxsize=64)
def _get_shape(prefix, suffix, padding):
    """Return how a sequence's numbers may be written, and how they are.

    :return: pattern, and its pieces: text, or None for a group of the pattern; None
        for numbers that have no letters before them, which anything could be
    """
    before, after = _split(prefix), _split(suffix)
    if not any(text and text.isalpha() for text, _digits in before):
        return None, ()
    count = f"([0-9]{{{max(padding, 1)},{LONGEST_COUNT}}})(?![0-9])"
    pieces = [text for text, _digits in before] + [None]
    pieces += [text for text, _digits in after]
    parts = [*map(_write_piece, before), count, *map(_write_piece, after)]
    return re.compile(GAP.join(filter(None, parts)), re.I), tuple(pieces)


def _split(template):
    """Return the pieces of a prefix or suffix: (text or None, digits of a date)."""
    pieces, end = [], 0
    for match in DATE.finditer(template or ""):
        pieces += [(text, "") for text in PIECE.findall(template[end : match.start()])]
        pieces.append((None, DIGITS.get(match[1], "2")))
        end = match.end()
    return pieces + [(text, "") for text in PIECE.findall((template or "")[end:])]


def _write_piece(piece):
    text, digits = piece
    if text is None:
        return f"([0-9]{{{digits}}})"
    # A separator is what the gap between two pieces is.
    return re.escape(text) if text.isalnum() else ""
