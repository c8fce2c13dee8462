# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Finds what may be the number of an incident in the subject of a mail."""

import re

SEPARATORS = re.compile(r"[\s\[\](){}<>:;,\"']+")
DIGIT = re.compile(r"\d")
# Who writes more than this many words with digits names none.
MAX_NUMBERS = 10


def find_numbers(subject):
    """Return the words of a subject that have a digit, in upper case.

    The time it takes grows with the length of the subject, whatever is in it.

    :param subject: str
    :return: list of at most ``MAX_NUMBERS`` str
    """
    words = [word for word in SEPARATORS.split(subject) if DIGIT.search(word)]
    return [word.strip("#.!?*").upper() for word in words[:MAX_NUMBERS]]
