"""Debian's Alertmanager, which one test lets post to a server of ours.

It is unpacked in the cache and never installed: its service would start by itself.
"""

import hashlib

from . import odoo, paths, pins, shell
from .console import Failure, step, warn

PROGRAM = "usr/bin/prometheus-alertmanager"


def program():
    """Return the path of the program; None, and a warning, where it cannot be had."""
    folder = paths.cache() / f"alertmanager-{pins.ALERTMANAGER['sha256'][:16]}"
    try:
        with paths.locked(paths.cache() / "lock"):
            if not folder.is_dir():
                _fill(folder)
    except Failure as failure:
        warn(f"! the test of Alertmanager is skipped: {failure}")
        return None
    return folder / PROGRAM


def _fill(folder):
    deb = _find() or _download()
    with step("Unpacking Alertmanager"), paths.new_folder(folder) as draft:
        shell.run(["dpkg-deb", "-x", deb, draft], f"cannot unpack {deb}", "dpkg.log")


def _find():
    """Return the downloaded package, if it is the pinned one."""
    for deb in (paths.cache() / "debs").glob(f"{pins.ALERTMANAGER['package']}_*.deb"):
        if hashlib.sha256(deb.read_bytes()).hexdigest() == pins.ALERTMANAGER["sha256"]:
            return deb
    return None


def _download():
    odoo.check_tools()
    debs = paths.cache() / "debs"
    debs.mkdir(exist_ok=True)
    private = paths.cache() / "apt-alertmanager"
    settings = odoo.configure_apt(private, "deb", pins.ALERTMANAGER["suite"])
    failure = "cannot download Alertmanager from Debian (is the network reachable?)"
    with step("Reading Debian's package lists") as current:
        odoo.run_apt(settings, private, ["update"], current, failure)
    wanted = f"{pins.ALERTMANAGER['package']}={pins.ALERTMANAGER['version']}"
    with step("Downloading Alertmanager") as current:
        odoo.run_apt(settings, debs, ["download", wanted], current, failure)
    deb = _find()
    if not deb:
        raise Failure("Debian's Alertmanager is not the pinned one")
    return deb
