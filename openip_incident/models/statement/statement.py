# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a statement says, once it is compiled."""

from dataclasses import dataclass, field
from datetime import date, datetime

from ...tools.clock_ledger import GTI, GTR, KEPT, MISSED
from ...tools.clock_statement import Counted


@dataclass(frozen=True)
class Line:
    """One incident of a statement; moments are naive UTC.

    :param work, restored: None where that has not happened in the month or before
    :param counts: dict of ``GTI`` and ``GTR`` to what was counted, by (cause id, party)
    :param disputes: dict of ``open``, ``accepted`` and ``denied`` to how many
    """

    number: str
    service: str
    customer: str
    integrator: str
    contract: str
    tz: str
    start: datetime
    work: datetime | None
    restored: datetime | None
    counts: dict
    disputes: dict
    checksum: str


@dataclass(frozen=True)
class Availability:
    """How much of a month a service worked, in thousandths of a percent."""

    service: str
    incidents: int
    counted: int
    down: int
    share: int | None


@dataclass
class Statement:
    """The guaranteed times of a month.

    :param restored: lines of the incidents restored in the month
    :param unrestored: lines of those that were not restored at its end
    :param causes: dict of cause id to its name
    """

    month: date
    restored: list[Line] = field(default_factory=list)
    unrestored: list[Line] = field(default_factory=list)
    services: list[Availability] = field(default_factory=list)
    causes: dict = field(default_factory=dict)

    @property
    def lines(self):
        return self.restored + self.unrestored

    def add_up(self, which):
        """Return the sum of what was counted of the incidents restored in the month.

        :param which: ``GTI`` or ``GTR``
        """
        counts, by_cause = [line.counts[which] for line in self.restored], {}
        for count in counts:
            for cause, seconds in count.by_cause.items():
                by_cause[cause] = by_cause.get(cause, 0) + seconds
        return Counted(
            gross=sum(count.gross for count in counts),
            consumed=sum(count.consumed for count in counts),
            stopped=sum(count.stopped for count in counts),
            by_cause=by_cause,
        )

    def count_states(self, which):
        """Return of how many of them a clock was kept, and missed."""
        states = [line.counts[which].state for line in self.restored]
        return states.count(KEPT), states.count(MISSED)

    def get_causes(self):
        """Return what stopped clocks of them: list of ((cause id, party), GTI, GTR)."""
        gti, gtr = (self.add_up(which).by_cause for which in (GTI, GTR))
        keys = sorted(gti.keys() | gtr.keys(), key=str)
        return [(key, gti.get(key, 0), gtr.get(key, 0)) for key in keys]
