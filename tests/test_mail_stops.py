"""No mail puts a full stop behind what may end with one: a title, or a name."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from lxml import etree, html

ROOT = Path(__file__).resolve().parents[1]
ADDONS = ("openip_incident", "openip_incident_portal")
STOPS = (".", "!", "?", "…")
# What ends a sentence and has no stop of its own: numbers, and moments.
PLAIN = {
    "ctx.get('former') or ''",
    "ctx.get('reminder_total')",
    "ctx.get('restoration') or ''",
    "deadline",
    "object._get_form_expiry_text()",
    "object.number or ''",
}
INLINE = ("b", "em", "i", "span", "strong", "t")


def read_english():
    for addon in ADDONS:
        for path in sorted((ROOT / addon / "data").glob("mail_template*.xml")):
            for field in etree.parse(str(path)).iter("field"):
                if field.get("name") == "body_html":
                    yield field


def read_french():
    for addon in ADDONS:
        with open(ROOT / addon / "i18n" / "fr.po", "rb") as source:
            for message in read_po(source):
                if "t-out=" in message.id:
                    yield html.fromstring(f"<div>{message.string}</div>")


def get_following(node):
    """Return the text right behind an element, behind its own tags, too."""
    while not (node.tail or "").strip() and node.getnext() is None:
        node = node.getparent()
        if node is None or node.tag not in INLINE:
            return ""
    return (node.tail or "").strip()


@pytest.mark.parametrize("read", [read_english, read_french])
def test_no_full_stop_behind_what_may_have_one(read):
    shown = [node for body in read() for node in body.iterfind(".//*[@t-out]")]
    ending = {
        node.get("t-out") for node in shown if get_following(node).startswith(STOPS)
    }
    assert len(shown) > 100
    assert PLAIN <= ending
    assert ending - PLAIN == set()
