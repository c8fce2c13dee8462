# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Reading the ledger of a contract's clock, and sealing it.

A ledger is a set of entries: in which order they were written decides nothing but the
chain of their checksums.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from .contract_clock import Clock, Period, Stop

START = "start"
WORK = "work"
STOP = "stop"
RESUME = "resume"
RESTORED = "restored"
REFUSED = "refused"
CONTRACT = "contract"
VOID = "void"

GTI = "gti"
GTR = "gtr"

# What became of a clock.
RUNNING = "running"
STOPPED = "stopped"
KEPT = "kept"
MISSED = "missed"
NONE = "none"


@dataclass(frozen=True)
class Entry:
    """One fact of a ledger.

    :param key: its own; any value
    :param date: when it happened, naive UTC
    :param refers: key of the entry that it ends, refuses or voids
    :param terms: what was agreed: dict of ``gti`` and ``gtr`` to
        (:class:`~.open_hours.OpenHours`, seconds or None), of start and contract
    :param cause: what stops the clock
    :param priority: of the cause: the smallest gets the time that several stop
    :param stops: which clocks it stops
    """

    key: object
    kind: str
    date: datetime
    refers: object = None
    terms: dict = field(default_factory=dict, compare=False)
    cause: object = None
    priority: int = 0
    stops: frozenset = frozenset()


class Ledger:
    """What the entries of one incident say together.

    :param entries: iterable of :class:`Entry`
    """

    def __init__(self, entries):
        entries = list(entries)
        void = {entry.refers for entry in entries if entry.kind == VOID}
        self._kinds = {}
        for entry in entries:
            if entry.kind != VOID and entry.key not in void:
                self._kinds.setdefault(entry.kind, []).append(entry)
        refused = {entry.refers for entry in self._get(REFUSED)}
        restored = [one.date for one in self._get(RESTORED) if one.key not in refused]
        self.start = min((one.date for one in self._get(START)), default=None)
        self.work = min((one.date for one in self._get(WORK)), default=None)
        self.restored = min(restored, default=None)
        self._clocks = {}

    def get_clock(self, which):
        """Return a clock: ``GTI`` or ``GTR``; None where it has not begun."""
        if self.start is None:
            return None
        if which not in self._clocks:
            periods, stops = self._get_periods(which), self._get_stops(which)
            self._clocks[which] = Clock(periods, self.start, stops)
        return self._clocks[which]

    def get_end(self, which):
        """Return when a clock has ended, None while it goes on."""
        return self.work if which == GTI else self.restored

    def get_state(self, which, now):
        """Return what became of a clock until now."""
        clock, end = self.get_clock(which), self.get_end(which)
        if clock is None or clock.target is None:
            return NONE
        last = clock.find_late_moment(clock.target)
        late = last is not None and (end or now) > last
        if end or late:
            return MISSED if late else KEPT
        return STOPPED if clock.is_stopped(now) else RUNNING

    def get_deadline(self, which):
        """Return when the guaranteed time is used up, None while that is open."""
        clock = self.get_clock(which)
        if clock is None or clock.target is None:
            return None
        return clock.find_moment(clock.target)

    def get_late_date(self, which):
        """Return the last moment at which the guaranteed time is kept, if known."""
        clock = self.get_clock(which)
        if clock is None or clock.target is None:
            return None
        return clock.find_late_moment(clock.target)

    def get_reached(self, which, percent):
        """Return when so much of the guaranteed time is used up, None if never."""
        clock, end = self.get_clock(which), self.get_end(which)
        if clock is None or clock.target is None:
            return None
        # Rounded up: a threshold is reached when all of it is used up.
        moment = clock.find_moment(-(-clock.target * percent // 100))
        return None if moment and end and moment > end else moment

    def _get(self, kind):
        return self._kinds.get(kind, [])

    def _get_periods(self, which):
        """Return what was agreed at the start, then what replaced it."""
        first = min(self._get(START), key=lambda entry: (entry.date, entry.key))
        later = sorted(self._get(CONTRACT), key=lambda entry: (entry.date, entry.key))
        return [
            Period(date, *entry.terms.get(which, (None, None)))
            for date, entry in [
                (datetime.min, first),
                *((entry.date, entry) for entry in later),
            ]
        ]

    def _get_stops(self, which):
        """Return what stops a clock, as far as it goes."""
        ends, over = {}, self.get_end(which)
        for entry in self._get(RESUME):
            known = ends.get(entry.refers, entry.date)
            ends[entry.refers] = min(known, entry.date)
        stops = []
        for entry in self._get(STOP):
            if which in entry.stops:
                known = (ends.get(entry.key), over)
                end = min((one for one in known if one), default=None)
                stops.append(Stop(entry.date, end, entry.cause, entry.priority))
        return stops


def seal(previous, facts):
    """Return the checksum of an entry, which holds that of the one before it.

    :param previous: checksum of the entry before, empty for the first
    :param facts: dict of JSON values
    """
    text = json.dumps([previous, facts], sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
