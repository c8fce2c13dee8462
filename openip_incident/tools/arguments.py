# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What callers of the public methods may give: records as ids, text as HTML, keys."""

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import html_sanitize

# What a column of type integer holds.
MAX_ID = 2**31 - 1


def to_record(env, model, record):
    """Return a record given as such or by its id, as RPC must.

    :param env: environment
    :param model: name of the record's model
    :param record: record, id, or nothing
    """
    if not record or isinstance(record, models.BaseModel):
        return record or env[model]
    return env[model].browse(record)


def to_body(body):
    """Return safe HTML for what a caller wants to say.

    :param body: HTML, or nothing
    """
    return Markup(html_sanitize(body or "", sanitize_attributes=True))


def to_date(env, date):
    """Return a date given as such or as Odoo writes it, as naive UTC.

    :param env: environment
    :param date: naive UTC ``datetime``, its text, or nothing
    :raises UserError: for a text that is no date
    """
    try:
        return fields.Datetime.to_datetime(date or False) or False
    except (TypeError, ValueError) as error:
        raise UserError(env._("%(date)s is no date.", date=date)) from error


def ensure_key(env, key, selection):
    """Refuse a key that a selection does not know.

    :param selection: list of (key, label)
    :raises UserError: naming the keys that there are
    """
    keys = [known for known, _label in selection]
    # A list: what callers give need not be hashable.
    if key not in keys:
        raise UserError(
            env._(
                "%(key)s is unknown here. Choose one of: %(keys)s.",
                key=key,
                keys=", ".join(keys),
            )
        )


def read_id(text):
    """Return the id that a visitor names, None for what is none.

    :param text: as a form or an address gives it
    """
    if not text.isascii() or not text.isdecimal():
        return None
    # Python refuses to read thousands of digits.
    digits = text.lstrip("0")[: len(str(MAX_ID)) + 1]
    number = int(digits or 0)
    return number if number <= MAX_ID else None
