# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a mail quotes of an earlier one, which its readers have already."""

from .markup import parse, remove, serialize

# Odoo's sanitizer marks what mail clients quote.
QUOTE_XPATH = "//*[@data-o-mail-quote or @data-o-mail-quote-node]"


def strip_quotes(body):
    """Return HTML without the parts that quote an earlier mail.

    :param body: sanitised HTML
    """
    root = parse(body)
    if root is None:
        return serialize(None)
    for node in root.xpath(QUOTE_XPATH):
        remove(node)
    return serialize(root)
