"""The French files hold every term of their addon, those that are the same included."""

import ast
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[1]
ADDONS = ("openip_incident", "openip_incident_portal")


@pytest.fixture(params=ADDONS)
def folder(request):
    return ROOT / request.param / "i18n"


def read(path):
    return {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(path))}


def test_every_term_is_french(folder):
    template = read(next(folder.glob("*.pot")))
    french = read(folder / "fr.po")
    assert template.keys() == french.keys()
    assert [entry.msgid for entry in french.values() if not entry.msgstr] == []


def test_nothing_is_fuzzy(folder):
    assert [
        entry.msgid for entry in read(folder / "fr.po").values() if entry.fuzzy
    ] == []


def get_terms(tree):
    """Return what the code of a module has translated, and what it hides from us."""
    calls = {
        node.func: node.args[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and node.args
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute) or node.attr != "_":
            continue
        term = calls.get(node)
        yield term.value if isinstance(term, ast.Constant) else node.lineno


def test_every_term_of_the_code_is_known(folder):
    """A term that is translated by another name than ``_`` is exported by nobody."""
    known = {msgid for _context, msgid in read(next(folder.glob("*.pot")))}
    unknown = [
        (path.name, term)
        for path in folder.parent.rglob("*.py")
        if "tests" not in path.parts
        for term in get_terms(ast.parse(path.read_text()))
        if term not in known
    ]
    assert unknown == []
