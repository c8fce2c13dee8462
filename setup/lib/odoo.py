"""Where Odoo comes from: ODOO_HOME, or Debian's package unpacked in the cache."""

import json
import os
import re
import shutil
from pathlib import Path

from . import node, paths, pins, shell
from .console import Failure, step, warn

DIST = "usr/lib/python3/dist-packages"
SELFIE = "odoo/addons/mail/static/lib/selfie_segmentation"
# What was taken of Debian, beside what was wanted.
TAKEN = "taken.json"


def home(locked=False):
    """Return the folder that holds the `odoo` package, preparing it if needed.

    :param locked: take the pinned versions or fail
    :raises Failure: where there is no Odoo, or only another than the pinned one
    """
    given = os.environ.get("ODOO_HOME")
    if given:
        return _checked(Path(given).expanduser().resolve())
    key = paths.digest(*(f"{name}={pin}" for name, pin in pins.DEBIAN.items()))
    folder = paths.cache() / f"odoo-19.0-{key}"
    modules = None if folder.is_dir() else node.modules()
    with paths.locked(paths.cache() / "lock"):
        if not folder.is_dir():
            _prepare(folder, modules)
    _tell_vanished(folder, locked)
    return folder / DIST


def _tell_vanished(folder, locked):
    """Tell which packages are not those that everything was tested with."""
    taken = (
        json.loads((folder / TAKEN).read_text()) if (folder / TAKEN).exists() else {}
    )
    for name, version in taken.items():
        if version == pins.DEBIAN.get(name, version):
            continue
        text = (
            f"{name}: tested with {pins.DEBIAN[name]}, which Debian {pins.SUITE} no "
            f"longer has; this is {version}. For the tested one set ODOO_HOME to a "
            "folder that has it"
        )
        if locked:
            raise Failure(text)
        warn(f"! {text}")


def _checked(folder):
    if not (folder / "odoo" / "release.py").is_file():
        raise Failure(f"ODOO_HOME: no Odoo in {folder} (there is no odoo/release.py)")
    if "19, 0" not in (folder / "odoo" / "release.py").read_text():
        raise Failure(f"ODOO_HOME: {folder} is not Odoo 19.0")
    return folder


def _prepare(folder, modules):
    debs = [_cached(name, pin) for name, pin in pins.DEBIAN.items()]
    if not all(debs):
        _download()
        debs = [
            _cached(name, pin) or _newest(name) for name, pin in pins.DEBIAN.items()
        ]
    with step("Unpacking Odoo"), paths.new_folder(folder) as draft:
        for deb in debs:
            shell.run(
                ["dpkg-deb", "-x", deb, draft], f"cannot unpack {deb}", "dpkg.log"
            )
        taken = dict(zip(pins.DEBIAN, map(_read_version, debs), strict=True))
        (draft / TAKEN).write_text(json.dumps(taken))
        target = draft / DIST / SELFIE
        target.mkdir()
        shutil.copy(modules / f"@mediapipe/{target.name}/{target.name}.js", target)


def _debs():
    folder = paths.cache() / "debs"
    folder.mkdir(exist_ok=True)
    return folder


def _cached(name, version):
    """Return the downloaded file of a package's version, or None."""
    pattern = f"{name}_{version.replace(':', '%3a')}_*.deb"
    return next(iter(_debs().glob(pattern)), None)


def _read_version(deb):
    return deb.name.split("_")[1].replace("%3a", ":")


def _newest(name):
    return max(_debs().glob(f"{name}_*.deb"), key=lambda path: path.stat().st_mtime)


def _download():
    check_tools()
    private = paths.cache() / "apt"
    settings = configure_apt(private, "deb", pins.SUITE)
    failure = "cannot download Odoo from Debian (is the network reachable?)"
    with step("Reading Debian's package lists") as current:
        run_apt(settings, private, ["update"], current, failure)
    wanted = [_wanted(settings, *pin) for pin in pins.DEBIAN.items()]
    with step("Downloading Odoo and its fonts and scripts") as current:
        run_apt(settings, _debs(), ["download", *wanted], current, failure)


def check_tools():
    """Fail in one line where packages of Debian cannot be had."""
    for tool in ("apt-get", "dpkg-deb"):
        if not shutil.which(tool):
            raise Failure(
                f"{tool} is missing, so Odoo cannot be taken from Debian: "
                "set ODOO_HOME to an Odoo 19.0 folder"
            )
    if not os.path.exists(pins.KEYRING):
        shell.install("debian-archive-keyring", f"{pins.KEYRING} is missing")


def configure_apt(private, kind, suites):
    """Write an apt configuration that touches nothing of the system's own.

    :param private: the folder of its lists
    :param kind: ``deb`` for packages, ``deb-src`` for their sources
    :param suites: names of Debian's suites, separated by spaces
    :return: the environment of apt's programs
    """
    for name in ("lists/partial", "archives/partial"):
        (private / name).mkdir(parents=True, exist_ok=True)
    (private / "suite.sources").write_text(
        f"Types: {kind}\nURIs: {_mirror()}\nSuites: {suites}\nComponents: main\n"
        f"Signed-By: {pins.KEYRING}\n"
    )
    config = private / "apt.conf"
    config.write_text(
        f'Dir::State::Lists "{private}/lists";\n'
        f'Dir::Etc::sourcelist "{private}/suite.sources";\n'
        'Dir::Etc::sourceparts "/dev/null";\n'
        f'Dir::Cache "{private}";\n'
        'Acquire::Languages "none";\n'
        # The folder may be unreadable for apt's own user.
        'APT::Sandbox::User "root";\n'
    )
    return shell.environment(APT_CONFIG=str(config), LC_ALL="C")


def _mirror():
    """Return the Debian mirror that this machine already uses."""
    known = shell.capture(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Origin: Debian"]
    )
    # A machine that never ran `apt-get update` has no targets yet.
    planned = shell.capture(["apt-get", "update", "--print-uris"])
    found = (known or "").split() + re.findall(r"'(\S+?)dists/", planned or "")
    mirrors = [uri for uri in found if re.search(r"/debian/?$", uri)]
    if not mirrors:
        raise Failure(
            "this machine uses no Debian mirror: Odoo can be taken from ODOO_HOME "
            "instead, but the mails of the tests are in Debian only"
        )
    return mirrors[0]


def run_apt(env, folder, arguments, current, failure):
    """Run apt in a folder.

    :param env: what `configure_apt` returned
    :param folder: where downloads go
    :param arguments: of `apt-get`
    :param current: the step that shows what it does
    :param failure: what to tell when it fails
    """

    def progress(line):
        current.detail = line.strip()[:60]

    command = ["apt-get", "-o", "Acquire::Retries=2"]
    # Without this an update without network counts as a success.
    command += ["-o", "APT::Update::Error-Mode=any", *arguments]
    shell.run(command, failure, "apt.log", progress, env=env, cwd=folder)


def _wanted(env, name, version):
    """Return what to ask of apt: the pinned version, else the suite's candidate."""
    listed = shell.capture(["apt-cache", "madison", name], env=env) or ""
    versions = [line.split("|")[1].strip() for line in listed.splitlines()]
    if not versions:
        raise Failure(f"Debian {pins.SUITE} has no package {name}: set ODOO_HOME")
    return f"{name}={version}" if version in versions else name
