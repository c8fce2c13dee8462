# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


def get_number(env, parameter, default):
    """Return a number that admins may set as a system parameter.

    :param parameter: its key
    :param default: what counts where nothing, or no number, is set
    """
    # SUDO: one setting is read.
    value = env["ir.config_parameter"].sudo().get_param(parameter)
    return int(value) if (value or "").isdecimal() else default
