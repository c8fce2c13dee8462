"""Mails that none of us wrote, taken from the test data of Debian's source packages.

They are kept in the cache and never in the project; `tests/corpus/sources.json` names
the packages, pins each by the checksum of its upstream archive, and says which of its
files are mails. Debian is asked by apt, and nothing of a package is run.
"""

import hashlib
import json
import shutil
import tarfile
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from . import odoo, paths, shell
from .console import Failure, step

SOURCES = paths.ROOT / "tests" / "corpus" / "sources.json"

# The stable suite keeps a version for years; what it lacks may be in Odoo's.
SUITES = ("trixie", "sid")


def folder():
    """Return the folder that holds the mails, one folder per package."""
    target = paths.cache() / f"mails-{paths.digest(SOURCES)}"
    with paths.locked(paths.cache() / "lock"):
        if not target.is_dir():
            _fill(target, json.loads(SOURCES.read_text()))
    return target


def _fill(target, sources):
    archives = paths.cache() / "sources"
    archives.mkdir(exist_ok=True)
    missing = [source for source in sources if not _is_there(archives, source)]
    if missing:
        _download(archives, missing)
    with step("Unpacking foreign mails"), paths.new_folder(target) as draft:
        for source in sources:
            _unpack(archives / source["tarball"], draft, source)


def _is_there(archives, source):
    archive = archives / source["tarball"]
    if not archive.is_file():
        return False
    return hashlib.sha256(archive.read_bytes()).hexdigest() == source["sha256"]


def _download(archives, sources):
    odoo.check_tools()
    private = paths.cache() / "apt-sources"
    settings = odoo.configure_apt(private, "deb-src", " ".join(SUITES))
    failure = "cannot download foreign mails from Debian (is the network reachable?)"
    with step("Reading Debian's source lists") as current:
        odoo.run_apt(settings, private, ["update"], current, failure)
    wanted = [_wanted(settings, source) for source in sources]
    # Only upstream's archive is wanted: Debian's part is replaced at each upload.
    command = ["source", "--download-only", "--tar-only", *wanted]
    with step("Downloading foreign mails") as current:
        odoo.run_apt(settings, archives, command, current, failure)
    gone = [item["tarball"] for item in sources if not _is_there(archives, item)]
    if gone:
        raise Failure(f"not what sources.json pins: {', '.join(gone)}")


def _wanted(settings, source):
    """Return what to ask of apt: a version made from exactly the pinned archive."""
    name = source["package"]
    command = ["apt-cache", "showsrc", "--only-source", name]
    listed = shell.capture(command, env=settings) or ""
    for stanza in listed.split("\n\n"):
        if source["sha256"] in stanza:
            [version] = [
                line.partition(" ")[2]
                for line in stanza.splitlines()
                if line.startswith("Version: ")
            ]
            return f"{name}={version}"
    raise Failure(
        f"Debian {' and '.join(SUITES)} no longer have {source['tarball']}: "
        f"pin another version of {name} in {SOURCES.relative_to(paths.ROOT)}"
    )


def _unpack(archive, draft, source):
    target = draft / source["package"]
    target.mkdir()
    with tarfile.open(archive) as package:
        for member in package:
            path = "/".join(PurePosixPath(member.name).parts[1:])
            if member.isfile() and _is_mail(path, source["mails"]):
                # Flat: no path of the package is ever a path of ours.
                kept = target / path.replace("/", "__")
                with package.extractfile(member) as content, open(kept, "wb") as file:
                    shutil.copyfileobj(content, file)


def _is_mail(path, patterns):
    return any(fnmatchcase(path, pattern) for pattern in patterns)
