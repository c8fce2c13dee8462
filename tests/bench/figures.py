"""What was measured, in figures that can be compared."""

from dataclasses import dataclass, field
from statistics import median


@dataclass
class Series:
    """The same work, measured several times.

    :param title: what was done
    :param readings: what each time has cost, as `meter.Reading` tells it
    :param about: what the reader has to know, ``due`` and ``tickets`` for instance
    """

    title: str
    readings: list = field(default_factory=list)
    about: dict = field(default_factory=dict)

    def each(self, name):
        """Return the cost per unit of each reading, times in ms."""
        scale = 1 if name == "queries" else 1000
        return [scale * reading[name] / reading["count"] for reading in self.readings]

    def median(self, name="cpu"):
        """Return the median cost per unit, times in ms."""
        return median(self.each(name))

    @property
    def memory(self):
        """Return the highest peak, in MB."""
        return max(reading["memory"] for reading in self.readings)

    def format(self, name="cpu"):
        """Return the median with its spread, as the table shows it."""
        values = self.each(name)
        text = _format(median(values))
        if len(values) > 1 and name != "queries":
            text += f" ({_format(min(values))}–{_format(max(values))})"
        return text

    def as_dict(self):
        """Return what JSON can hold."""
        names = ("wall", "cpu", "backend", "queries")
        per_unit = {name: self.median(name) for name in names}
        return {
            "title": self.title,
            **self.about,
            "median_per_unit": per_unit,
            "spread_cpu_ms": [min(self.each("cpu")), max(self.each("cpu"))],
            "peak_memory_mb": self.memory,
            "readings": self.readings,
        }


def _format(value):
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


@dataclass
class Target:
    """A figure that the process has to keep.

    :param text: what is asked
    :param required: what it has to be: an operator, ``<=`` or ``>=``, and a number
    :param measured: what it is
    :param unit: behind the numbers
    """

    text: str
    required: tuple
    measured: float
    unit: str = ""

    @property
    def met(self):
        """Tell whether the figure is what was asked for."""
        operator, bound = self.required
        return self.measured <= bound if operator == "<=" else self.measured >= bound

    def as_dict(self):
        """Return what JSON can hold."""
        return {**vars(self), "met": self.met}


def ratio(series, others, name="cpu"):
    """Return how many times cheaper one work is than another, pair by pair.

    :param series: the cheaper one
    :param others: the other one, measured in turn with it
    """
    pairs = zip(series.each(name), others.each(name), strict=False)
    return median(other / own for own, other in pairs)


@dataclass
class Result:
    """What one row of the benchmark has found."""

    series: list = field(default_factory=list)
    targets: list = field(default_factory=list)
    # Lines for the reader.
    remarks: list = field(default_factory=list)
    # Dict of name of a plot: dict of label: list of (x, y).
    plots: dict = field(default_factory=dict)
