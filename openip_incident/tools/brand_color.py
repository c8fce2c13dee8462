# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which letters can be read on the colour of a company, on its pages and in mails.

Source: WCAG 2.2, success criteria 1.4.3 and 1.4.11, and the definitions of relative
luminance and of contrast ratio.
"""

import re
from functools import lru_cache

COLOR = re.compile(r"#[0-9a-fA-F]{6}")
DEFAULT = "#714B67"

# What text needs at least, of any size.
ENOUGH = 4.5
# What lines and marks need.
VISIBLE = 3
STEPS = 10
# The first that is enough; on no colour are both white and black too little.
LETTERS = ("#ffffff", "#212529", "#000000")


def read_color(value):
    """Return a colour as ``#rrggbb``, the default one for anything else.

    :param value: what an administrator has chosen, or nothing
    """
    value = (value or "").strip()
    return value if COLOR.fullmatch(value) else DEFAULT


@lru_cache(maxsize=256)
def get_letter_color(background):
    """Return the colour of letters on a background.

    :param background: ``#rrggbb``
    """
    return next(
        letters for letters in LETTERS if get_contrast(letters, background) >= ENOUGH
    )


@lru_cache(maxsize=256)
def get_mark_color(color, background):
    """Return the tone nearest to a colour whose lines are seen on a background.

    :param color: ``#rrggbb``
    :param background: ``#rrggbb``
    """
    letters = get_letter_color(background)
    tones = (_mix(color, letters, step / STEPS) for step in range(STEPS + 1))
    return next(tone for tone in tones if get_contrast(tone, background) >= VISIBLE)


def _mix(color, other, share):
    """Return a colour with a share of another, from 0 to 1, in it."""
    parts = (
        (int(color[index : index + 2], 16), int(other[index : index + 2], 16))
        for index in (1, 3, 5)
    )
    return "#" + "".join(
        f"{round(own + (new - own) * share):02x}" for own, new in parts
    )


def get_contrast(one, other):
    """Return the contrast ratio of two colours, from 1 to 21.

    :param one: ``#rrggbb``
    :param other: ``#rrggbb``
    """
    dark, bright = sorted((_get_luminance(one), _get_luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def _get_luminance(color):
    red, green, blue = (
        _get_linear(int(color[index : index + 2], 16) / 255) for index in (1, 3, 5)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _get_linear(value):
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
