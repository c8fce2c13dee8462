"""The command `setup/run`: a complete system with demo data on this machine."""

import argparse
import contextlib
import fcntl
import os
import re
import time

from . import paths, postgres, processes, python_env, services, shell
from .console import Failure, remind, say
from .database import LANGUAGES, Database, Odoo

LOGINS = (
    ("agent", "works on the incidents"),
    ("admin", "configures the process"),
    ("customer", "portal user of a customer"),
    ("integrator", "portal user of an integrator"),
)
PORT_HELP = {
    "odoo": "port of Odoo",
    "mail_in": "port that takes mail in for Odoo",
    "catcher_smtp": "port to which Odoo sends its mail",
    "catcher_web": "port of the page that shows what Odoo sent",
}
# No mail leaves before the catcher is there: nothing listens on the discard port.
NOWHERE = 9
SUMMARY = """
  Odoo             {odoo}
  Outgoing mail    {catcher}  (everything that Odoo sends ends here)
  Incoming mail    smtp://localhost:{mail_in}  (handed to Odoo's gateway)
  Logs             {logs}

  Logins, each with its name as password:
{logins}

  Ctrl-C stops everything.
"""


def main(arguments):
    """Start the system and keep it running until interrupted.

    :param arguments: the command line
    """
    options = _parse(arguments)
    paths.prepare_state()
    with _alone():
        environment = python_env.main(options.locked)
        # What prints: without it pages are only shown.
        shell.require("wkhtmltopdf", "wkhtmltopdf")
        with postgres.server(environment.python) as server:
            _serve(environment, server, options)
    return 0


def _parse(arguments):
    parser = argparse.ArgumentParser(prog="setup/run", description=__doc__)
    parser.add_argument("--fresh", action="store_true", help="recreate the database")
    for name, (option, preferred) in services.PORTS.items():
        text = f"{PORT_HELP[name]}; by itself the first free one from {preferred} on"
        parser.add_argument(option, type=_port, dest=name, metavar="N", help=text)
    parser.add_argument(
        "--locked", action="store_true", help="fail where a pinned package is gone"
    )
    return parser.parse_args(arguments)


def _port(text):
    """Return the number of a port from the command line."""
    number = int(text) if text.isdecimal() else 0
    if not 0 < number < 65536:
        raise argparse.ArgumentTypeError(f"{text} is no port: 1 to 65535")
    return number


@contextlib.contextmanager
def _alone():
    """Refuse a second run of the same checkout: it would share the database."""
    with open(paths.STATE / "run.lock", "a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            raise Failure(f"already running as process {handle.read()}") from None
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield


def _serve(environment, server, options):
    asked = {name: getattr(options, name) for name in services.PORTS}
    # A port that cannot be had is told before minutes of installation, not after.
    with contextlib.closing(services.Addresses(asked)) as addresses:
        # The demo data hold mails, whose links name it.
        port = addresses["odoo"]
    odoo = Odoo(environment, server)
    name = os.environ.get("PGDATABASE") or "openip"
    database = Database(odoo, name)
    odoo.configure(http_port=port, smtp_server="127.0.0.1", smtp_port=NOWHERE)
    _prepare(database, environment, options.fresh)
    with contextlib.closing(services.Addresses(asked)) as addresses:
        _configure(odoo, name, addresses)
        _set_base_url(database, addresses.odoo)
        with processes.children() as children:
            services.Services(odoo, database, children, addresses).start()
            _tell(addresses)
            while True:
                children.check()
                time.sleep(0.5)


def _configure(odoo, name, addresses):
    odoo.configure(
        http_port=addresses["odoo"],
        smtp_server="127.0.0.1",
        smtp_port=addresses["catcher_smtp"],
        # A link in a mail names no database, and the server has those of tests, too.
        dbfilter=f"^{re.escape(name)}$",
    )


def _prepare(database, environment, fresh):
    """Create the database, or update it if the addons have changed."""
    sources = paths.tree_digest(*(paths.ROOT / name for name in paths.ADDONS))
    wanted = paths.digest(sources, environment.lock)
    found = None if fresh else database.mark()
    if found == wanted:
        return
    if found:
        database.set_mark(f"{found} updating")
        change = ("-u", ",".join(paths.ADDONS))
        database.odoo.install(
            database.name, "Updating the addons", "update.log", *change
        )
    else:
        _create(database)
    database.set_mark(wanted)


def _create(database):
    database.create()
    change = ("-i", ",".join(paths.ADDONS), "--with-demo")
    change += (f"--load-language={LANGUAGES}",)
    title = "Installing the addons with demo data"
    database.odoo.install(database.name, title, "install.log", *change)
    script = paths.ROOT / "setup" / "lib" / "configure.py"
    database.odoo.shell(database.name, script, "configure.log")


def _set_base_url(database, url):
    """Links in mails must carry the port of this run."""
    database.execute(
        "INSERT INTO ir_config_parameter (key, value) VALUES ('web.base.url', %s) "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        url,
    )


def _tell(addresses):
    logins = "\n".join(f"    {login:<12} {text}" for login, text in LOGINS)
    values = {"odoo": addresses.odoo, "catcher": addresses.catcher}
    values.update(mail_in=addresses["mail_in"], logs=paths.LOGS, logins=logins)
    say(SUMMARY.format(**values))
    remind()
