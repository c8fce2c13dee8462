# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Placeholders in texts that people write: names of fields, and nothing that runs."""

import re

# What stands between braces; no two quantifiers compete for a character.
PLACEHOLDER = re.compile(r"\{\{([^{}]*)\}\}")
CHAIN = re.compile(r"object((?:\.[a-z][a-z0-9_]*){1,4})")

# No text for parties names what lets its reader act as somebody else.
SECRET = re.compile(r"token|passw|hash|secret|signup|(?:^|_)(?:key|url|totp)(?:_|$)")


def read_chain(text):
    """Return the names of fields that a placeholder consists of, None for any other.

    :param text: what stands between the braces
    """
    found = CHAIN.fullmatch(text.replace("\xa0", " ").strip())
    names = found[1][1:].split(".") if found else []
    return names if names and not any(SECRET.search(name) for name in names) else None


def find_stray(text):
    """Return what is no placeholder though it has braces like one, or nothing.

    :param text: plain or HTML
    """
    rest = PLACEHOLDER.sub("", text)
    return next((brace for brace in ("{{", "}}") if brace in rest), "")
