"""Programs of Debian that single tests run beside a server of ours.

They are unpacked in the cache and never installed: services would start by themselves.
"""

import hashlib

from . import odoo, paths, pins, shell
from .console import Failure, step, warn


def find(name):
    """Return the path of a program; None, and a warning, where it cannot be had.

    :param name: a key of `pins.PROGRAMS`
    """
    pin = pins.PROGRAMS[name]
    folder = paths.cache() / f"{name.lower()}-{pin['sha256'][:16]}"
    try:
        with paths.locked(paths.cache() / "lock"):
            if not folder.is_dir():
                _fill(name, pin, folder)
    except Failure as failure:
        warn(f"! tests with {name} are skipped: {failure}")
        return None
    return folder / pin["program"]


def _fill(name, pin, folder):
    deb = _cached(pin) or _download(name, pin)
    with step(f"Unpacking {name}"), paths.new_folder(folder) as draft:
        shell.run(["dpkg-deb", "-x", deb, draft], f"cannot unpack {deb}", "dpkg.log")


def _cached(pin):
    """Return the downloaded package, if it is the pinned one."""
    for deb in (paths.cache() / "debs").glob(f"{pin['package']}_*.deb"):
        if hashlib.sha256(deb.read_bytes()).hexdigest() == pin["sha256"]:
            return deb
    return None


def _download(name, pin):
    odoo.check_tools()
    debs = paths.cache() / "debs"
    debs.mkdir(exist_ok=True)
    private = paths.cache() / f"apt-{pin['suite']}"
    settings = odoo.configure_apt(private, "deb", pin["suite"])
    failure = f"cannot download {name} from Debian (is the network reachable?)"
    with step("Reading Debian's package lists") as current:
        odoo.run_apt(settings, private, ["update"], current, failure)
    wanted = f"{pin['package']}={pin['version']}"
    with step(f"Downloading {name}") as current:
        odoo.run_apt(settings, debs, ["download", wanted], current, failure)
    deb = _cached(pin)
    if not deb:
        raise Failure(f"Debian's {name} is not the pinned one")
    return deb
