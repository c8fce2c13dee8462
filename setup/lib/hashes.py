"""What the files of pinned packages must hash to, for pip to check as it downloads."""

import re
from functools import cache

from . import paths
from .console import Failure

HASHES = paths.ROOT / "setup" / "requirements" / "hashes.txt"
PINNED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^\s;]+)", re.M)


def lock(lists):
    """Return the requirements of some pinned lists with their hashes.

    Wheels that are built here have other hashes: what is installed from our own folder
    is installed by the lists as they are.

    :param lists: paths of requirement files
    :raises Failure: when a pinned version has no hash
    """
    return "".join(
        _lock_line(line)
        for path in lists
        for line in path.read_text().splitlines()
        if line and not line.startswith("#")
    )


def _lock_line(line):
    pinned = PINNED.match(line)
    found = pinned and _hashes().get(_identify(pinned))
    if not found:
        raise Failure(f"no hash of {line}: make {HASHES.name} anew as its head says")
    return " ".join((line, *found)) + "\n"


@cache
def _hashes():
    """Return the hashes of all versions: {(name, version): options of pip}."""
    # What is above the first package is text, where there is any.
    _head, *blocks = re.split(r"^(?=[\w.-]+==)", HASHES.read_text(), flags=re.M)
    found = {}
    for block in blocks:
        pinned = PINNED.search(block)
        options = re.findall(r"--hash=sha256:[0-9a-f]{64}", block)
        found.setdefault(_identify(pinned), []).extend(options)
    return found


def _identify(pinned):
    return re.sub(r"[-_.]+", "-", pinned["name"]).lower(), pinned["version"]
