"""Programs of Odoo's that need not import it: one process has done so for all.

That takes more than all else that a server does before it answers. What runs inside
another program is started in the usual way.
"""

import functools
import importlib.util
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Preloaded:
    """The process from which programs are forked; it ends with the one that asks it.

    :param config: Odoo's file of options
    :param log: path of the file to which it appends its own trouble
    """

    def __init__(self, config, log):
        self.config = config
        self.log = log
        self.process = None
        self.lock = threading.Lock()

    def fork(self, arguments, errors, output=None, given=os.devnull, **variables):
        """Start a program in a session of its own.

        :param arguments: its command line, without its own name
        :param errors: path of the file to which it appends what it logs
        :param output: path for what it prints, the same if not given
        :param given: path of what it reads
        :param variables: of its environment, beside our own
        """
        files = [str(given), str(output or errors), str(errors)]
        environment = {**os.environ, **variables}
        call = {"files": files, "environment": environment}
        command = [find_program(), *map(str, arguments)]
        pid = self.ask("fork", command=command, **call)
        return Forked(self, pid)

    def run(self, arguments, given="", **variables):
        """Run a program until it ends.

        :param given: what it reads
        :return: exit code, what it printed, what it logged
        """
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder) / name for name in ("given", "output", "errors")]
            paths[0].write_text(given)
            source, output, errors = paths
            process = self.fork(arguments, errors, output, source, **variables)
            return process.wait(), output.read_text(), errors.read_text()

    def ask(self, act, **arguments):
        """Return what the process answers; it is started when it is first needed."""
        with self.lock:
            # Odoo's own tests end each process that they do not know.
            if self.process is None or self.process.poll() is not None:
                self._start()
            self.process.stdin.write(json.dumps({"act": act, **arguments}) + "\n")
            self.process.stdin.flush()
            return json.loads(self.process.stdout.readline())

    def _start(self):
        command = [sys.executable, "-m", "tests.system.preload", "-c", str(self.config)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        with open(self.log, "ab") as log:
            options = {**pipes, "stderr": log, "start_new_session": True}
            self.process = subprocess.Popen(command, cwd=ROOT, **options)


class Forked:
    """One program, used as `subprocess.Popen` is.

    :ivar returncode: None as long as it is not known to have ended
    """

    def __init__(self, preloaded, pid):
        self.preloaded = preloaded
        self.pid = pid
        self.returncode = None
        self.lock = threading.Lock()

    def poll(self):
        """Return the exit code, None if it has not ended."""
        return self._await(0)

    def wait(self, timeout=None):
        """Return the exit code once it has ended.

        :raises subprocess.TimeoutExpired: if it has not by then
        """
        if self._await(timeout) is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout)
        return self.returncode

    def send_signal(self, number):
        """Send a signal, unless it has ended."""
        # It stays a zombie until it is waited for: the id is nobody else's.
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self):
        """End it as the kernel does."""
        self.send_signal(signal.SIGKILL)

    def _await(self, timeout):
        with self.lock:
            if self.returncode is None and self._has_ended(timeout):
                self.returncode = self.preloaded.ask("reap", pid=self.pid)
            return self.returncode

    def _has_ended(self, timeout):
        process = os.pidfd_open(self.pid)
        try:
            return bool(select.select([process], [], [], timeout)[0])
        finally:
            os.close(process)


@functools.cache
def find_program():
    """Return Odoo's own program, by which a server starts its process of websockets."""
    package = Path(importlib.util.find_spec("odoo.release").origin).resolve().parent
    places = (Path(sys.executable).parent, package.parents[3] / "bin")
    found = (place / "odoo" for place in places)
    ours = Path(__file__).with_name("program.py")
    return str(next((path for path in found if path.is_file()), ours))
