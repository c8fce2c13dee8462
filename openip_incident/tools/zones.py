# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Time zones that somebody has chosen, and those that Odoo has filled in."""

from functools import lru_cache
from zoneinfo import ZoneInfo

import pytz

DEFAULT_ZONE = "Europe/Paris"
# What Odoo writes where nobody has said anything, by all its names.
UNSAID = frozenset(
    {"utc", "gmt", "uct", "zulu", "universal", "greenwich", "gmt0", "gmt+0", "gmt-0"}
)


# More than there are: dates of one zone are told by one object.
@lru_cache(maxsize=1024)
def read_zone(name):
    """Return the clocks of a zone, by the rules that Odoo counts by.

    Those are of pytz. Python alone would take the machine's, which may be of another
    year: a mail would name another hour than the one at which something happens.

    :param name: of a time zone
    :return: ``zoneinfo.ZoneInfo``
    :raises LookupError: for a name that nobody knows
    """
    known = pytz.timezone(name).zone
    with pytz.open_resource(known) as rules:
        return ZoneInfo.from_file(rules, key=known)


def get_said_zone(zone):
    """Return a time zone's name, or nothing where it says no more than UTC.

    :param zone: name of a time zone, or False
    """
    return "" if not zone or zone.lower().removeprefix("etc/") in UNSAID else zone


def choose_zone(*zones, country=None):
    """Return the time zone in which dates are written.

    The first that was chosen; where all are UTC or none is given, that of the country,
    if it has one alone. A database that nobody has configured says UTC everywhere.

    :param zones: names of time zones, best first, or False
    :param country: ISO code of the country, nothing where it is unknown
    """
    said = next(filter(None, map(get_said_zone, zones)), "")
    if said:
        return said
    local = pytz.country_timezones.get(country or "", [])
    if len(local) == 1:
        return local[0]
    # Of several nobody can tell which: UTC is at least true, if it was written.
    given = next(filter(None, zones), "") if local else ""
    return given or DEFAULT_ZONE
