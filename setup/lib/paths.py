"""Folders of the setup, and the few operations on files that must be safe."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from .console import say

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / ".odoo"
LOGS = STATE / "log"
ADDONS = ("openip_incident", "openip_incident_portal")


def cache():
    """Return the folder that keeps downloads for every checkout of the user."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folder = Path(base) / "openip-incident"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def prepare_state():
    """Create the checkout's ignored folder."""
    LOGS.mkdir(parents=True, exist_ok=True)


def digest(*parts):
    """Return a short hash of texts and of the contents of files.

    :param parts: strings, or paths whose content counts
    """
    total = hashlib.sha256()
    for part in parts:
        total.update(part.read_bytes() if isinstance(part, Path) else part.encode())
        total.update(b"\0")
    return total.hexdigest()[:16]


def tree_digest(*folders):
    """Return a short hash of what Odoo installs from some addons.

    :param folders: the addons
    """
    files = sorted(path for folder in folders for path in _sources(folder))
    parts = [item for path in files for item in (str(path.relative_to(ROOT)), path)]
    return digest(*parts)


def _sources(folder):
    tests = folder / "tests"
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix != ".pyc" and tests not in path.parents:
            yield path


@contextlib.contextmanager
def locked(path, other="preparation"):
    """Hold a lock that other commands of the same user respect.

    :param path: the lock's file
    :param other: what the user reads about who holds it
    """
    with open(path, "a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"  waiting for another {other} to end ...")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def new_folder(target):
    """Fill a folder that appears under its name only when it is complete.

    :param target: the final path, which must not exist
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    draft.chmod(0o755)
    try:
        yield draft
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def copy_linked(source, target):
    """Copy a folder tree with hard links: Odoo never rewrites a stored file.

    :param source: the folder, which may be missing
    :param target: the copy, replaced if it exists
    """
    shutil.rmtree(target, ignore_errors=True)
    if source.is_dir():
        shutil.copytree(source, target, copy_function=os.link)
