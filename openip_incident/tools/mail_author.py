# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Finds who has written a mail in whose From somebody else stands."""

import re

from .header_text import decode_words
from .mail_domain import get_registrable_domain
from .mail_reader import get_values

ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']{1,64}@[^\s<>()\[\],;:\"'@]{1,255}")
VIA = re.compile(r"\bvia\b", re.I)
# Where lists say whose place they have taken; then where answers go to.
ORIGINALS = ("X-Original-From", "X-Original-Sender", "Original-From", "Reply-To")
LISTS = ("list", "bulk")


def is_rewritten(message):
    """Tell whether a list says that it has put its own address in the author's place.

    Lists do so where the author's domain lets nobody else write in its name (DMARC): as
    "Alice via Support".

    :param message: ``email.message.Message``
    """
    precedence = " ".join(get_values(message, "Precedence")).strip().lower()
    if precedence not in LISTS and not get_values(message, "List-Id"):
        return False
    return any(VIA.search(decode_words(text)) for text in get_values(message, "From"))


def find_replaced(message, address, own_domains=()):
    """Return who wrote what a list of his own house, or of ours, has sent.

    Anybody could claim to be such a list: that of another house is none.

    :param message: ``email.message.Message``, rewritten by a list
    :param address: of the list, normalised
    :param own_domains: domains whose lists are ours
    :return: str, empty for nobody
    """
    house = _get_domain(address)
    for name in ORIGINALS:
        found = {item.lower() for item in _find_addresses(message, name)}
        if not found:
            continue
        original = found.pop() if len(found) == 1 else ""
        known = house and (house in own_domains or house == _get_domain(original))
        return original if known else ""
    return ""


def _find_addresses(message, name):
    return ADDRESS.findall(decode_words(" ".join(get_values(message, name))))


def _get_domain(address):
    domain = address.rpartition("@")[2]
    return domain and get_registrable_domain(domain)
