# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Sentences that end with a name which ends with a full stop of its own."""

import re

from markupsafe import Markup, escape

# A name may be a link.
ENDED = re.compile(r"[.!?…](?:</a>)?$")


def end_once(text, *names):
    """Return text whose sentences end once, also behind a name like "Telecom S.A.".

    :param text: what somebody is told; safe HTML stays such
    :param names: what it names, as it was given to the text
    """
    for name in names:
        said = str(escape(name)) if isinstance(text, Markup) else str(name)
        if ENDED.search(said):
            twice = re.compile(rf"({re.escape(said)})\.(?![^\s<])")
            text = type(text)(twice.sub(r"\1", str(text)))
    return text
