# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Tells what a human sees of a text or a page."""

import re
import unicodedata

from lxml import etree, html

INVISIBLE_TAGS = ("head", "title", "style", "script", "template", "noscript")
# What mail programs write to keep something from being seen.
HIDDEN = re.compile(
    r"display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden|"
    r"mso-hide\s{0,9}:\s{0,9}all|(?:font-size|max-height|opacity)\s{0,9}:\s{0,9}0(?![.\d])",
    re.I,
)
# A new line where a page has one.
BLOCKS = frozenset(
    ["p", "div", "br", "tr", "li", "table", "ul", "ol", "blockquote", "pre", "hr"]
    + [f"h{level}" for level in range(1, 7)]
)
LINES = ("br", "hr")
# Letters, digits and symbols, an emoji among them, say something; so do two marks.
SAYING = ("L", "N", "S")
MARKS = "?!"

TAG = re.compile(r"<[^<>]*>")
WORD = re.compile(r"[^\W\d_]{2,}")
ADDRESS = re.compile(r"\S{0,20}://\S+|\[[^\[\]]{0,300}\]|\S{1,100}@\S{1,200}")
QUOTED_LINE = re.compile(r"^[ \t]{0,9}>.*$", re.M)

# How much of a text another may lack and still say the same.
MISSING_WORDS = 3
MISSING_SHARE = 0.3


def says_something(text):
    """Tell whether a human sees anything in a plain text.

    :param text: str
    """
    return any(
        char in MARKS or unicodedata.category(char)[0] in SAYING for char in text
    )


def get_page_text(page):
    """Return what a human sees of a page, a line for each of its blocks.

    The time it takes grows with the size of the page.

    :param page: HTML as str
    """
    if not page.strip():
        return ""
    try:
        # Pages that name a character set are read from bytes only.
        root = html.document_fromstring(page.encode("utf-16", "replace"))
    except (etree.ParserError, ValueError):
        return ""
    pieces = []
    hidden = None
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in ("start", "end") and isinstance(node.tag, str):
            if event == "start" and hidden is None:
                hidden = node if _is_hidden(node) else None
                if hidden is None:
                    pieces += ("\n" if node.tag in BLOCKS else "", node.text or "")
            elif event == "end" and hidden is node:
                hidden = None
        if event != "start" and hidden is None:
            ends = node.tag in BLOCKS and node.tag not in LINES
            pieces += ("\n" if ends else "", node.tail or "")
    return "".join(pieces)


def strip_tags(page):
    """Return the words of a page that is too large to look at closely.

    :param page: HTML as str
    """
    return TAG.sub(" ", page)


def lacks_words(text, other):
    """Tell whether words of a text are missing in another that should say the same.

    Addresses, and what is quoted, are written anew by programs.

    :param text: plain text
    :param other: plain text
    """
    words = _get_words(text)
    missing = words - _get_words(other, quotes=True)
    return len(missing) >= max(MISSING_WORDS, MISSING_SHARE * len(words))


def _get_words(text, quotes=False):
    text = ADDRESS.sub(" ", text if quotes else QUOTED_LINE.sub("", text))
    return set(WORD.findall(text.lower()))


def _is_hidden(node):
    return (
        node.tag in INVISIBLE_TAGS
        or "hidden" in node.attrib
        or HIDDEN.search(node.get("style", "")[:1000])
    )
