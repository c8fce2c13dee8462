"""What the judgement of quotes stands on, each part by itself: see `test_quotes.py`."""

import pytest
from lxml import html

from odoo.addons.openip_incident.tools.markup import parse
from odoo.addons.openip_incident.tools.quote_headers import find_introductions
from odoo.addons.openip_incident.tools.quote_lines import read_lines
from odoo.addons.openip_incident.tools.quote_marks import is_quote, is_signature
from odoo.addons.openip_incident.tools.quote_sent import GAP, Sent
from odoo.addons.openip_incident.tools.quote_signatures import find_signatures

from .test_quotes import ANSWER, OURS, mark, read_folded, read_visible

FIELDS = ("From: OpenIP", "Sent: Monday 2 March 2026 10:00", "Subject: No calls")
# Thirty words, in three lines.
WORDS = [f"w{number}" for number in range(30)]
TEXT = "\n".join(" ".join(WORDS[begin : begin + 10]) for begin in (0, 10, 20))


def read(body):
    return read_lines(parse(body), is_quote, is_signature)


def test_a_rule_is_a_line_of_its_own():
    lines = read("<div>one<hr>two</div>")
    assert [(line.text, line.rule) for line in lines] == [
        ("one", False),
        ("", True),
        ("two", False),
    ]


@pytest.mark.parametrize("blanks", range(4))
def test_a_title_and_the_fields_below_it_are_one_introduction(blanks):
    rows = ["Yes.", "-----Original Message-----", *[""] * blanks, *FIELDS, "", "Hello"]
    [found] = find_introductions(read(f"<div>{'<br>'.join(rows)}</div>"))
    assert (found.begin, found.end) == (1, 2 + blanks + len(FIELDS))
    assert sorted(found.fields.values()) == ["from", "sent", "subject"]


def test_fields_far_below_a_title_are_an_introduction_of_their_own():
    rows = ["-----Original Message-----", *[""] * 6, *FIELDS, "", "Hello"]
    found = find_introductions(read(f"<div>{'<br>'.join(rows)}</div>"))
    assert [(one.begin, one.end) for one in found] == [(0, 1), (7, 10)]


def test_an_attribution_whose_second_line_begins_like_a_date_is_whole():
    long = f"on behalf of the {'very ' * 20}busy support wrote:"
    rows = ["Yes.", "On Monday 30 November 2026 at 10:00, OpenIP", long, "", "Hi"]
    [found] = find_introductions(read(f"<div>{'<br>'.join(rows)}</div>"))
    assert (found.begin, found.end) == (1, 3)


def test_what_names_us_above_other_words_stays_unless_it_is_sure():
    said = "<p>OpenIP a écrit :</p><p>Remplacez le filtre de la ligne.</p>"
    assert not read_folded(mark(said))
    ours = "Depuis quand la synchro DSL est-elle tombée ?"
    assert "OpenIP a écrit :" in read_folded(
        mark(f"<p>OpenIP a écrit :</p><p>Bonjour</p><blockquote>{ours}</blockquote>")
    )


@pytest.mark.parametrize(
    ("attribute", "signs"),
    [
        ("class='moz-signature'", True),
        ("class='elementToProof'", False),
        ("id='Signature'", True),
        ("id='composer_signature'", True),
        ("id='divtagdefaultwrapper'", False),
        ("data-smartmail='gmail_signature'", True),
        ("data-smartmail='gmail_quote'", False),
    ],
)
def test_what_clients_call_a_signature(attribute, signs):
    assert is_signature(html.fromstring(f"<div {attribute}>Sophie</div>")) is signs


def test_an_author_may_have_no_name():
    lines = read("<p>Yes.</p><p>--</p><p>Alpha SAS</p>")
    assert find_signatures(lines, [False, "", "Alpha SAS"]) == {1, 2}
    assert find_signatures(lines, [False, ""]) == set()


def test_a_line_of_marks_is_folded_with_what_stands_below_it():
    stored = mark(
        f"<p>{ANSWER}</p><p>* * *</p><blockquote>{OURS['fr']}</blockquote>"
        "<p>~ ~ ~</p><p>Il est toujours rouge.</p>"
    )
    assert "* * *" in read_folded(stored)
    assert read_visible(stored) == f"{ANSWER} ~ ~ ~ Il est toujours rouge."


def test_a_word_is_ours_among_the_first_of_a_mail_only():
    sent = Sent(texts=["Bonjour\n" + "und so weiter " * GAP + "\nVoilà"])
    assert sent.find(["bonjour"], None) == 2
    assert sent.find(["voilà"], None) is None


def test_a_mail_is_quoted_once_more_from_its_beginning_or_by_a_long_line():
    sent = Sent(texts=[f"w0 w1 w2\n{' und' * GAP}\nx0 x1 x2\n{TEXT}"])
    end = len(sent.words)
    assert sent.find(["w0", "w1", "w2"], end - 1) == 4
    assert sent.find(["x0", "x1", "x2"], end - 1) is None
    assert sent.find(WORDS[:10], end - 1) == end - 20


def test_the_end_of_a_line_may_stand_further_on_if_it_is_long_enough():
    sent = Sent(texts=[TEXT])
    end = 1 + len(WORDS)
    assert sent.find(WORDS[:6] + WORDS[27:], None) == end
    assert sent.find(WORDS[:6] + WORDS[28:], None) is None
    # Not in front of what is quoted already.
    assert sent.find(WORDS[20:26] + WORDS[:3], 10) is None
