# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""When a contract counts: the hours of a week in a time zone, without holidays.

A moment is open when the clock on the wall of the zone shows an hour that is. So a wall
hour that daylight saving leaves out counts nothing, one that comes twice counts twice.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from .intervals import intersect
from .zones import read_zone

DAY = timedelta(days=1)
MIDNIGHT = datetime.min.time()

OPEN = "open"
CLOSED = "closed"
HOLIDAY = "holiday"


@lru_cache(maxsize=64)
def get_open_hours(zone, week, holidays):
    """Return the same hours for the same terms: their days are worked out once.

    :param week: tuple of (weekday, tuple of (from, to)), or None: around the clock
    :param holidays: frozenset of dates
    """
    return OpenHours(zone, week if week is None else dict(week), holidays)


class OpenHours:
    """The hours of a week that count, in a zone.

    :param zone: name of a time zone
    :param week: dict of weekday (0: Monday): list of (from, to) in minutes after
        midnight; None: around the clock
    :param holidays: dates on which nothing counts
    """

    def __init__(self, zone, week=None, holidays=()):
        self.zone = read_zone(zone)
        self.holidays = frozenset(holidays)
        self.week = week
        # By the date of UTC: incidents ask for the same days again and again.
        self._days = {}

    def find(self, start, end):
        """Return the open intervals between two moments.

        :param start: naive UTC
        :param end: naive UTC
        """
        if start >= end:
            return []
        found, day = [], datetime.combine(start.date(), MIDNIGHT)
        while day < end:
            for interval in self._get_day(day):
                if found and found[-1][1] == interval[0]:
                    found[-1] = (found[-1][0], interval[1])
                else:
                    found.append(interval)
            day += DAY
        return intersect(found, [(start, end)])

    def classify(self, moment):
        """Say why a moment counts or does not: open, closed or a holiday.

        :param moment: naive UTC
        """
        wall = moment + self._get_offset(moment)
        if wall.date() in self.holidays:
            return HOLIDAY
        minutes = wall.hour * 60 + wall.minute
        hours = [(0, 1440)] if self.week is None else self.week.get(wall.weekday(), ())
        return OPEN if any(one <= minutes < two for one, two in hours) else CLOSED

    def find_local_midnights(self, start, end):
        """Return the moments between two others at which a local day begins."""
        found, day = [], (start + self._get_offset(start)).date()
        while True:
            day += DAY
            local = datetime.combine(day, MIDNIGHT, self.zone)
            moment = local.astimezone(UTC).replace(tzinfo=None)
            if moment >= end:
                return found
            if moment > start:
                found.append(moment)

    def _get_day(self, day):
        """Return the open intervals of a day of UTC.

        :param day: its first moment, naive UTC
        """
        if day not in self._days:
            self._days[day] = [
                interval
                for start, end in self._split(day)
                for interval in self._find_steady(start, end)
            ]
        return self._days[day]

    def _split(self, day):
        """Split a day of UTC where the zone changes its offset, if it does."""
        start, end = day, day + DAY
        if self._get_offset(start) == self._get_offset(end - timedelta(seconds=1)):
            return [(start, end)]
        before, after = 0, 86400
        while after - before > 1:
            middle = (before + after) // 2
            moment = day + timedelta(seconds=middle)
            if self._get_offset(moment) == self._get_offset(start):
                before = middle
            else:
                after = middle
        change = day + timedelta(seconds=after)
        return [(start, change), (change, end)]

    def _find_steady(self, start, end):
        """Return the open intervals where the offset does not change."""
        offset = self._get_offset(start)
        first, last = start + offset, end + offset
        walls, date = [], first.date()
        while datetime.combine(date, MIDNIGHT) < last:
            walls += self._get_walls(date)
            date += DAY
        return [
            (one - offset, two - offset)
            for one, two in intersect(walls, [(first, last)])
        ]

    def _get_walls(self, date):
        """Return the open hours of a local day, as the clock on the wall shows them."""
        if date in self.holidays:
            return []
        midnight = datetime.combine(date, MIDNIGHT)
        if self.week is None:
            return [(midnight, midnight + DAY)]
        return [
            (midnight + timedelta(minutes=one), midnight + timedelta(minutes=two))
            for one, two in self.week.get(date.weekday(), ())
        ]

    def _get_offset(self, moment):
        return moment.replace(tzinfo=UTC).astimezone(self.zone).utcoffset()
