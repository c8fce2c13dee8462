"""Virtual environments made from pinned lists, through wheels kept in the cache."""

import shutil
import sys
import sysconfig
import tempfile

from . import hashes, interpreter, odoo, paths, shell
from .console import step

RUNTIME = ("requirements.txt", "requirements-oca.txt")
TESTS = ("test-requirements.txt", "test-requirements-oca.txt")
BENCH = ("bench-requirements.txt",)
HOOKS = ("setup/requirements/hooks.txt",)
BUILD = paths.ROOT / "setup" / "requirements" / "build.txt"


# Endings of source packages.
SOURCES = (".tar.gz", ".tar.bz2", ".zip")


class Environment:
    """A virtual environment of the checkout."""

    def __init__(self, folder, lists, extra_path=None):
        self.folder = folder
        self.lists = [paths.ROOT / name for name in lists]
        self.extra_path = extra_path

    @property
    def python(self):
        return str(self.folder / "bin" / "python")

    @property
    def site_packages(self):
        version = "python%d.%d" % sys.version_info[:2]
        return self.folder / "lib" / version / "site-packages"

    @property
    def lock(self):
        """Identify the pinned files and the Python that they are installed for."""
        pinned = hashes.lock([*self.lists, BUILD])
        return paths.digest(sysconfig.get_platform(), sys.version, pinned)

    def ensure(self, title):
        """Make the environment unless it is there for exactly these lists.

        :param title: what the user reads while it is made
        """
        where = (interpreter.BASE, str(self.folder), str(self.extra_path))
        key = paths.digest(self.lock, *where)
        mark = self.folder / "key"
        if mark.is_file() and mark.read_text() == key:
            return self
        wheels = self._wheels(title)
        with step(f"Installing {title}"):
            self._install(wheels)
        mark.write_text(key)
        return self

    def _wheels(self, title):
        """Return the folder of the wheels, downloading them once per user."""
        folder = paths.cache() / f"wheels-{self.lock}"
        with paths.locked(paths.cache() / "lock"):
            if folder.is_dir():
                return folder
            with step(f"Downloading {title}") as current:
                with paths.new_folder(folder) as draft:
                    self._download(draft, current)
        return folder

    def _download(self, folder, current):
        """Download what the lists pin, each file checked against its known hashes."""

        def progress(line):
            current.detail = line.strip()[:60]

        self._create()
        tools = folder / "tools"
        self._fetch(tools, [BUILD], progress)
        options = ["--no-index", "--find-links", str(tools), "-r", str(BUILD)]
        self._pip("install", *options, failure="cannot install build tools")
        self._fetch(folder, self.lists, progress)
        self._build(folder)

    def _fetch(self, folder, lists, progress):
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as locked:
            locked.write(hashes.lock(lists))
            locked.flush()
            options = ["--require-hashes", "--no-build-isolation", "--retries", "2"]
            options += ["-d", str(folder), "-r", locked.name]
            failure = "cannot download Python packages (is the network reachable?)"
            self._pip("download", *options, failure=failure, progress=progress)

    def _build(self, folder):
        """Build the wheels of source packages, without network, from checked files."""
        sources = [path for path in folder.iterdir() if path.name.endswith(SOURCES)]
        options = ["--no-index", "--no-build-isolation", "--use-pep517"]
        options += ["-w", str(folder), *map(str, sources)]
        if sources:
            self._pip("wheel", *options, failure="cannot build Python packages")
        for path in sources:
            path.unlink()

    def _pip(self, verb, *options, failure, progress=None):
        command = [self.python, "-m", "pip", verb, "--no-deps", *options]
        shell.run(command, failure, "pip.log", progress)

    def _install(self, wheels):
        self._create()
        options = ["--no-index", "--no-compile", "--find-links", str(wheels)]
        options += [item for path in self.lists for item in ("-r", str(path))]
        self._pip("install", *options, failure="cannot install Python packages")
        if self.extra_path:
            (self.site_packages / "odoo19.pth").write_text(f"{self.extra_path}\n")

    def _create(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        if shell.capture([interpreter.BASE, "-c", "import ensurepip"]) is None:
            version = "python%d.%d" % sys.version_info[:2]
            shell.install(f"{version}-venv", "Python's venv module is incomplete")
        command = [interpreter.BASE, "-m", "venv", str(self.folder)]
        shell.run(command, "cannot create a virtual environment", "venv.log")


def main(locked=False):
    """Return the environment of Odoo, its addons and the test tools.

    :param locked: take the pinned Odoo or fail
    """
    home = odoo.home(locked)
    environment = Environment(paths.STATE / "venv", RUNTIME + TESTS, home)
    return environment.ensure("Python packages")


def bench():
    """Return the environment of Odoo, its addons, the benchmark and its peer."""
    environment = Environment(paths.STATE / "bench", RUNTIME + BENCH, odoo.home())
    return environment.ensure("the benchmark")


def hooks():
    """Return the environment of the checks that OCA's template has as hooks."""
    environment = Environment(paths.STATE / "hooks", HOOKS)
    return environment.ensure("checks")
