# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Fragments of HTML as trees, and back."""

import re

from lxml import html
from markupsafe import Markup

# What XML cannot keep.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def parse(body):
    """Return the tree of a fragment, None for an empty one.

    :param body: HTML
    """
    if not body:
        return None
    root = html.fragment_fromstring(str(body), create_parent="div")
    for node in root.iter():
        # The parser takes in what no text may be set to: a form feed of a console.
        if node.text and CONTROLS.search(node.text):
            node.text = CONTROLS.sub("", node.text)
        if node.tail and CONTROLS.search(node.tail):
            node.tail = CONTROLS.sub("", node.tail)
    return root


def serialize(root):
    """Return the HTML of a tree that :func:`parse` has made."""
    if root is None:
        return Markup("")
    inner = html.tostring(root, encoding="unicode")
    return Markup(inner.removeprefix("<div>").removesuffix("</div>"))


def break_lines(text):
    """Return a plain text as HTML whose lines are those of the text.

    :param text: plain text, or nothing
    """
    return Markup("<br/>").join((text or "").strip().splitlines())


def remove(node):
    """Drop a node but keep the text behind it, which lxml hangs on the node."""
    parent, previous = node.getparent(), node.getprevious()
    if parent is None:
        return
    if node.tail and previous is not None:
        previous.tail = (previous.tail or "") + node.tail
    elif node.tail:
        parent.text = (parent.text or "") + node.tail
    parent.remove(node)
