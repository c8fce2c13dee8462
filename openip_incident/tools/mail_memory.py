# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Has a mail's headers parsed once, however often they are asked for.

Python's parser keeps nothing: each question about a sender or a type parses the field
anew, and whoever takes a mail in asks a hundred times.
"""

from email.policy import EmailPolicy
from functools import cache

from .mail_reader import iterate_parts


class HeaderMemory:
    """What makes a policy know the fields of one part that were read before.

    They are known by what is written in them, so one that is replaced is read anew.
    What is written out is made of the source as before.
    """

    known = None

    def header_fetch_parse(self, name, value):
        if hasattr(value, "name"):
            return value
        key = name, value
        if key not in self.known:
            self.known[key] = super().header_fetch_parse(name, value)
        return self.known[key]


@cache
def _add_memory(policy_class):
    return type(f"Remembering{policy_class.__name__}", (HeaderMemory, policy_class), {})


def remember_headers(message):
    """Have each header of a mail and of its parts parsed at most once.

    :param message: ``email.message.Message``
    """
    for part in iterate_parts(message):
        policy = part.policy
        # Others read no more than the source, or remember already.
        if type(policy).header_fetch_parse is EmailPolicy.header_fetch_parse:
            part.policy = _add_memory(type(policy))(known={}, **vars(policy))
