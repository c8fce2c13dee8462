"""No text of ours puts a full stop behind a name that may end with one."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from markupsafe import Markup

from odoo.addons.openip_incident.tools.full_stop import end_once

ROOT = Path(__file__).resolve().parents[1]
ADDONS = ("openip_incident", "openip_incident_portal")
# What has no stop of its own: numbers, moments and our own words; and what an admin
# gives a label.
PLAIN = {
    *("count", "highest", "incident", "number", "numbers"),
    *("date", "example", "lost_date", "since"),
    *("keys", "kinds", "line", "missing", "phases", "reason", "state"),
    *("cause", "stage", "target", "team"),
}
# Names of files, and labels of a selection.
PLAIN_TEXTS = (
    "The link cannot be taken out of %(name)s.",
    "Too large for a mail: %(names)s.",
    "Read by: %(names)s.",
    "%(number)s has no such party: %(party)s.",
)
# Where the note is written.
ENDED_ELSEWHERE = ("%(party)s has %(name)s informed",)
ENDING = re.compile(r"%(?:\((\w+)\))?s\.")


def read_french():
    for addon in ADDONS:
        with open(ROOT / addon / "i18n" / "fr.po", "rb") as source:
            yield from ((one.id, one.string) for one in read_po(source))


def is_call(node, name):
    function = node.func if isinstance(node, ast.Call) else None
    return name in (getattr(function, "attr", ""), getattr(function, "id", ""))


def find_texts():
    """Return texts that are translated, and whether they end once in any case."""
    for path in (path for addon in ADDONS for path in (ROOT / addon).rglob("*.py")):
        if {"tests", "migrations"} & set(path.parts):
            continue
        nodes = list(ast.walk(ast.parse(path.read_text())))
        ended = {id(node.args[0]) for node in nodes if is_call(node, "end_once")}
        for node in nodes:
            if is_call(node, "_") and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value, id(node) in ended


@pytest.mark.parametrize(
    "text, name, said",
    [
        ("Waiting for %s.", "Telecom S.A.", "Waiting for Telecom S.A."),
        ("Of %s. Nothing follows.", "S.A.", "Of S.A. Nothing follows."),
        ("Part of: %s.", "Is it dead?", "Part of: Is it dead?"),
        ("Part of: %s.", "It waits...", "Part of: It waits..."),
        ("Part of: %s.", "Dead.. again", "Part of: Dead.. again."),
        ("Part of: %s.", "Dead..", "Part of: Dead.."),
        ("%s. It waits..", "Dead", "Dead. It waits.."),
        ("For %s.", "", "For ."),
        ("For %s.", False, "For False."),
    ],
)
def test_text_ends_once(text, name, said):
    assert end_once(text % name, name) == said


@pytest.mark.parametrize("name", ["Dead.", "Dead..", "A & B."])
def test_link_ends_once_and_stays_one(name):
    link = Markup("<a href='#'>%s</a>") % name
    said = end_once(Markup("Again as %s.") % link, link)
    assert said == Markup("Again as %s") % link
    assert isinstance(said, Markup)


def test_name_is_known_within_safe_html():
    said = end_once(Markup("<b>For %s.</b> %s.") % ("A & B.", "A & B."), "A & B.")
    assert said == Markup("<b>For A &amp; B.</b> A &amp; B.")


def test_no_full_stop_behind_what_may_have_one():
    french = dict(read_french())
    found = {
        text: ended
        for text, ended in find_texts()
        if not text.startswith(PLAIN_TEXTS + ENDED_ELSEWHERE)
        and set(ENDING.findall(f"{text} {french.get(text, '')}")) - PLAIN
    }
    assert len(found) > 5
    assert [text for text, ended in found.items() if not ended] == []
