"""Child processes that end with the command that started them."""

import contextlib
import ctypes
import signal
import subprocess

from .console import Failure
from .paths import LOGS

PATIENCE = 15
PR_SET_PDEATHSIG = 1


class Children:
    """The processes that a command started, and nothing else."""

    def __init__(self):
        self.running = {}

    def start(self, name, command, env, descriptors=()):
        """Start a program in the background with its output in a log.

        :param name: what the user calls it
        :param command: the program and its arguments
        :param env: its environment
        :param descriptors: open files that it inherits
        :return: the process
        """
        with open(LOGS / f"{name}.log", "ab") as log:
            process = subprocess.Popen(
                [str(part) for part in command],
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C reaches the parent alone, which stops them in order.
                start_new_session=True,
                pass_fds=descriptors,
                preexec_fn=_follow_parent,
            )
        self.running[name] = process
        return process

    def check(self):
        """Fail if one of them has ended by itself."""
        for name, process in self.running.items():
            if process.poll() is not None:
                raise Failure(f"{name} stopped: see {LOGS / name}.log")

    def stop(self):
        """Stop them, the last started first."""
        while self.running:
            _, process = self.running.popitem()
            _stop(process)


def _stop(process):
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _follow_parent():
    """Ask Linux to end the child if its parent is killed without a chance to do it."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@contextlib.contextmanager
def children():
    """Give a group of children that are stopped at the end."""
    group = Children()
    try:
        yield group
    finally:
        group.stop()
