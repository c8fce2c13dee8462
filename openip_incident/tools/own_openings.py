# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What we put before somebody's words, for a reader of another language."""

import re
from html import escape

from markupsafe import Markup

# Stands in a phrase for what differs from one text to the next.
OPEN = "\ue000"

# How an answer begins that somebody else has noted; its author cannot write it.
NOTED_BEGIN = "<p><em>"
NOTED = f"{NOTED_BEGIN}%s</em></p>"
# French has one before its colons.
NO_BREAK = "\u00a0"


def retell(body, frame, phrases, own):
    """Return HTML that begins with a phrase of ours, with that of its reader instead.

    :param body: HTML, which may begin with any of them, or with none
    :param frame: HTML in which it begins so, ``%s`` for the phrase
    :param phrases: the phrase in every language, :data:`OPEN` for what differs
    :param own: the phrase in the language of the reader
    """
    for phrase in phrases:
        opening = frame % _escape(phrase)
        before, _open, after = map(_match, opening.partition(OPEN))
        found = re.match(f"{before}([^<>]*?){after}", body)
        if found:
            told = (frame % _escape(own)).replace(OPEN, found[1])
            return Markup(told + str(body)[found.end() :])
    return body


def _match(text):
    """Return the pattern of HTML, however its no-break spaces are written."""
    pattern = re.escape(text)
    return pattern.replace(NO_BREAK, f"(?:{NO_BREAK}|&nbsp;|&#160;)")


def _escape(text):
    # As the sanitiser writes texts: quotes are left alone.
    return escape(text, quote=False)
