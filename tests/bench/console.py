"""What the user sees: one line per row, with a bar while it runs."""

import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WIDTH = 30


class Bar:
    """The progress of one row.

    :param title: what is measured
    :param total: how many turns it takes
    """

    def __init__(self, title, total):
        self.title = title
        self.total = max(total, 1)
        self.done = 0
        self.started = time.monotonic()
        self.live = sys.stdout.isatty()

    def __enter__(self):
        self._draw()
        return self

    def __exit__(self, kind, _value, _traceback):
        mark = "x" if kind else "✓"
        start = "\r\033[K" if self.live else ""
        print(f"{start}{mark} {self.title} ({self.elapsed:.0f} s)", flush=True)

    @property
    def elapsed(self):
        return time.monotonic() - self.started

    def advance(self, detail=""):
        """Note that a turn is done.

        :param detail: what the user reads behind the bar
        """
        self.done += 1
        self._draw(detail)

    def _draw(self, detail=""):
        if not self.live:
            return
        full = min(WIDTH, WIDTH * self.done // self.total)
        bar = "█" * full + "░" * (WIDTH - full)
        text = f"{bar} {self.title} {detail} {self.elapsed:.0f} s"
        print(f"\r\033[K{text}", end="", flush=True)
