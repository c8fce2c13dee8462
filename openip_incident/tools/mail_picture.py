# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Pictures inside a mail that leaves: carried by it, and named in its plain text."""

import re

from lxml import etree, html

from .remote_content import get_picture_text, has_token, redact_tokens

# So that it fits a phone, whatever its author's screen was like.
FITTING = "max-width: 100%; height: auto"
CARRIED = re.compile(r"cid:incident-(\d+)@")
SIZES = ("width", "height")


def get_content_id(file_id, host):
    """Return the Content-ID of a picture, without angle brackets."""
    return f"incident-{file_id}@{host or 'localhost'}"


def get_carried_ids(body):
    """Return the ids of the files that a mail shows as it carries them, in order.

    :param body: HTML
    """
    return list(dict.fromkeys(map(int, CARRIED.findall(body))))


def carry_pictures(body, find):
    """Return a mail that shows the pictures it carries, and no token of Odoo's.

    Everything else stays as it is, layouts of others included.

    :param body: HTML
    :param find: function that takes an address and returns a Content-ID for a picture
        that the mail carries, "" for a file that it does not show, None for any other
        address
    """
    root = _parse(body)
    for node in list(root.iter()):
        if node.tag == "img":
            _carry(node, find)
        elif isinstance(node.tag, str):
            _open(node, find)
        elif has_token(node.text):
            node.text = ""
        if isinstance(node.tag, str):
            node.text = node.text and redact_tokens(node.text)
        node.tail = node.tail and redact_tokens(node.tail)
    return _serialize(root)


def name_pictures(body, name):
    """Return a mail with words where its pictures are.

    :param body: HTML
    :param name: function that takes an alternative text and returns the words
    """
    root = _parse(body)
    for node in list(root.iter("img")):
        _replace(node, name(node.get("alt") or ""))
    return _serialize(root)


def _parse(body):
    if re.match(r"\s*<(?:html|!doctype)\b", body, re.I):
        return html.document_fromstring(body)
    return html.fragment_fromstring(body, create_parent="div")


def _serialize(root):
    text = html.tostring(root, encoding="unicode")
    if root.tag == "html":
        return text
    return text.removeprefix("<div>").removesuffix("</div>")


def _carry(node, find):
    source = node.get("src") or ""
    content_id = find(source)
    if content_id:
        node.set("src", f"cid:{content_id}")
        node.set("style", FITTING)
        for name in SIZES:
            if not re.fullmatch(r"\d{1,3}", node.get(name) or ""):
                node.attrib.pop(name, None)
        _drop_tokens(node)
    elif content_id == "" or has_token(source):
        _replace(node, get_picture_text(node.get("alt")))
    else:
        _drop_tokens(node)


def _open(node, find):
    if node.tag == "a" and find(node.get("href") or "") is not None:
        node.attrib.pop("href")
    _drop_tokens(node)


def _drop_tokens(node):
    for name, value in node.attrib.items():
        if has_token(value):
            del node.attrib[name]


def _replace(node, text):
    """Put a text in the place of an element without content."""
    word = etree.Element("span")
    word.text, word.tail = text, node.tail
    node.getparent().replace(node, word)
