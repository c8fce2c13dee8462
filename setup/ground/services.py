"""What `setup/run` starts: the mail catcher, Odoo and the way in for mail."""

from . import ports, python_env
from .console import step
from .paths import ROOT, STATE

# Where the search for a free port starts.
DEFAULTS = {"odoo": 8069, "catcher_web": 1080, "catcher_smtp": 1025, "mail_in": 2525}


class Addresses:
    """The local ports of one run."""

    def __init__(self, odoo_port=None):
        self.ports = {}
        for name, preferred in DEFAULTS.items():
            wanted = odoo_port if name == "odoo" and odoo_port else preferred
            self.ports[name] = ports.free(wanted, self.ports.values())

    def __getitem__(self, name):
        return self.ports[name]

    @property
    def odoo(self):
        return f"http://localhost:{self.ports['odoo']}"

    @property
    def catcher(self):
        return f"http://localhost:{self.ports['catcher_web']}"


class Services:
    """The long-running programs of one run."""

    def __init__(self, odoo, database, children, addresses):
        self.odoo = odoo
        self.database = database
        self.children = children
        self.addresses = addresses

    def start(self):
        """Start them all and return when the first page answers."""
        self._catcher(python_env.catcher())
        with step("Starting Odoo"):
            self._odoo()
        self._mailgate()

    def _odoo(self):
        command = self.odoo.command("-d", self.database.name)
        env = self.odoo.server.environment
        process = self.children.start("odoo", command, env)
        # The login page needs the registry and the assets: the first click is quick.
        url = f"http://127.0.0.1:{self.addresses['odoo']}/web/login"
        ports.wait_page(url, lambda: process.poll() is None)

    def _catcher(self, environment):
        port = self.addresses["catcher_smtp"]
        command = [environment.folder / "bin" / "sendria", "--no-quit"]
        command += ["--db", STATE / "catcher.sqlite"]
        command += ["--smtp-ip", ports.LOCAL, "--smtp-port", port]
        command += ["--http-ip", ports.LOCAL]
        command += ["--http-port", self.addresses["catcher_web"]]
        env = self.odoo.server.environment
        process = self.children.start("catcher", command, env)
        ports.wait_open(port, lambda: process.poll() is None)

    def _mailgate(self):
        port = self.addresses["mail_in"]
        script = ROOT / "setup" / "ground" / "mailgate.py"
        command = [self.odoo.environment.python, script, "--port", port]
        command += ["--url", f"http://127.0.0.1:{self.addresses['odoo']}"]
        command += ["--database", self.database.name]
        env = self.odoo.server.environment
        process = self.children.start("mail-in", command, env)
        ports.wait_open(port, lambda: process.poll() is None)
