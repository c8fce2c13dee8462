"""Node tools: the XML formatter, and one script that Debian's Odoo leaves out."""

import shutil

from . import paths, shell
from .console import step

SETUP = paths.ROOT / "setup" / "node"


def modules():
    """Return the folder of the pinned node modules, installing it once per user."""
    lock = SETUP / "package-lock.json"
    home = paths.cache() / f"node-{paths.digest(SETUP / 'package.json', lock)}"
    with paths.locked(paths.cache() / "lock"):
        if not home.is_dir():
            _install(home)
    return home / "node_modules"


def _install(home):
    npm = shell.require("npm", "npm")
    with step("Downloading node tools"), paths.new_folder(home) as draft:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(SETUP / name, draft)
        command = [npm, "ci", "--no-audit", "--no-fund", "--no-update-notifier"]
        command += ["--fetch-retries=1", "--fetch-retry-mintimeout=1000"]
        failure = "cannot download node tools (is the network reachable?)"
        shell.run(command, failure, "npm.log", cwd=draft)
