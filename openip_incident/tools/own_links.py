# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Our links, taken out of what a party sends back before anybody else reads it.

A reply quotes our mail to its author, and with it the author's personal link. The
other party must never see that link, and has its own copy of what is quoted.
"""

import re
from functools import lru_cache
from itertools import accumulate

from lxml import etree

from .markup import CONTROLS, parse, remove, serialize
from .quote_marks import QUOTE_XPATH
from .tokens import find_tokens, holds_token

CUT = "[…]"

COLON = "(?::|%(?:25)*3A)"
SLASH = "(?:/|%(?:25)*2F)"
# Where a browser goes or looks by itself; what a quote links to may be our page behind
# a filter's redirect, which nobody can tell from outside.
TARGET = re.compile(r"(?:href|action|ping|cite|longdesc|url)$", re.I)
ADDRESS = re.compile(r"(https?://[^\s/<>\"'?#]{1,255})[/?#][^\s<>\"']+", re.I)
# No shorter text holds a token.
SHORTEST = 60
# What is shown on a page is read with each visit: so many texts of that length at most
# are kept in memory as they were cut.
REMEMBERED = 512
LONGEST_REMEMBERED = 4000
# The pattern of addresses that are nobody's.
NOWHERE = re.compile(r"(?!)")


def strip_own_links(body, base_url):
    """Return HTML in which no link leads to us any more, neither as text.

    What a quote links to is left out whoever it leads to. Text that holds none of this
    comes back as it is.

    :param body: sanitised HTML
    :param base_url: where our pages start
    """
    if body and len(body) <= LONGEST_REMEMBERED:
        return _strip_known(body, base_url)
    return _strip(body, base_url)


def _strip(body, base_url):
    root = parse(body)
    if root is None:
        return body
    own_link = _get_own_link(base_url)
    # All of them, one after the other: none of it may stay.
    changes = [
        _cut_text(root, own_link),
        _cut_quoted_targets(root),
        _cut_attributes(root, own_link),
        _cut_comments(root),
    ]
    return serialize(root) if any(changes) else body


# Equal texts may be HTML or not: what comes back is as what was given.
_strip_known = lru_cache(REMEMBERED, typed=True)(_strip)


def strip_quoted_targets(body):
    """Return HTML in which what quotes link to is left out, whoever it leads to.

    :param body: HTML with Odoo's marks of quotes
    """
    root = parse(body)
    return serialize(root) if root is not None and _cut_quoted_targets(root) else body


def strip_tokens(body):
    """Return HTML without our tokens, whose other links are for its author to choose.

    :param body: HTML
    """
    root = parse(body)
    if root is None:
        return body
    changes = [
        _cut_text(root, NOWHERE),
        _cut_attributes(root, NOWHERE),
        _cut_comments(root),
    ]
    return serialize(root) if any(changes) else body


def strip_tokens_of_text(text):
    """Return plain text without our tokens.

    :param text: one line or more, or nothing
    """
    if not text or len(text) < SHORTEST:
        return text
    for begin, end in reversed(find_tokens(text)):
        text = text[:begin] + CUT + text[end:]
    return text


def strip_own_links_of_text(text, base_url):
    """Return plain text without our links; see :func:`strip_own_links`.

    :param text: one line or more, or nothing
    """
    if not text:
        return text
    return _get_own_link(base_url).sub(CUT, strip_tokens_of_text(text))


def _get_own_link(base_url):
    """Return the pattern of our addresses, plain or encoded, however often."""
    host = COLON.join(map(re.escape, base_url.partition("//")[2].split(":")))
    cut = re.escape(CUT)
    return re.compile(rf"https?{COLON}{SLASH}{{2}}{host}(?:{cut}|[^\s<>\"')\]])*", re.I)


def _cut_quoted_targets(root):
    """Leave out what quotes link to, be it attributes or written addresses."""
    changed = False
    for quote in root.xpath(QUOTE_XPATH):
        for node in quote.iter(etree.Element):
            for name in [name for name in node.attrib if TARGET.search(name)]:
                node.attrib.pop(name)
                changed = True
        for text in quote.xpath(".//text()"):
            cut = ADDRESS.sub(rf"\1/{CUT}", text)
            changed = _set_text(text, cut) or changed
    return changed


def _cut_attributes(root, own_link):
    changed = False
    for node in root.iter(etree.Element):
        for name, value in node.attrib.items():
            long = len(value) >= SHORTEST and holds_token(value)
            if long or own_link.search(value):
                node.attrib.pop(name)
                changed = True
    return changed


def _cut_comments(root):
    """Leave out comments, which nobody reads, if something of ours is in them."""
    hidden = [
        node
        for node in root.iter(etree.Comment, etree.ProcessingInstruction)
        if holds_token(node.text or "")
    ]
    for node in hidden:
        remove(node)
    return bool(hidden)


def _cut_text(root, own_link):
    """Cut tokens out of the text as one reads it, whatever elements it runs through."""
    texts = root.xpath(".//text()")
    begins = list(accumulate((len(text) + 1 for text in texts), initial=0))
    places = find_tokens("\n".join(texts))
    changed, first = False, 0
    for text, begin in zip(texts, begins, strict=False):
        while first < len(places) and places[first][1] <= begin:
            first += 1
        cut = _cut_places(text, begin, places[first:])
        changed = _set_text(text, own_link.sub(CUT, cut)) or changed
    return changed


def _cut_places(text, begin, places):
    """Return one text without the places that reach into it.

    :param begin: where the text begins
    :param places: list of (begin, end), none of which ends before
    """
    pieces, done = [], 0
    for start, stop in places:
        start, stop = start - begin, stop - begin
        if start >= len(text):
            break
        # What began in an earlier text was marked there.
        pieces += text[done : max(start, 0)], CUT if start >= 0 else ""
        done = min(stop, len(text))
    return "".join(pieces) + text[done:]


def _set_text(text, value):
    """Write a text back where it was found.

    :param text: what lxml's XPath returned
    :return: whether it has changed
    """
    if value == text:
        return False
    value = CONTROLS.sub("", value)
    if text.is_tail:
        text.getparent().tail = value
    else:
        text.getparent().text = value
    return True
