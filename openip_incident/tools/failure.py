# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What people read of an error; what programmers read of it is in the log."""

from odoo.exceptions import UserError


def describe_failure(env, error):
    """Return in words why something failed.

    :param env: in the language of whoever reads it
    :param error: the exception, which its caller has logged
    """
    while error.__cause__ is not None:
        error = error.__cause__
    if isinstance(error, UserError):
        return str(error)
    return env._(
        "An unexpected error (%(kind)s). The log of the server says where.",
        kind=type(error).__name__,
    )
