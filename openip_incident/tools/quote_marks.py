# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Odoo's marks of what a mail quotes: read, taken off, set anew so that they last.

Odoo's sanitizer guesses quotes from what mail clients leave in the HTML, and guesses
again whenever the HTML is written. So whatever it guesses from is taken out together
with its marks; what is marked then stays marked, and nothing else becomes so.
"""

import re

from lxml import etree

from odoo.tools.mail import SANITIZE_TAGS

MARK = "data-o-mail-quote"
NODE = "data-o-mail-quote-node"
CONTAINER = "data-o-mail-quote-container"
QUOTE_XPATH = f"//*[@{MARK} or @{NODE}]"

# What the sanitizer and the chatter take for the place of a quote or signature.
CLASSES = re.compile(
    r"\S*(?:gmail_extra|SkyDrivePlaceholder|stopSpelling|yahoo_quoted|gmail_quote|"
    r"gmail_signature|odoo_signature_wrapper)\S*"
)
IDS = re.compile("stopSpelling|appendonsend|divRplyFwdMsg|^Signature$")
# Beside its own marks, how clients say of an element that it is a quote.
QUOTING_IDS = re.compile(
    "divRplyFwdMsg|mail-editor-reference-message-container|yahoo_quoted|replybody|"
    "stopSpelling|OLK_SRC_BODY_SECTION|isForwardContent|isReplyContent|reply-intro"
)
QUOTING_CLASSES = re.compile(
    "gmail_quote|yahoo_quoted|protonmail_quote|moz-cite-prefix|spark_quote|"
    "ms-outlook-mobile-reference-message|zmail_extra|tutanota_quote|mail_quote"
)
LOOK = "margin: 0 0 0 0.8ex; border-left: 1px solid #cccccc; padding-left: 1ex;"
# Nobody sees them, and the sanitizer drops them, or leaves them out of what it judges.
UNSEEN = (
    etree.Comment,
    etree.ProcessingInstruction,
    *SANITIZE_TAGS["kill_tags"],
)
# In the first text of an element the sanitizer looks for plain-text quotes; a blank in
# front of a mail is lost on the way.
PLAIN_QUOTE = re.compile(r"\n>|(?:^\s*|\n)--\s?(?:[\r\n]|$)")


def is_quote(node):
    """Tell whether a client quotes by an element, or core takes it for that."""
    if not isinstance(node.tag, str):
        return False
    return (
        node.tag == "blockquote"
        or MARK in node.attrib
        or node.get("data-marker") == "__QUOTED_TEXT__"
        or node.get("name") == "messageReplySection"
        or bool(QUOTING_IDS.search(node.get("id", "")))
        or bool(QUOTING_CLASSES.search(node.get("class", "")))
    )


def is_signature(node):
    """Tell whether a client says of an element that it is a signature."""
    return (
        node.get("id", "") in ("Signature", "composer_signature")
        or node.get("data-smartmail") == "gmail_signature"
        or "signature" in node.get("class", "").casefold()
    )


def drop_unseen(root):
    """Take out what nobody sees: the text behind it may be the first of its element.

    :param root: of lxml
    """
    etree.strip_elements(root, *UNSEEN, with_tail=False)


def set_marks(root, lines, cut):
    """Mark the lines that are to be folded, and nothing else.

    An element is marked where all of it is folded, else the texts in it.

    :param root: of lxml
    :param lines: list of :class:`~.quote_lines.Line` of that tree
    :param cut: set of the indexes of the lines to be folded
    """
    _clear(root)
    kept, folded, texts = {root}, set(), {}
    for index, line in enumerate(lines):
        for segment in line.segments:
            _climb(segment, folded if index in cut else kept)
            if segment.tail is not None:
                key = segment.node, segment.tail
                texts.setdefault(key, []).append((segment, index in cut))
    for node in [node for node in root.iter(etree.Element) if node in folded]:
        if node not in kept and node.getparent() in kept:
            _mark(node)
    for (node, tail), parts in texts.items():
        owner = node.getparent() if tail else node
        if owner in kept and any(folds for _segment, folds in parts):
            _split(node, tail, parts)
    _defuse(root, kept)


def _clear(root):
    """Take off all marks, and what the sanitizer sets them for."""
    for node in root.iter(etree.Element):
        for name in (MARK, NODE, CONTAINER):
            node.attrib.pop(name, None)
        if "class" in node.attrib and CLASSES.search(node.get("class")):
            node.set("class", CLASSES.sub("", node.get("class")).strip())
        if IDS.search(node.get("id", "")):
            node.attrib.pop("id")


def _climb(segment, nodes):
    """Note an element and all around it, as far as they are not noted yet."""
    node = segment.node.getparent() if segment.tail else segment.node
    while node is not None and node not in nodes:
        nodes.add(node)
        node = node.getparent()


def _mark(node):
    node.set(MARK, "1")
    if node.tag == "blockquote":
        node.set(NODE, "1")


def _split(node, tail, parts):
    """Wrap what is folded of one text.

    :param parts: list of (segment, whether it is folded), which are the whole text
    """
    text = (node.tail if tail else node.text) or ""
    first, spans = "", []
    for folds, value in _join(text, parts):
        if folds and value.strip():
            span = etree.Element("span", {MARK: "1"})
            span.text = value
            spans.append(span)
        elif spans:
            spans[-1].tail = (spans[-1].tail or "") + value
        else:
            first += value
    if tail:
        node.tail = None
        for span in reversed(spans):
            node.addnext(span)
        node.tail = first
    else:
        node.text = first
        node[:0] = spans


def _join(text, parts):
    """Yield (whether it is folded, text) of neighbouring parts together."""
    begin, last = 0, None
    for segment, folds in parts:
        if last is not None and folds != last:
            yield last, text[begin : segment.begin]
            begin = segment.begin
        last = folds
    yield last, text[begin:]


def _defuse(root, kept):
    """Leave nothing unmarked that the sanitizer would mark."""
    neighbours = _Neighbours(root)
    for node in list(root.iter(etree.Element)):
        marked = node.get(MARK)
        # It takes what has no text, next to a quote, for a part of that quote.
        if marked and neighbours.shows(node.getnext()):
            _wrap(node)
        if node.tag == "blockquote" and node in kept and not marked:
            node.tag = "div"
            style = node.get("style", "").strip()
            node.set("style", style or LOOK)
        if (marked or node in kept) and PLAIN_QUOTE.search(node.text or ""):
            # What follows an element is not looked at. A signature that is folded
            # would take along all that stands behind it.
            empty = etree.Element("span")
            node.text, empty.tail = None, node.text
            node.insert(0, empty)


class _Neighbours:
    """Tells whether pictures stand next to a quote, each element looked at once."""

    def __init__(self, root):
        self.worded, self.pictured, self.known = set(), set(), {None: False}
        for node in root.iter(etree.Element):
            if (node.text or "").strip():
                self._note(node, self.worded)
            if node.tag == "img":
                self._note(node, self.pictured)
        for node in root.iter():
            if (node.tail or "").strip():
                self._note(node.getparent(), self.worded)

    def _note(self, node, nodes):
        while node is not None and node not in nodes:
            nodes.add(node)
            node = node.getparent()

    def shows(self, node):
        """Tell whether a picture stands in an element or behind it, before any text."""
        passed = []
        while node not in self.known:
            shows = node in self.pictured and not node.get(MARK)
            if node in self.worded or shows:
                self.known[node] = shows and node not in self.worded
                break
            passed.append(node)
            node = node.getnext()
        self.known.update(dict.fromkeys(passed, self.known[node]))
        return self.known[node]


def _wrap(node):
    around = etree.Element("div" if node.tag in ("div", "p", "blockquote") else "span")
    around.tail, node.tail = node.tail, None
    node.getparent().replace(node, around)
    around.append(node)
