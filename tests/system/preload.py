"""A process that has imported Odoo and our addons, from which programs are forked.

Started by `forked.py`, never imported by a test. It reads one request per line and
writes one answer per line, both JSON. It has no thread, connection or registry: what
is forked reads its own options and loads its own registry. Only how it logs has been
set up, from the file of options: before our addons are imported, as in a server.
"""

import gc
import importlib
import json
import os
import sys
import traceback

import passlib.context

from .program import QuickContext

PROGRAMS = ("odoo.cli.server", "odoo.cli.shell", "odoo.http", "odoo.service.server")
ADDONS = ("base", "rpc", "web", "openip_incident_portal")
# Whose texts each server reads when it first speaks the other language.
OURS = ("openip_incident", "openip_incident_portal")
LANGUAGE = "fr_FR"


def main():
    """Import what every server imports, then serve requests."""
    passlib.context.CryptContext = QuickContext
    for name in PROGRAMS:
        importlib.import_module(name)
    from odoo.tools import config
    from odoo.tools.translate import code_translations

    config.parse_config(sys.argv[1:], setup_logging=True)
    for name in ADDONS:
        _load(name)
    for name in OURS:
        code_translations.get_python_translations(name, LANGUAGE)
    # Whoever is forked shares it and never looks for garbage in it.
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        request = json.loads(line)
        answer = globals()[request.pop("act")](**request)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _load(name):
    from odoo.modules.module import Manifest, load_openerp_module

    for needed in Manifest.for_addon(name)["depends"]:
        _load(needed)
    load_openerp_module(name)


def fork(files, environment, command):
    """Fork a program of Odoo's.

    :param files: paths of its standard input, output and errors
    :param environment: all its variables
    :param command: its command line, which begins with how it is called
    :return: the process
    """
    pid = os.fork()
    if not pid:
        _live(files, environment, command)
    return pid


def reap(pid):
    """Return how a process that has ended did, as `subprocess` does."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _live(files, environment, command):
    """Be the program in the forked process, which never returns from here."""
    code = 1
    try:
        os.setsid()
        _open(*files)
        os.environ.clear()
        os.environ.update(environment)
        sys.argv = command
        code = _run()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _open(*paths):
    modes = (os.O_RDONLY, *[os.O_WRONLY | os.O_CREAT | os.O_APPEND] * 2)
    for number, (path, mode) in enumerate(zip(paths, modes, strict=True)):
        opened = os.open(path, mode, 0o644)
        os.dup2(opened, number)
        os.close(opened)
    # What was read ahead are requests.
    sys.stdin = open(0, closefd=False)


def _run():
    """Return the exit code of the program."""
    from odoo import netsvc
    from odoo.cli import main as odoo_main

    # Once more, it would take away what our addons have added to it.
    netsvc.init_logger = lambda: None
    try:
        odoo_main()
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
            return 1
        return end.code or 0
    return 0


if __name__ == "__main__":
    main()
