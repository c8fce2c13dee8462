"""What the code refers to is written down, and what is promised has its test."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ADDONS = ("openip_incident", "openip_incident_portal")
CONTEXT = (ROOT / "openip_incident" / "readme" / "CONTEXT.md").read_text()
# Steps of the procedure and promises, as comments and docstrings name them.
KEY = re.compile(r"(?<![\w.-])[GPM]\d{1,2}(?![\w.-])")
TEST = re.compile(r"^ *def (test_\w+)\(", re.M)


def read_sources(*folders):
    return {
        path: path.read_text()
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
    }


def test_every_key_in_the_code_is_explained():
    explained = set(re.findall(r"^\| ([GPM]\d+) \|", CONTEXT, re.M))
    used = {
        key: path.relative_to(ROOT)
        for path, text in read_sources(*ADDONS, "tests").items()
        for line in text.splitlines()
        if '"""' in line or line.lstrip().startswith("#") or ":raises" in line
        for key in KEY.findall(line)
    }
    assert {key: str(used[key]) for key in used.keys() - explained} == {}


def test_every_promise_names_a_test_that_there_is():
    """Or a file of tests, where no single one would do."""
    rows = re.findall(r"^\| (G\d+) \|.*`(test_\w+)` \|$", CONTEXT, re.M)
    assert [key for key, _name in rows][:12] == [f"G{n}" for n in range(1, 13)]
    sources = read_sources(*ADDONS, "tests")
    found = {name for text in sources.values() for name in TEST.findall(text)}
    found |= {path.stem for path in sources}
    assert [name for _key, name in rows if name not in found] == []
