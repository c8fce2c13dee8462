"""The French files hold every term of their addon, those that are the same included."""

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
