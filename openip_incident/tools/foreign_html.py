# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What somebody else wrote, tamed for our mail: it fits on a phone, in our letters.

Fixed widths, sizes of letters and colours are their author's taste, and a picture of
2,000 pixels makes the mail around it as wide. The words, their emphasis, lists, tables
and links stay. Everything here takes time in proportion to the length of the text.
"""

import re

from markupsafe import Markup

from .markup import parse, serialize

# Of elements: whatever fixes a size, a place, or how letters look.
ATTRIBUTES = frozenset(
    """
    align background bgcolor border bordercolor cellpadding cellspacing char class color
    face height hspace id nowrap size valign vspace width
    """.split()
)
# What stays of a style: emphasis, lists and direction; nothing with a length.
STYLES = frozenset(
    """
    direction font-style font-weight list-style-type text-align text-decoration
    text-transform unicode-bidi vertical-align
    """.split()
)
VALUE = re.compile(r"[\w\s-]{1,60}")

PICTURE = "max-width: 100%; height: auto"
TABLE = "max-width: 100%; border-collapse: collapse"
CELL = "padding: 4px 8px; border: 1px solid #cccccc; vertical-align: top"
PREFORMATTED = "white-space: pre-wrap; margin: 0"
# Around it all: a word of 200 letters, or an address, is broken as well.
FRAME = "overflow-wrap: anywhere; word-break: break-word"

LOOKS = {
    "img": PICTURE,
    "table": TABLE,
    "td": CELL,
    "th": CELL,
    "pre": PREFORMATTED,
    "listing": PREFORMATTED,
    "xmp": PREFORMATTED,
}
# An element of letters alone: its words stay.
LETTERS = frozenset(("font", "big", "basefont"))
# Letters of this height are what these elements are made of.
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


def tame_html(body):
    """Return HTML as it fits into a mail of ours, however narrow the screen.

    :param body: HTML that loads nothing by itself
    :return: ``Markup``
    """
    root = parse(body)
    if root is None:
        return Markup("")
    for node in root.iter():
        if isinstance(node.tag, str):
            _tame(node)
    return Markup('<div style="%s">%s</div>') % (FRAME, serialize(root))


def _tame(node):
    for name in ATTRIBUTES.intersection(node.attrib):
        del node.attrib[name]
    kept = _tame_style(node.attrib.pop("style", ""), LOOKS.get(node.tag))
    if node.tag in HEADINGS:
        node.tag, kept = "p", ["font-weight: bold", *kept]
    elif node.tag in LETTERS:
        node.tag = "span"
    if kept:
        node.set("style", "; ".join(kept))


def _tame_style(style, look):
    """Return the declarations that an element keeps, and ours.

    :param style: CSS declarations
    :param look: what we say of such an element, or nothing
    """
    kept = [look] if look else []
    for declaration in style.split(";"):
        name, _colon, value = declaration.partition(":")
        name, value = name.strip().lower(), value.strip()
        if name in STYLES and VALUE.fullmatch(value):
            kept.append(f"{name}: {value}")
    return kept
