# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a month's statement says of ledgers: what was counted, how long it was down.

Nothing is rounded: all of it is whole seconds.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from .clock_ledger import GTR, KEPT, MISSED, NONE, RUNNING, STOPPED
from .intervals import intersect, measure, unite
from .zones import read_zone

# How fine availability is told: thousandths of a percent.
FINENESS = 1000


@dataclass(frozen=True)
class Counted:
    """What a guaranteed time of an incident has counted until a moment.

    :param target: guaranteed seconds, None where nothing is guaranteed
    :param by_cause: dict of cause: seconds, together those of ``stopped``
    """

    state: str = NONE
    target: int | None = None
    gross: int = 0
    consumed: int = 0
    stopped: int = 0
    by_cause: dict = field(default_factory=dict)


def count_until(ledger, which, moment, ended):
    """Return what a clock has counted until a moment, or until its end.

    :param ledger: :class:`~.clock_ledger.Ledger`
    :param which: ``GTI`` or ``GTR``
    :param moment: naive UTC
    :param ended: whether it has ended by then
    """
    clock = ledger.get_clock(which)
    if clock is None:
        return Counted()
    count = clock.count(ledger.get_end(which) if ended else moment)
    if clock.target is None:
        state = NONE
    elif count.consumed > clock.target:
        state = MISSED
    elif ended:
        state = KEPT
    else:
        state = STOPPED if clock.is_stopped(moment) else RUNNING
    return Counted(
        state, clock.target, count.gross, count.consumed, count.stopped, count.by_cause
    )


def get_month(first, zone):
    """Return from when to when a month goes in a zone: two moments, naive UTC.

    :param first: its first day
    :param zone: name of a time zone
    """
    start = datetime(first.year, first.month, 1, tzinfo=read_zone(zone))
    day = start.date() + timedelta(days=32)
    end = datetime(day.year, day.month, 1, tzinfo=read_zone(zone))
    return tuple(one.astimezone(UTC).replace(tzinfo=None) for one in (start, end))


class Downtime:
    """How long one service was down in a month, by the ledgers of its incidents.

    Where several incidents overlap, each second counts once.
    """

    def __init__(self):
        self.incidents = 0
        self._open = []
        self._down = []

    def add(self, ledger, start, end, now):
        """Add an incident during which nothing worked.

        :param start, end: the month, naive UTC
        :param now: until when is known what happened
        """
        clock, over = ledger.get_clock(GTR), ledger.get_end(GTR)
        last = min(end, now, over or now)
        self._open += clock.find_open(start, end)
        down = intersect(clock.find_counted(last), [(start, end)])
        if down or start <= clock.start < end:
            self.incidents += 1
        self._down += down

    @property
    def counted(self):
        """Seconds of the month that the contract counts."""
        return measure(unite(self._open))

    @property
    def down(self):
        """Of them, seconds during which the service was down."""
        return measure(unite(self._down))

    @property
    def availability(self):
        """Thousandths of a percent, never rounded up; None where no hour counts."""
        if not self.counted:
            return None
        return (self.counted - self.down) * 100 * FINENESS // self.counted
