# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The size of a file as people read it."""

from babel.numbers import format_decimal

from .spoken_date import get_locale

KILO = 1024
# From here on the next unit is easier to read.
ENOUGH = 1000
# French counts in octets.
UNITS = {"fr": ("ko", "Mo")}
OTHERS = ("kB", "MB")


def say_size(size, lang):
    """Return a size with its unit.

    :param size: bytes
    :param lang: code of a language of Odoo
    """
    locale = get_locale(lang)
    kilo, mega = UNITS.get(locale.language, OTHERS)
    kilobytes = (size or 0) / KILO
    if kilobytes < ENOUGH:
        return f"{max(1, round(kilobytes))} {kilo}"
    return f"{format_decimal(kilobytes / KILO, '#,##0.0', locale=locale)} {mega}"
