# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The next morning, by the clocks of a place."""

from datetime import datetime, time, timedelta

import pytz

MORNING = time(7)


def get_next_morning(now, zone):
    """Return when the next morning begins at a place.

    :param now: naive UTC
    :param zone: name of the time zone of the place
    :return: naive UTC, later than now
    """
    place = pytz.timezone(zone)
    today = pytz.utc.localize(now).astimezone(place).date()
    for days in (0, 1):
        local = datetime.combine(today + timedelta(days=days), MORNING)
        morning = place.localize(local).astimezone(pytz.utc).replace(tzinfo=None)
        if morning > now:
            break
    return morning
