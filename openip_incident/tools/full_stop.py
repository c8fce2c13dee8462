# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Sentences that end with a name which ends with a full stop of its own."""

import re

# Points that leave something out are three, and stay. A name may be a link.
TWICE = re.compile(r"(?<!\.)([.!?…]|\.{3})(</a>)?\.(?=\s|$)")


def end_once(text):
    """Return text whose sentences end once, also behind a name like "Telecom S.A.".

    :param text: what somebody is told, with what it names; safe HTML stays such
    """
    return type(text)(TWICE.sub(r"\1\2", str(text)))
