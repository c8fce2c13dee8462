# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a party wrote, as somebody else may read it.

Quotes are gone, and with them most headers. What is left of headers belongs to a third
person's mail, "see our electrician's answer below": it keeps its names and loses its
addresses. A party's address goes wherever the author did not write it above all quotes.
"""

import re
from dataclasses import dataclass
from itertools import accumulate

from lxml import etree
from markupsafe import Markup

from .markup import parse, serialize
from .quote_headers import ADDRESS, find_introductions, is_noise
from .quote_lines import PICTURE, read_lines
from .quote_marks import LOOK, is_quote, is_signature
from .quotes import find_quoted, strip_quotes

CUT = "[…]"
BRACKETS = re.compile(r"[<>\[\]]|\bmailto:")


@dataclass(slots=True)
class Words:
    """What a mail says to others than us."""

    body: Markup
    has_text: bool
    has_picture: bool


def get_own_words(body, addresses=()):
    """Return what a mail says beyond what it quotes, without addresses in headers.

    :param body: HTML with the marks that :func:`~.quotes.mark_quotes` sets
    :param addresses: normalised, of the parties, which are for nobody but us
    :return: :class:`Words`
    """
    root = parse(strip_quotes(body))
    if root is None:
        return Words(Markup(""), False, False)
    lines = read_lines(root, _is_quote, is_signature)
    introductions = find_introductions(lines)
    headers = {
        index
        for introduction in introductions
        for index in range(introduction.begin, introduction.end)
    }
    quoted = find_quoted(lines, introductions) - headers
    _hide(root, lines, headers, quoted, addresses)
    _trim(root)
    said = {
        word
        for index, line in enumerate(lines)
        if index not in headers and not is_noise(line.text)
        for word in line.words
    }
    return Words(serialize(root), bool(said - {PICTURE}), PICTURE in said)


def _is_quote(node):
    # What a kept quote has become.
    return is_quote(node) or node.get("style") == LOOK


def _hide(root, lines, headers, quoted, addresses):
    """Cut all addresses out of headers, those of the parties out of quotes."""
    known, cuts = _compile(addresses), _Cuts()
    for index in sorted(headers | quoted):
        line = lines[index]
        if index in headers:
            found = cuts.add(line, ADDRESS, "")
            if found or "<" in line.text:
                cuts.add(line, BRACKETS, "")
            _cut_targets(line, ADDRESS)
        elif known:
            cuts.add(line, known, CUT)
            _cut_targets(line, known)
    cuts.make()


def _compile(addresses):
    parts = sorted((re.escape(address) for address in addresses if address), key=len)
    if not parts:
        return None
    return re.compile(rf"(?<![\w.+-])(?:{'|'.join(reversed(parts))})(?![\w-])", re.I)


class _Cuts:
    """What is to be cut out of the texts of a tree, all of it at the end."""

    def __init__(self):
        self.texts, self.places = {}, {}

    def add(self, line, pattern, put):
        """Note what is to be cut out of a line, whatever elements it runs through.

        :param put: what stands there instead
        :return: whether there is anything
        """
        parts = [segment for segment in line.segments if segment.tail is not None]
        texts = [self._get(part)[part.begin : part.end] for part in parts]
        begins = list(accumulate(map(len, texts), initial=0))
        found, index = False, 0
        for match in pattern.finditer("".join(texts)):
            found, new = True, put
            while begins[index + 1] <= match.start():
                index += 1
            for at in range(index, len(parts)):
                if begins[at] >= match.end():
                    break
                self._cut(parts[at], texts[at], match, begins[at], new)
                new = ""
        return found

    def _cut(self, part, text, match, at, put):
        """Note what a match cuts out of one text, which begins at a place."""
        begin, end = max(match.start() - at, 0), min(match.end() - at, len(text))
        if begin < end:
            places = self.places.setdefault((part.node, part.tail), [])
            places.append((part.begin + begin, part.begin + end, put))

    def _get(self, part):
        """Return the text of an element, which lxml makes anew whenever it is asked."""
        key = part.node, part.tail
        if key not in self.texts:
            self.texts[key] = part.node.tail if part.tail else part.node.text
        return self.texts[key]

    def make(self):
        """Write the texts without what was noted."""
        for (node, tail), places in self.places.items():
            text, pieces, done = self.texts[node, tail], [], 0
            for begin, end, put in sorted(places):
                pieces += text[done : max(begin, done)], put
                done = max(end, done)
            value = "".join(pieces) + text[done:]
            if tail:
                node.tail = value
            else:
                node.text = value


def _cut_targets(line, pattern):
    """Leave out attributes that name an address, of a line and what is around it."""
    for segment in line.segments:
        node = segment.node.getparent() if segment.tail else segment.node
        while node is not None and node.tag in ("a", "span", "b", "font", "img", "u"):
            for name, value in list(node.attrib.items()):
                if pattern.search(value):
                    node.attrib.pop(name)
            node = node.getparent()


def _trim(root):
    """Leave out what is empty at both ends, where quotes have been."""
    for node in reversed(root[:]):
        if (node.tail or "").strip() or not _is_empty(node):
            break
        root.remove(node)
    for node in root[:]:
        if (root.text or "").strip() or not _is_empty(node):
            break
        root.text = node.tail
        root.remove(node)


def _is_empty(node):
    if not isinstance(node.tag, str):
        return False
    pictures = node.tag == "img" or node.find(".//img") is not None
    return not pictures and not "".join(node.itertext(etree.Element)).strip()
