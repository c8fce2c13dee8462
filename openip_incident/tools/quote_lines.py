# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The lines of a mail as one reads them, each with where it stands in the HTML.

A mail client that quotes wraps lines anew, puts marks in front, changes links and drops
pictures; the words and their order it leaves alone. So lines are compared by words.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from lxml import etree

BLOCKS = frozenset(
    "address article aside blockquote body center dd div dl dt fieldset figure footer "
    "form h1 h2 h3 h4 h5 h6 header html li main nav ol p pre section table tbody td "
    "tfoot th thead tr ul".split()
)
HIDDEN = frozenset(("head", "script", "style", "title"))
PRE_STYLE = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.I)

# In front of each line of a plain-text quote.
QUOTE_MARK = re.compile(r"[ \t\xa0]*[>|][>| \t\xa0]*")
# What clients write for a link or a picture, and what scrubbing leaves of a link.
NO_WORDS = re.compile(
    r"<?(?:https?|mailto|tel):[^\s<>\"]*>?"
    r"|\[(?:cid|image|inline image|logo)\b[^\]\n]{0,200}\]|\[…\]"
    # What text made of HTML counts its links by.
    r"|\[\d{1,3}\]",
    re.I,
)
LINK = re.compile(r"\bhttps?://[^\s<>\"]{4,}")
SCRUBBED = "…"
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\ufe0f\xad"))
LIST_MARK = re.compile(r"^\s*(?:[-*•·–]|\d{1,2}[.)]|[a-z][.)])\s+")
# An emoji is a word, too: in a quote it is an answer. Dots, dashes, bullets are none.
WORD = re.compile(
    r"[^\W_]+|[^\s\w\x00-\x7f\xa0-\xbf\u2000-\u206f\u2190-\u21ff\u2500-\u25ff]"
)
# So long a text is composed at once.
PIECE = 1024
# What stands for a picture.
PICTURE = "\ufffc"
TINY = re.compile(r"\s*[012](?:px)?\s*$")


@dataclass(slots=True, eq=False)
class Segment:
    """A part of one text, or an element that stands in a line like a word."""

    node: etree._Element
    # None for an element.
    tail: bool | None = None
    begin: int = 0
    end: int = 0


@dataclass(slots=True, eq=False)
class Line:
    """One line: its text without the marks of a quote, and its words."""

    segments: list = field(default_factory=list)
    text: str = ""
    words: list = field(default_factory=list)
    # Whether it stands where mail clients put what they quote.
    quoted: bool = False
    # In what a client calls a signature.
    signature: bool = False
    rule: bool = False


def get_words(text):
    """Return the words of a text as they are compared.

    :param text: one line or more
    """
    text = _compose(text.translate(INVISIBLE))
    plain = LIST_MARK.sub("", NO_WORDS.sub(" ", text), count=1)
    # A link alone is all that its line says, unless a scrubbed one.
    return WORD.findall(plain.casefold()) or _find_links(text.casefold())


def _compose(text):
    """Return a text in which each letter and its accents are one character.

    Python sorts the accents of a letter in the square of their number.
    """
    if text.isascii():
        return text
    return "".join(
        unicodedata.normalize("NFC", text[begin : begin + PIECE])
        for begin in range(0, len(text), PIECE)
    )


def _find_links(text):
    return [
        link
        for word in text.split()
        for link in LINK.findall(word.rpartition(SCRUBBED)[2])
    ]


def read_lines(root, is_quote, is_signature):
    """Return the lines of a tree, in the order of reading.

    :param root: of lxml
    :param is_quote: function of an element: whether a client quotes by it
    :param is_signature: function of an element: whether a client signs by it
    """
    reader = _Reader(is_quote, is_signature)
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        reader.follow(event, node)
    reader.close()
    return reader.lines


class _Reader:
    """Follows a tree and notes where lines begin and end."""

    def __init__(self, is_quote, is_signature):
        self.is_quote, self.is_signature = is_quote, is_signature
        self.lines, self.line, self.texts = [], Line(), []
        self.quotes = self.signatures = self.hidden = self.kept_breaks = 0

    def follow(self, event, node):
        if event == "start":
            self._enter(node)
        else:
            if event == "end":
                self._leave(node)
            self._add_text(node, True, node.tail)

    def _enter(self, node):
        self._count(node, 1)
        if node.tag in BLOCKS:
            self.close()
        elif node.tag == "hr":
            self.close()
            self.line.rule = True
        if node.tag in ("img", "hr", "br"):
            self.line.segments.append(Segment(node))
        if node.tag == "img" and not self._is_tiny(node):
            self.texts.append(f" {PICTURE} ")
        self._add_text(node, False, node.text)

    def _leave(self, node):
        if node.tag in BLOCKS or node.tag in ("br", "hr"):
            self.close()
        self._count(node, -1)

    def _count(self, node, step):
        tag = node.tag
        self.hidden += step * (tag in HIDDEN)
        self.quotes += step * bool(self.is_quote(node))
        self.signatures += step * bool(self.is_signature(node))
        if tag == "pre" or PRE_STYLE.search(node.get("style", "")):
            self.kept_breaks += step

    def _add_text(self, node, tail, text):
        if not text or self.hidden:
            return
        if not self.kept_breaks:
            self._add_segment(node, tail, 0, len(text), text)
            return
        begin = 0
        for piece in text.splitlines(keepends=True):
            self._add_segment(node, tail, begin, begin + len(piece), piece)
            begin += len(piece)
            if piece[-1] in "\r\n":
                self.close()

    def _add_segment(self, node, tail, begin, end, text):
        self.line.segments.append(Segment(node, tail, begin, end))
        self.texts.append(text if self.kept_breaks else " ".join(text.split("\n")))

    def _is_tiny(self, node):
        return any(TINY.match(node.get(name, "")) for name in ("width", "height"))

    def close(self):
        """End the line, and begin the next one."""
        line, text = self.line, "".join(self.texts)
        if line.segments:
            mark = QUOTE_MARK.match(text)
            line.quoted = self.quotes > 0 or bool(mark)
            line.text = text[mark.end() if mark else 0 :].strip()
            line.words = get_words(line.text) if line.text else []
            line.signature = self.signatures > 0
            self.lines.append(line)
        self.line, self.texts = Line(), []
