# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Telephone numbers in whatever notation, as digits that can be compared.

People write the same number as ``01 99 00 00 33``, ``+33 (0)1.99.00.00.33`` or
``0033199000033``. What is compared are the digits of the international form (ITU-T
E.164), without its plus.
"""

import re

# France: where no country is known.
DEFAULT_CODE = "33"

# ITU-T E.164: at most 15 digits; what is shorter than 6 is none that is called.
MIN_DIGITS, MAX_DIGITS = 6, 15

# One separator at most between two digits, and the trunk prefix in brackets.
NUMBER = re.compile(r"\+?\(?\d(?:[\s.\-/]?\(?\d\)?)+")
QUERY = re.compile(r"\+?[\d\s.\-/()]+")
# Within what is typed: not the figures of a reference, like INC2026-00012.
QUERY_NUMBER = re.compile(rf"(?<![^\W_])(?<![-./])(?:{NUMBER.pattern})(?![^\W_])")
NO_DIGIT = re.compile(r"\D")
TRUNK = re.compile(r"\(0\)")

# Below that a piece of a number is in too many of them.
MIN_QUERY = 3


def find_phone_numbers(text, code=DEFAULT_CODE):
    """Return the telephone numbers in a text.

    :param text: anything, or nothing
    :param code: calling code of the country whose numbers are written without one
    :return: set of strings of digits, international form without a plus
    """
    found = set()
    for match in NUMBER.finditer(text or ""):
        for part in _split_numbers(match[0]):
            digits = to_international(part, code)
            if MIN_DIGITS <= len(digits) <= MAX_DIGITS:
                found.add(digits)
    return found


def _split_numbers(text):
    """Return numbers that stand side by side one by one: those written in one piece."""
    pieces = text.split()
    if all(len(NO_DIGIT.sub("", piece)) > 8 for piece in pieces):
        return pieces
    return [text]


def to_international(number, code=DEFAULT_CODE):
    """Return the digits of a number in its international form.

    :param number: one telephone number
    :param code: calling code of the country whose numbers are written without one
    """
    digits = NO_DIGIT.sub("", TRUNK.sub("", number))
    if number.lstrip("(").startswith("+"):
        return digits
    if digits.startswith("00"):
        return digits[2:]
    if digits.startswith("0"):
        return f"{code}{digits[1:]}"
    return digits


def read_phone_query(text):
    """Return what to look for where somebody has typed a number, or a piece of one.

    :param text: what was typed
    :return: strings of digits, each of which may be part of what is looked for: none
        where the text is no number
    """
    text = text.strip()
    if not QUERY.fullmatch(text):
        return []
    digits = NO_DIGIT.sub("", text)
    if len(digits) < MIN_QUERY:
        return []
    # A number without its country ends like the one with it.
    national = to_international(text, "")
    return list(dict.fromkeys(one for one in (digits, national) if len(one) > 1))


def split_phone_query(text):
    """Return the telephone numbers that somebody has typed, and the rest.

    :param text: what was typed: words, numbers or both
    :return: list of (number as typed, what to look for instead), and the rest
    """
    digits = read_phone_query(text)
    if digits:
        return [(text.strip(), digits)], ""
    numbers = []

    def take(match):
        digits = read_phone_query(match[0])
        if len(max(digits, default="", key=len)) < MIN_DIGITS:
            return match[0]
        numbers.append((match[0], digits))
        return " "

    rest = QUERY_NUMBER.sub(take, text)
    return numbers, rest
