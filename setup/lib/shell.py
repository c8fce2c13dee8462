"""Running other programs: quietly, into a log, and with one line on failure."""

import os
import re
import shutil
import subprocess

from .console import Failure, step
from .paths import LOGS, STATE

# Variables that would make a child use another Odoo or other Python modules, or
# compile all of Odoo at each start.
FOREIGN = (
    "PYTHONPATH",
    "PYTHONHOME",
    "PYTHONDONTWRITEBYTECODE",
    "ODOO_RC",
    "OPENERP_SERVER",
    "VIRTUAL_ENV",
)
# Odoo's folder is shared, and comes without compiled files.
COMPILED = {"PYTHONPYCACHEPREFIX": str(STATE / "pycache")}


def environment(**extra):
    """Return the environment of a child process.

    :param extra: variables to add
    """
    kept = {key: val for key, val in os.environ.items() if key not in FOREIGN}
    return {**kept, **COMPILED, **extra}


def capture(command, **options):
    """Return what a program prints, or None if it fails or does not exist.

    :param command: the program and its arguments
    """
    try:
        done = subprocess.run(command, capture_output=True, text=True, **options)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def run(command, failure, log, on_line=None, **options):
    """Run a program with its output in a log; a failure is one line.

    :param command: the program and its arguments
    :param failure: what to tell when it fails
    :param log: name of the log file
    :param on_line: called with each line of output
    """
    path = LOGS / log
    options.setdefault("env", environment())
    options.setdefault("stdin", subprocess.DEVNULL)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with open(path, "wb") as output:
        process = subprocess.Popen(command, **pipes, **options)
        try:
            _copy(process.stdout, output, on_line)
        except BaseException:
            process.terminate()
            raise
        finally:
            process.wait()
    if process.returncode:
        raise Failure(f"{failure}: {_last_problem(path)} (see {path})")


def _copy(stream, output, on_line):
    for line in stream:
        output.write(line)
        if on_line:
            on_line(line.decode(errors="replace"))


def _last_problem(path):
    """Return the line of a log that most likely names the cause."""
    lines = [line.strip() for line in path.read_text(errors="replace").splitlines()]
    lines = [line for line in lines if line] or ["no output"]
    raised = [line for line in lines if re.match(r"[\w.]+(Error|Exception): ", line)]
    marked = [line for line in lines if re.search(r"(?i)error|^E:|fatal", line)]
    return (raised or marked or lines)[-1][:300]


def require(program, package):
    """Return the path of a program, installing its Debian package when root.

    :param program: name of the program
    :param package: the package that brings it
    """
    found = shutil.which(program)
    if not found:
        install(package, f"{program} is missing")
        found = shutil.which(program)
    if not found:
        raise Failure(f"{program} is missing: install the package {package}")
    return found


def install(package, reason):
    """Install a Debian package, or say in one line that it is needed.

    :param package: name of the package
    :param reason: why it is needed
    """
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Failure(f"{reason}: install the package {package}")
    quiet = environment(DEBIAN_FRONTEND="noninteractive")
    with step(f"Installing {package} ({reason})"):
        # Lists may be absent on a fresh machine, stale on an old one.
        run(["apt-get", "update"], "apt-get update failed", "apt.log", env=quiet)
        command = ["apt-get", "install", "-y", "--no-install-recommends", package]
        run(command, f"cannot install {package}", "apt.log", env=quiet)
