"""The process without the room that makes it fast: everything works, slower."""

import re
import shutil
import subprocess
import sys

import pytest

from .system.server import CONFIG, LOGS, ROOT, create_database, drop_database, new_name

ADDONS = ("openip_incident", "openip_incident_portal")
# The chain of a request that nobody answers, and both parties' answers.
CLASSES = ("TestFollowupChain", "TestAnswer")
IMPORT = "from . import speed\n"


@pytest.fixture
def addons(tmp_path):
    """Give a folder with the addons, and nothing in them of the room."""
    for addon in ADDONS:
        shutil.copytree(ROOT / addon, tmp_path / addon)
    models = tmp_path / ADDONS[0] / "models"
    shutil.rmtree(models / "speed")
    init = models / "__init__.py"
    text = init.read_text()
    assert IMPORT in text
    init.write_text(text.replace(IMPORT, ""))
    for addon in ADDONS:
        leave_out_its_tests(tmp_path / addon / "tests")
    return tmp_path


def leave_out_its_tests(folder):
    """Leave out the tests that measure the room itself.

    :param folder: the tests of an addon
    """
    init = folder / "__init__.py"
    text = init.read_text()
    for path in folder.glob("test_*.py"):
        if "models.speed" in path.read_text():
            text = text.replace(f"from . import {path.stem}\n", "")
    init.write_text(text)


@pytest.fixture
def database():
    name = new_name()
    create_database(name)
    yield name
    drop_database(name)


@pytest.mark.slow
def test_the_process_runs_without_it(addons, database):
    paths = re.search(r"^addons_path\s*=\s*(.+)$", CONFIG.read_text(), re.M)[1]
    others = [path for path in paths.split(",") if path != str(ROOT)]
    tags = ",".join(f"/{ADDONS[0]}:{name}" for name in CLASSES)
    log = LOGS / f"{database}.log"
    command = [sys.executable, "-m", "odoo", "server", "-c", str(CONFIG)]
    command += ["-d", database, "--addons-path", ",".join([str(addons), *others])]
    command += ["-i", ",".join(ADDONS), "--load-language", "en_US,fr_FR"]
    command += ["--test-tags", tags]
    command += ["--stop-after-init", "--http-port", "0", "--no-http"]
    with open(log, "wb") as output:
        done = subprocess.run(command, cwd=addons, stdout=output, stderr=output)
    text = log.read_text(errors="replace")
    assert done.returncode == 0, text[-3000:]
    ran = re.search(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests", text)
    assert ran and int(ran[3]) > 40, text[-3000:]
    assert ran.groups()[:2] == ("0", "0"), text[-3000:]
