# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is taken out of a party's mail before anybody else reads it.

A reply quotes our mail to its author, and with it the author's personal link. The
other party must never see that link, and has its own copy of what is quoted.
"""

import re

from lxml import html
from markupsafe import Markup

# Odoo's sanitizer marks what mail clients quote.
QUOTE_XPATH = "//*[@data-o-mail-quote or @data-o-mail-quote-node]"

COLON = "(?::|%(?:25)*3A)"
SLASH = "(?:/|%(?:25)*2F)"
# What makes a link personal, wherever its address has gone.
SIGNATURE = re.compile(r"token(?:=|%(?:25)*3D)[\w.%-]{40,}=*", re.I)


def strip_quotes(body):
    """Return HTML without the parts that quote an earlier mail.

    :param body: sanitised HTML
    """
    root = _parse(body)
    if root is None:
        return Markup("")
    for node in root.xpath(QUOTE_XPATH):
        _remove(node)
    return _serialize(root)


def strip_own_links(body, base_url):
    """Return HTML in which no link leads to us any more, neither as text.

    Mail filters wrap links: ours are then the encoded parameter of another one.

    :param body: sanitised HTML
    :param base_url: where our pages start
    """
    own_link = _get_own_link(base_url)
    if not body or not (own_link.search(body) or SIGNATURE.search(body)):
        return body
    root = _parse(body)
    for node in root.xpath("//*[@href]"):
        if own_link.search(node.get("href")):
            node.attrib.pop("href")
    text = own_link.sub("[…]", _serialize(root))
    return Markup(SIGNATURE.sub("token=[…]", text))


def _get_own_link(base_url):
    """Return the pattern of our addresses, plain or encoded, however often."""
    host = COLON.join(map(re.escape, base_url.partition("//")[2].split(":")))
    return re.compile(rf"https?{COLON}{SLASH}{{2}}{host}[^\s<>\"')\]]*", re.I)


def _parse(body):
    return html.fragment_fromstring(str(body), create_parent="div") if body else None


def _serialize(root):
    inner = html.tostring(root, encoding="unicode")
    return Markup(inner.removeprefix("<div>").removesuffix("</div>"))


def _remove(node):
    """Drop a node but keep the text behind it, which lxml hangs on the node."""
    parent, previous = node.getparent(), node.getprevious()
    if parent is None:
        return
    if node.tail and previous is not None:
        previous.tail = (previous.tail or "") + node.tail
    elif node.tail:
        parent.text = (parent.text or "") + node.tail
    parent.remove(node)
