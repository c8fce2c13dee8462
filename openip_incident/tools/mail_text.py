# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The plain-text part of our mails: the same words, each link below its own.

Core sets links as numbers, far from what they belong to, and bold words in asterisks
that a reader takes for part of them. Everything here takes time in proportion to the
length of the mail, however deep its elements are.
"""

import re

from lxml import etree

from .markup import parse

SPACES = re.compile(r"[ \t\r\n\f\v]+")
# How much air is around an element: lines, or an empty line.
LINE, PARAGRAPH = 1, 2
PARAGRAPHS = frozenset(
    """
    address article aside blockquote dl fieldset figure footer form h1 h2 h3 h4 h5 h6
    header hr main nav ol p pre section table ul
    """.split()
)
LINES = frozenset(
    "body br caption center dd div dt figcaption legend li summary tr".split()
)
# Their content is nothing to read.
SILENT = frozenset(("head", "script", "style", "template", "title"))
HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.I)
LINKED = ("http://", "https://", "mailto:")
BULLET = "- "
RULE = "-" * 20


def write_text(body):
    """Return the words of a mail as plain text.

    :param body: HTML
    """
    root = parse(body or "")
    return "" if root is None else write_text_of(root)


def write_text_of(root):
    """Return the words of a tree as plain text.

    :param root: of lxml
    """
    writer = _Writer()
    walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, node in walker:
        if event == "start":
            if _is_silent(node):
                walker.skip_subtree()
            else:
                writer.start(node)
        elif event == "end":
            writer.end(node, _is_silent(node))
        else:
            writer.say(node.tail)
    return writer.finish()


def _is_silent(node):
    return node.tag in SILENT or bool(HIDDEN.search(node.get("style") or ""))


class _Writer:
    """Writes words one behind the other, with the air that elements ask for."""

    def __init__(self):
        self.parts = []
        # Lines that are owed before the next word; a blank, likewise.
        self.air, self.blank = 0, False
        self.kept, self.links, self.bullet = 0, [], ""

    def start(self, node):
        tag = node.tag
        self._space(tag)
        if tag == "pre":
            self.kept += 1
        elif tag == "li":
            self.bullet = BULLET
        elif tag == "td" or tag == "th":
            self.blank = bool(self.parts) and not self.air
        elif tag == "a":
            self.links.append(len(self.parts))
        elif tag == "hr":
            self._put(RULE)
        elif tag == "img":
            self.say(node.get("alt"))
        self.say(node.text)

    def end(self, node, silent):
        tag = node.tag
        if not silent:
            if tag == "pre":
                self.kept -= 1
            elif tag == "li":
                self.bullet = ""
            elif tag == "a" and self.links:
                self._end_link(node, self.links.pop())
            if tag != "br":
                self._space(tag)
        self.say(node.tail)

    def say(self, text):
        """Write what an element says."""
        if not text:
            return
        if self.kept:
            for index, line in enumerate(text.splitlines()):
                self.air = min(self.air + bool(index), PARAGRAPH)
                if line.strip():
                    self._put(line)
            return
        words = SPACES.sub(" ", text)
        if words.startswith(" "):
            self.blank = True
        stripped = words.strip(" ")
        if stripped:
            self._put(stripped)
            self.blank = words.endswith(" ")

    def finish(self):
        """Return the whole text."""
        return "".join(self.parts).strip() + "\n" if self.parts else ""

    def _space(self, tag):
        if tag in PARAGRAPHS:
            self.air = PARAGRAPH
        elif tag == "br" and self.air == LINE:
            # A second one is an empty line.
            self.air = PARAGRAPH
        elif tag in LINES:
            self.air = max(self.air, LINE)

    def _put(self, text):
        if self.parts:
            if self.air:
                self.parts.append("\n" * self.air)
            elif self.blank:
                self.parts.append(" ")
        if self.bullet:
            self.parts.append(self.bullet)
            self.bullet = ""
        self.parts.append(text)
        self.air, self.blank = 0, False

    def _end_link(self, node, begin):
        """Write where a link leads below its words, unless these say so."""
        address = (node.get("href") or "").strip()
        words = "".join(self.parts[begin:]).strip()
        known = words.replace(" ", "")
        if not address.startswith(LINKED) or known and known in address:
            return
        self.air = max(self.air, LINE) if words else self.air
        self._put(address)
        self.air = LINE
