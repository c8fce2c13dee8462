# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""For how long personal data is kept, as administrators set it."""

from datetime import timedelta

from odoo import fields

from ...tools.setting import get_number

PARAMETER = "openip_incident.keep_%s"

# Days by kind, 0 for ever. Longer than any mail server keeps trying to deliver the same
# mail (RFC 5321): within that time a mail that was processed must be known again.
KEEPING_DAYS = {
    "inbound_done": 90,
    "inbound_aside": 180,
    "quarantine": 365,
    "notices": 730,
}

# A mail that nobody has judged is not deleted without a word before.
WARNING = timedelta(days=30)


def get_days(env, kind, default):
    """Return for how many days a kind of data is kept, 0 for ever.

    :param kind: the end of the parameter's key
    :param default: days while nobody has set any
    """
    return get_number(env, PARAMETER % kind, default)


def get_end(env, kind, default):
    """Return the moment before which a kind of data is not kept any more.

    :param kind: the end of the parameter's key
    :param default: days while nobody has set any
    :return: naive UTC, or None where it is kept for ever
    """
    days = get_days(env, kind, default)
    return fields.Datetime.now() - timedelta(days=days) if days else None
