# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Counting the guaranteed time of an incident: what counts, what is stopped, by what.

Calendar within [start, end], minus the union of the stops, subtracted once. Everything
is a function of facts: the order in which they became known does not matter.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .intervals import SECOND, intersect, measure, subtract, unite

# How far ahead a deadline is looked for: a calendar may be closed for ever.
HORIZON = timedelta(days=3660)
# The days that are looked through at once: few, then more and more.
FIRST_STEP = timedelta(days=1)
STEP = timedelta(days=16)


@dataclass(frozen=True)
class Stop:
    """From when to when something stops the clock.

    :param start: naive UTC
    :param end: naive UTC, None while it goes on
    :param cause: what it is attributed to; any key
    :param priority: where stops overlap, the smallest gets the time; then the earliest
    """

    start: datetime
    end: datetime | None = None
    cause: object = None
    priority: int = 0


@dataclass(frozen=True)
class Period:
    """From when an agreement counts, until the next one's.

    :param start: naive UTC
    :param hours: :class:`~.open_hours.OpenHours`, or None: nothing counts
    :param target: guaranteed seconds, None where nothing is guaranteed
    """

    start: datetime
    hours: object = None
    target: int | None = None


@dataclass(frozen=True)
class Line:
    """One interval of the explanation.

    :param counted: whether it counts
    :param why: ``open``, ``closed``, ``holiday``, ``none`` or ``stop``
    :param cause: what stopped the clock, for ``stop``
    """

    start: datetime
    end: datetime
    counted: bool
    why: str
    cause: object = None

    @property
    def seconds(self):
        return measure([(self.start, self.end)])


@dataclass(frozen=True)
class Count:
    """What was counted.

    :param gross: seconds of the calendar between start and end
    :param consumed: of them, seconds that count
    :param stopped: of them, seconds of the union of the stops
    :param by_cause: dict of cause: seconds, together those of the union
    """

    gross: int = 0
    consumed: int = 0
    stopped: int = 0
    by_cause: dict = field(default_factory=dict)


class Clock:
    """One guaranteed time of one incident.

    :param periods: list of :class:`Period`; the first reaches back as far as needed,
        of several that begin together the last one counts
    :param start: when counting begins, naive UTC
    :param stops: iterable of :class:`Stop`
    """

    def __init__(self, periods, start, stops=()):
        self.periods = sorted(periods, key=lambda period: period.start)
        self.start = start
        self.stops = list(stops)
        self._stopped = unite(
            (stop.start, stop.end or datetime.max) for stop in self.stops
        )
        self.target = self.periods[-1].target if self.periods else None
        # Where intervals that count begin, and how much is counted at the end of each,
        # as far as it was looked for: every deadline asks for it again.
        self._starts, self._counted = [], [0]
        self._searched, self._step = start, FIRST_STEP

    def count(self, end):
        """Return what was counted until a moment: :class:`Count`."""
        calendar = self.find_open(self.start, end)
        shares = self._share(calendar, end)
        stopped = unite(one for _cause, intervals in shares for one in intervals)
        by_cause = {}
        for cause, intervals in shares:
            by_cause[cause] = by_cause.get(cause, 0) + measure(intervals)
        gross = measure(calendar)
        taken = measure(stopped)
        return Count(gross, gross - taken, taken, by_cause)

    def find_open(self, start, end):
        """Return the intervals between two moments that the calendar counts."""
        return [
            interval
            for first, last, period in self._get_spans(start, end)
            if period.hours
            for interval in period.hours.find(first, last)
        ]

    def find_counted(self, end):
        """Return the intervals that count until a moment."""
        return subtract(self.find_open(self.start, end), self._stopped)

    def is_stopped(self, moment):
        """Tell whether a stop goes on at a moment."""
        return any(
            stop.start <= moment and (stop.end is None or moment < stop.end)
            for stop in self.stops
        )

    def find_moment(self, seconds):
        """Return the first moment at which so much has been counted.

        :param seconds: how many
        :return: naive UTC; None where a stop has no end, or nothing counts any more
        """
        return self._walk(seconds, late=False)

    def find_late_moment(self, seconds):
        """Return the last moment at which no more than that has been counted."""
        return self._walk(seconds, late=True)

    def explain(self, end):
        """Return a line for every interval until a moment, counted or not."""
        lines = []
        for start, stop, period in self._get_spans(self.start, end):
            calendar = period.hours.find(start, stop) if period.hours else []
            lines += self._explain_span(start, stop, period, calendar)
        return lines

    # How

    def _get_spans(self, start, end):
        """Return from when to when which period counts: list of (from, to, period)."""
        spans = []
        for index, period in enumerate(self.periods):
            first = start if index == 0 else max(start, period.start)
            later = self.periods[index + 1 :]
            last = min(end, later[0].start) if later else end
            if first < last:
                spans.append((first, last, period))
        return spans

    def _share(self, calendar, end):
        """Attribute the open time of the stops, each second once.

        :param calendar: the open intervals
        :param end: where a stop that goes on is cut
        :return: list of (cause, intervals)
        """
        shares, free = [], calendar
        for stop in self._get_ordered():
            own = intersect(free, unite([(stop.start, stop.end or end)]))
            if own:
                shares.append((stop.cause, own))
                free = subtract(free, own)
        return shares

    def _get_ordered(self):
        return sorted(
            self.stops,
            key=lambda stop: (stop.priority, stop.start, str(stop.cause)),
        )

    def _walk(self, seconds, late):
        """Return the moment at which so much is used up, or about to be exceeded."""
        if not seconds and not late:
            return self.start
        find = bisect_right if late else bisect_left
        while (index := find(self._counted, seconds)) == len(self._counted):
            if not self._search_on():
                return None
        before = self._counted[index - 1]
        return self._starts[index - 1] + timedelta(seconds=seconds - before)

    def _search_on(self):
        """Look for what counts in the days that come next.

        :return: whether there may be more
        """
        first, stops = self._searched, self._stopped
        ended = stops and stops[-1][1] == datetime.max and stops[-1][0] <= first
        if ended or first >= self.start + HORIZON:
            return False
        last = first + self._step
        for start, end in subtract(self.find_open(first, last), stops):
            self._starts.append(start)
            self._counted.append(self._counted[-1] + (end - start) // SECOND)
        self._searched, self._step = last, min(self._step * 2, STEP)
        return True

    def _explain_span(self, start, end, period, calendar):
        edges = {start, end}
        edges.update(moment for one in calendar for moment in one)
        if period.hours:
            edges.update(period.hours.find_local_midnights(start, end))
        shares = self._share(calendar, end)
        edges.update(moment for _c, own in shares for one in own for moment in one)
        marks = sorted(edges)
        lines = []
        for first, last in zip(marks, marks[1:], strict=False):
            line = self._explain_one(first, last, period, shares)
            if lines and _continues(lines[-1], line, period):
                line = Line(lines[-1].start, last, line.counted, line.why, line.cause)
                lines.pop()
            lines.append(line)
        return lines

    def _explain_one(self, start, end, period, shares):
        why = period.hours.classify(start) if period.hours else "none"
        for cause, intervals in shares:
            if any(one <= start < two for one, two in intervals):
                return Line(start, end, False, "stop", cause)
        return Line(start, end, why == "open", why)


def _continues(before, after, period):
    """Tell whether two lines say the same; counted time is shown day by day."""
    same = (before.why, before.cause) == (after.why, after.cause)
    return same and after.why in ("closed", "none", "stop")
