# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is around the words of a mail and the same in all of them.

Conditional comments are read by Outlook for Windows alone, which lays mails out as Word
does: it takes the width of a table, and that of no style.
"""

import re
from html import unescape

from markupsafe import Markup

from .remote_content import redact_tokens

# Written before the mail itself: no document of QWeb can have one.
DOCTYPE = Markup("<!DOCTYPE html>")

STYLE = Markup("""
:root { color-scheme: light dark; supported-color-schemes: light dark; }
body { -webkit-text-size-adjust: 100%; }
img { max-width: 100%; height: auto; }
@media (max-width: 480px) {
  .oi-edge { padding: 0 !important; }
}
@media (prefers-color-scheme: dark) {
  .oi-page { background-color: #111113 !important; }
  .oi-card { background-color: #1d1d20 !important; }
  .oi-text { color: #ececf0 !important; }
  .oi-words * { color: inherit !important; background-color: transparent !important; }
  .oi-words a { color: #9cc4ff !important; }
  .oi-facts { background-color: #2a2a2f !important; }
  .oi-label, .oi-foot { color: #b9b9c2 !important; }
  .oi-plain { background-color: #1d1d20 !important; color: #ececf0 !important; }
  td.oi-main, td.oi-plain { border-color: #8a8a94 !important; }
}
""")

OUTLOOK = {
    "style": STYLE,
    "head": Markup(
        "<!--[if mso]><style>table { border-collapse: collapse; } "
        "td, p, a, li { font-family: Arial, sans-serif; }</style><![endif]-->"
    ),
    "begin": Markup(
        '<!--[if mso]><table role="presentation" width="600" align="center" '
        'cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->'
    ),
    "end": Markup("<!--[if mso]></td></tr></table><![endif]-->"),
}

# What an inbox shows of a mail beside its subject.
PEEK_LENGTH = 140
LOOKED_AT = 4000
GLANCED_AT = 200
PARAGRAPH_END = "</p>"
TAG = re.compile(r"<[^<>]*>")
BLANKS = re.compile(r"[ \t\r\n\f\v]+")
# A number that stands alone, as in the words of our templates: what follows the tag.
STRONG = "<strong>"
NUMBER = re.compile(r"[^\s<>-]{1,30}-[^\s<>]{1,30}</strong>")
# An hour in French, or a time that has passed: what is around it, not in a tag.
HOUR = " h "
HOURS = re.compile(r"\b\d{1,4}$")
MINUTES = re.compile(r"\d{1,2}(?: min)?\b")
LONGEST_HOURS = 4
ANGLE = re.compile("[<>]")
TOGETHER = "white-space: nowrap;"
# What a telephone can dial.
UNDIALLED = re.compile(r"[^+\d]")


def make_peek(content):
    """Return how the words of a mail begin, in one line.

    :param content: HTML
    """
    content = str(content)[:LOOKED_AT]
    # As a rule the first lines are enough: what is behind them takes as long again.
    first, end, _rest = content[GLANCED_AT:].partition(PARAGRAPH_END)
    text = _read_words(content[:GLANCED_AT] + first) if end else ""
    if len(text) <= PEEK_LENGTH:
        text = _read_words(content)
    if len(text) <= PEEK_LENGTH:
        return text
    return text[:PEEK_LENGTH].rpartition(" ")[0] + " …"


def _read_words(content):
    """Return the words of HTML in one line, without addresses and tokens."""
    # A no-break space stays what it is: French sets it before a colon.
    text = unescape(TAG.sub(" ", content)).strip()
    words = BLANKS.split(text)
    if "://" in text:
        words = [word for word in words if "://" not in word]
    return redact_tokens(" ".join(words))


def keep_together(body):
    """Return a mail whose hours and numbers no client breaks across two lines.

    By style and not by other spaces: so they read the same as plain text, and are found
    by who searches for them.

    :param body: HTML
    """
    # Split at a text, which takes a tenth of what looking for a pattern does.
    first, *parts = body.split(STRONG)
    body = first + "".join(map(_keep_number, parts))
    kept, end = [], 0
    for begin, behind in _find_hours(body):
        text = f'<span style="{TOGETHER}">{body[begin:behind]}</span>'
        kept += body[end:begin], text
        end = behind
    return "".join(kept) + body[end:]


def _keep_number(part):
    tag = f'<strong style="{TOGETHER}">' if NUMBER.match(part) else STRONG
    return tag + part


def _find_hours(body):
    """Tell where hours begin and end in HTML, but for what is in tags.

    :return: iterator over pairs
    """
    place, tag = body.find(HOUR), None
    while place >= 0:
        hours = HOURS.search(body, max(place - LONGEST_HOURS, 0), place)
        minutes = hours and MINUTES.match(body, place + len(HOUR))
        if minutes:
            # The next one, looked for once for all hours before it: a mail may have
            # thousands without any.
            if tag is None or tag.start() < minutes.end():
                tag = ANGLE.search(body, minutes.end())
            if not tag:
                return
            if tag[0] == "<":
                yield hours.start(), minutes.end()
        place = body.find(HOUR, place + 1)


def get_call(phone):
    """Return the address under which a telephone dials a number, nothing for none.

    :param phone: as it is written
    """
    number = UNDIALLED.sub("", (phone or "").replace("(0)", ""))
    return f"tel:{number}" if number else ""


def get_shown(body):
    """Return what a reader of a mail sees, to be shown in a page of ours.

    :param body: HTML of a mail in our layout, or any other
    """
    _head, found, rest = body.partition("<body")
    if not found or not body.startswith(DOCTYPE):
        return body
    shown = rest.partition(">")[2].rpartition("</body>")[0]
    # In front of it stands what an inbox shows, which is hidden in the mail.
    return shown.partition("</div>")[2]
