"""Which Python runs the setup: the one that was called, or a supported one."""

import os
import shutil
import sys
import sysconfig

SUPPORTED = ("3.11", "3.12", "3.13", "3.10")

# Not a virtual environment's own: the one of this checkout may be rebuilt by it.
BASE = getattr(sys, "_base_executable", None) or sys.executable


def ensure_supported():
    """Restart under a Python that Odoo supports if the current one is not.

    A version manager may leave a launcher on the PATH that refuses to start, so
    each candidate is tried before it replaces this process.
    """
    if "%d.%d" % sys.version_info[:2] in SUPPORTED:
        return
    for version in SUPPORTED:
        path = shutil.which("python" + version)
        if path and os.system("'%s' -c '' 2>/dev/null" % path) == 0:
            os.execv(path, [path] + sys.argv)
    sys.exit("error: Odoo 19 needs Python 3.10 to 3.13: install python3.11")


def ensure_optimized():
    """Restart under the system's Python of this version if that is built to be quick.

    A version manager compiles without the optimizations that a distribution uses:
    everything takes a third longer.
    """
    path = "/usr/bin/python%d.%d" % sys.version_info[:2]
    if "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or ""):
        return
    if os.path.realpath(BASE) != os.path.realpath(path) and _makes_environments(path):
        os.execv(path, [path] + sys.argv)


def _makes_environments(path):
    return os.system("'%s' -c 'import ensurepip, venv' 2>/dev/null" % path) == 0
