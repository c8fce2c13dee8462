# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is taken out of an agent's text before it leaves.

*Reply all* puts what is answered below the text, folded away, with its author's
address: whoever writes does not see that it leaves, too.
"""

import re

from lxml import html
from markupsafe import Markup

# What Odoo's composer puts around the mail that is answered.
REPLY_XPATH = "//*[contains(concat(' ', @class, ' '), ' o_mail_reply_container ')]"
HIDDEN = "[…]"


def strip_reply(body):
    """Return HTML without the mail that the composer has quoted below the text.

    :param body: HTML
    """
    if "o_mail_reply_container" not in str(body or ""):
        return body
    root = html.fragment_fromstring(str(body), create_parent="div")
    for node in root.xpath(REPLY_XPATH):
        node.drop_tree()
    inner = html.tostring(root, encoding="unicode")
    return Markup(inner.removeprefix("<div>").removesuffix("</div>"))


def hide_addresses(body, addresses):
    """Return HTML in which none of these e-mail addresses can be read.

    :param body: HTML
    :param addresses: normalised e-mail addresses
    """
    found = [address for address in addresses if address in str(body or "").lower()]
    if not found:
        return body
    pattern = "|".join(re.escape(address) for address in sorted(found, key=len))
    # No longer address ends or begins with it.
    whole = re.compile(rf"(?<![\w.+-])(?:{pattern})(?![\w-])", re.I)
    return Markup(whole.sub(HIDDEN, str(body)))
