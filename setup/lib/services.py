"""What `setup/run` starts: the mail catcher, Odoo and the way in for mail."""

import sys

from . import ports
from .console import Failure, step
from .paths import ROOT, STATE

# The option that asks for each port, and where the search for a free one starts.
PORTS = {
    "odoo": ("--port", 8069),
    "mail_in": ("--mail-in-port", 2525),
    "catcher_smtp": ("--catcher-smtp-port", 1025),
    "catcher_web": ("--catcher-port", 1080),
}
LIB = ROOT / "setup" / "lib"


class Addresses:
    """The local ports of one run, ours from the moment it is made."""

    def __init__(self, asked):
        """Take the ports that were asked for, then free ones for the rest.

        :param asked: {name of the port: its number, or None for any}
        :raises Failure: when one that was asked for is taken
        """
        self.listeners = {}
        try:
            self._take(asked)
        except BaseException:
            self.close()
            raise

    def _take(self, asked):
        for name, (option, _preferred) in PORTS.items():
            if asked.get(name):
                self._refuse_twice(asked, name)
                self.listeners[name] = ports.take_asked(asked[name], option)
        for name, (_option, preferred) in PORTS.items():
            if name not in self.listeners:
                self.listeners[name] = ports.take(preferred)

    def _refuse_twice(self, asked, name):
        for other in self.listeners:
            if asked[other] == asked[name]:
                both = f"{PORTS[other][0]} and {PORTS[name][0]}"
                raise Failure(f"port {asked[name]} is asked for twice, by {both}")

    def __getitem__(self, name):
        return self.listeners[name].port

    def close(self):
        """Give all ports up."""
        for listener in self.listeners.values():
            listener.close()

    @property
    def odoo(self):
        return f"http://localhost:{self['odoo']}"

    @property
    def catcher(self):
        return f"http://localhost:{self['catcher_web']}"


class Services:
    """The long-running programs of one run."""

    def __init__(self, odoo, database, children, addresses):
        self.odoo = odoo
        self.database = database
        self.children = children
        self.addresses = addresses

    def start(self):
        """Start them all and return when the first page answers."""
        self._catcher()
        with step("Starting Odoo"):
            self._odoo()
        self._mailgate()

    def _catcher(self):
        command = [self.odoo.environment.python, LIB / "catcher.py"]
        command += ["--database", STATE / "mails.sqlite"]
        started = self._start("catcher", command, "catcher_smtp", "catcher_web")
        ports.wait_greeting(self.addresses["catcher_smtp"], self.children.check)
        self._check_ours(started, "catcher_smtp", "catcher_web")

    def _odoo(self):
        command = self.odoo.command("-d", self.database.name)
        started = self._start("odoo", command, "odoo")
        # The login page needs the registry and the assets: the first click is quick.
        url = f"http://127.0.0.1:{self.addresses['odoo']}/web/login"
        ports.wait_page(url, self.children.check)
        self._check_ours(started, "odoo")

    def _mailgate(self):
        command = [self.odoo.environment.python, LIB / "mailgate.py"]
        command += ["--url", f"http://127.0.0.1:{self.addresses['odoo']}"]
        command += ["--database", self.database.name]
        started = self._start("mail-in", command, "mail_in")
        ports.wait_greeting(self.addresses["mail_in"], self.children.check)
        self._check_ours(started, "mail_in")

    def _start(self, name, command, *served):
        """Start a program as the only one that holds the listeners of its ports."""
        listeners = [self.addresses.listeners[port] for port in served]
        numbers = [listener.fileno() for listener in listeners]
        activate = [sys.executable, LIB / "activate.py"]
        activate.append(",".join(str(number) for number in numbers))
        env = self.odoo.server.environment
        process = self.children.start(name, [*activate, *command], env, numbers)
        for listener in listeners:
            listener.hand_over()
        return process

    def _check_ours(self, process, *served):
        """Refuse an answer that somebody else may have given."""
        for name in served:
            listener = self.addresses.listeners[name]
            if not listener.served_by(process.pid):
                raise Failure(f"our {name} does not serve port {listener.port}")
