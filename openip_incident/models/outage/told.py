# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is written for many readers: it opens nothing that was opened for one (G9)."""

from ...tools.own_links import strip_tokens, strip_tokens_of_text


def without_tokens(vals, lines=(), texts=()):
    """Return values without the personal links that were pasted into them.

    :param vals: dict of field: value
    :param lines: names of fields with plain text
    :param texts: names of fields with HTML
    """
    told = {name: strip_tokens_of_text(vals[name]) for name in lines if vals.get(name)}
    told |= {name: strip_tokens(vals[name]) for name in texts if vals.get(name)}
    return {**vals, **told}
