"""What the user sees: one line per step, one line per failure."""

import contextlib
import signal
import sys
import threading
import time

FRAMES = "|/-\\"


class Failure(Exception):
    """Something the user can act on, told in one line."""


def say(text=""):
    """Print a line at once.

    :param text: the line
    """
    print(text, flush=True)


_warnings = []


def warn(text):
    """Print a line now, and again when the command has done its work.

    :param text: what the user should know, though nothing fails
    """
    say(text)
    _warnings.append(text)


def remind():
    """Print again what scrolled by meanwhile."""
    for text in _warnings:
        say(text)


class Step:
    """A running step: its title, its detail and the time it takes."""

    def __init__(self, title):
        self.title = title
        self.detail = ""
        self.started = time.monotonic()
        self.stopped = threading.Event()
        self.live = sys.stdout.isatty()

    @property
    def elapsed(self):
        return f"{time.monotonic() - self.started:.1f} s"

    def draw(self, frame):
        line = f"{frame} {self.title} {self.detail} {self.elapsed}"
        print(f"\r\033[K{line}", end="", flush=True)

    def animate(self):
        count = 0
        while not self.stopped.wait(0.2):
            count += 1
            self.draw(FRAMES[count % len(FRAMES)])

    def finish(self, mark):
        start = "\r\033[K" if self.live else ""
        say(f"{start}{mark} {self.title} ({self.elapsed})")


@contextlib.contextmanager
def step(title):
    """Show a step while its body runs: animated on a terminal, else two lines.

    :param title: what is being done
    """
    current = Step(title)
    animation = threading.Thread(target=current.animate, daemon=True)
    if current.live:
        animation.start()
    else:
        say(f"  {title} ...")
    mark = "x"
    try:
        yield current
        mark = "✓" if (sys.stdout.encoding or "").lower() == "utf-8" else "*"
    finally:
        current.stopped.set()
        if current.live:
            animation.join()
        current.finish(mark)


def _terminate(signum, _frame):
    raise KeyboardInterrupt(signum)


def guarded(main):
    """Run a command and turn every expected end into an exit code.

    :param main: the command, called with the arguments
    :return: the exit code
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _terminate)
    try:
        return main(sys.argv[1:])
    except KeyboardInterrupt as interrupt:
        return 128 + interrupt.args[0]
    except (Failure, OSError) as error:
        print(f"error: {error}", file=sys.stderr, flush=True)
        return 1
