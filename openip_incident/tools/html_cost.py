# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Finds texts whose sanitizing takes the square of their length.

Odoo's sanitizer marks what a mail quotes. It looks through all neighbours of each
element near a quote, copies the rest of a text for each quote in it, and reads on to
the end for each tag that is none.
"""

import re

from lxml import etree, html

TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--[^<>]*-->|<![a-zA-Z][^<>]*>")
# What is no tag costs the sanitizer as much as this many tags.
BROKEN_TAG_COST = 15

# What makes it look at the neighbours: classes, ids and texts (odoo.tools.mail).
QUOTE_MARK = re.compile(
    r"gmail_|SkyDrivePlaceholder|stopSpelling|yahoo_quoted|odoo_signature|Signature|"
    r"appendonsend|divRplyFwdMsg|data-o-mail-quote"
)
SIGNATURE = re.compile(r"(?:^|\n)--\s?$")
QUOTE = re.compile(r"(?:\n>[^\n\r]*)+")

# A thousand elements side by side, five hundred quotes in a megabyte, or a hundred
# broken tags in it: each of them about a second.
MAX_LOOKS = 1_000_000
MAX_COPIED = 500_000_000
MAX_SCANNED = 100_000_000


def count_tags(text):
    """Count the tags of HTML; a broken one counts as ``BROKEN_TAG_COST``.

    :param text: HTML
    """
    broken = _count_broken(text)
    return text.count("<") + (BROKEN_TAG_COST - 1) * broken


def _count_broken(text):
    return max(text.count("<") - len(TAG.findall(text)), 0)


def is_slow_text(text):
    """Tell whether the quotes in a text take long.

    :param text: what is between two tags, or a whole plain text
    """
    return len(QUOTE.findall(text.replace("\r", ""))) * len(text) > MAX_COPIED


def is_slow_page(text):
    """Tell whether the quotes or the broken tags in HTML take long.

    :param text: HTML
    """
    if _count_broken(text) * len(text) > MAX_SCANNED:
        return True
    if not text.strip():
        return False
    try:
        root = html.fromstring(text.encode("utf-16", "replace"))
    except etree.ParserError:
        # Comments only: nothing is left to look at.
        return False
    elements = [node for node in root.iter() if isinstance(node.tag, str)]
    if any(is_slow_text(node.text or "") for node in elements):
        return True
    looks = sum(len(node) ** 2 for node in elements)
    return looks > MAX_LOOKS and any(map(_is_quote, elements))


def _is_quote(element):
    words = " ".join(
        (element.get("class") or "", element.get("id") or "", *element.keys())
    )
    return QUOTE_MARK.search(words) or SIGNATURE.search(element.text or "")
