"""The addons as wheels: built, inspected and installed without network."""

import ast
import email
import importlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ADDONS = ("openip_incident", "openip_incident_portal")
LOCAL = {"openip_incident", "openip_incident_portal"}
OCA = {"helpdesk_mgmt"}
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc")


LISTS = [
    *sorted(ROOT.glob("*requirements*.txt")),
    ROOT / "setup" / "requirements" / "build.txt",
    ROOT / "setup" / "requirements" / "hooks.txt",
]


def import_setup(name):
    """Return a module of what ``setup/run`` and ``setup/test`` are made of."""
    if str(ROOT / "setup") not in sys.path:
        sys.path.insert(0, str(ROOT / "setup"))
    return importlib.import_module(f"lib.{name}")


def pip(*arguments):
    """Run pip without any index and return what it prints."""
    command = [sys.executable, "-m", "pip", "--no-input", *map(str, arguments)]
    environment = {**os.environ, "PIP_NO_INDEX": "1"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    done = subprocess.run(command, env=environment, **pipes)
    assert done.returncode == 0, done.stdout
    return done.stdout


def build(source, target):
    """Build the wheel of a copied source folder, which stays clean."""
    options = ("--no-deps", "--no-build-isolation", "--wheel-dir", target)
    pip("wheel", *options, source)


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """Give the wheels by the name of their source folder."""
    base = tmp_path_factory.mktemp("packaging")
    found = {}
    for folder in (*ADDONS, "setup/_metapackage"):
        name = Path(folder).name
        source = shutil.copytree(ROOT / folder, base / name, ignore=LEFT_OUT)
        build(source, base / f"{name}-wheel")
        [found[name]] = (base / f"{name}-wheel").glob("*.whl")
    return found


def metadata(wheel):
    """Return the metadata of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        [name] = [name for name in names if name.endswith(".dist-info/METADATA")]
        return email.message_from_bytes(archive.read(name))


def requirements(wheel):
    """Return the requirements of a wheel without blanks."""
    lines = metadata(wheel).get_all("Requires-Dist", [])
    return {line.replace(" ", "") for line in lines}


def manifest(addon):
    """Return the manifest of an addon of the checkout."""
    return ast.literal_eval((ROOT / addon / "__manifest__.py").read_text())


@pytest.mark.parametrize("addon", ADDONS)
def test_wheel_says_what_the_manifest_says(wheels, addon):
    wanted = manifest(addon)
    found = metadata(wheels[addon])
    assert found["Name"] == f"odoo-addon-{addon}"
    assert found["Version"].startswith(wanted["version"])
    names = (LOCAL | OCA) & set(wanted["depends"])
    depends = {f"odoo-addon-{name}==19.0.*" for name in names}
    depends |= set(wanted.get("external_dependencies", {}).get("python", ()))
    assert requirements(wheels[addon]) == depends | {"odoo==19.0.*"}


@pytest.mark.parametrize("addon", ADDONS)
def test_wheel_holds_every_file_of_the_manifest(wheels, addon):
    with zipfile.ZipFile(wheels[addon]) as archive:
        names = set(archive.namelist())
    wanted = manifest(addon)
    files = wanted["data"] + wanted["demo"] + wanted["images"] + ["__manifest__.py"]
    assert {f"odoo/addons/{addon}/{name}" for name in files} <= names


@pytest.mark.parametrize("addon", ADDONS)
def test_what_an_addon_imports_is_pinned(addon):
    pinned = (ROOT / "requirements.txt").read_text()
    for name in manifest(addon).get("external_dependencies", {}).get("python", ()):
        assert f"\n{name}==" in pinned


def test_every_pinned_version_has_hashes():
    assert import_setup("hashes").lock(LISTS).count("--hash=sha256:") >= len(LISTS)


def test_a_file_that_is_not_the_pinned_one_is_refused(tmp_path, monkeypatch):
    """The file has the right name: whoever took over an index would see to that."""
    source = tmp_path / "six"
    source.mkdir()
    (source / "setup.py").write_text(
        "from setuptools import setup\nsetup(name='six', version='1.17.0')\n"
    )
    build(source, tmp_path / "index")
    wanted = tmp_path / "wanted.txt"
    wanted.write_text("six==1.17.0\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    environment = import_setup("python_env").Environment(Path(sys.prefix), [wanted])
    with pytest.raises(import_setup("console").Failure, match="cannot download"):
        environment._fetch(tmp_path / "taken", [wanted], None)
    assert not list(tmp_path.glob("taken/*"))


def test_metapackage_brings_both_addons(wheels):
    found = requirements(wheels["_metapackage"])
    assert found == {f"odoo-addon-{addon}==19.0.*" for addon in ADDONS}


def test_installed_wheels_are_addons_of_odoo(wheels, tmp_path):
    target = tmp_path / "site"
    pip("install", "--no-deps", "--target", target, *wheels.values())
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import importlib, odoo\n"
        "from odoo.modules.module import Manifest, initialize_sys_path\n"
        "from odoo.tools import config\n"
        "config.parse_config([], setup_logging=False)\n"
        "initialize_sys_path()\n"
        "for name in sys.argv[2:]:\n"
        "    module = importlib.import_module('odoo.addons.' + name)\n"
        "    print(module.__file__, Manifest.for_addon(name).version)\n"
    )
    command = [sys.executable, "-c", script, str(target), *ADDONS]
    environment = {**os.environ, "ODOO_RC": str(tmp_path / "none.conf")}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    expected = [
        f"{target}/odoo/addons/{addon}/__init__.py {manifest(addon)['version']}"
        for addon in ADDONS
    ]
    assert lines == expected
