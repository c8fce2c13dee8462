# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Code of another addon, which is to be heard wherever it has its say."""

from types import FunctionType


def write_elsewhere(function):
    """Return a function as another addon's module would define it."""
    names = {**function.__globals__, "__name__": "odoo.addons.other.models.other"}
    code, closure = function.__code__, function.__closure__
    other = FunctionType(code, names, argdefs=function.__defaults__, closure=closure)
    other.__kwdefaults__ = function.__kwdefaults__
    return other
