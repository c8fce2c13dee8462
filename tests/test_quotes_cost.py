"""What quotes are told by costs time in proportion to a mail, however hostile."""

import time

import pytest

from odoo.addons.openip_incident.tools.quote_forward import get_own_words
from odoo.addons.openip_incident.tools.quotes import mark_quotes

from .quotes.shapes import AUTHOR, IGOR, PARAGRAPHS, SOPHIE, TEXTS, US
from .system import pace

OURS = {lang: "".join(rows) for lang, rows in PARAGRAPHS.items()}
ADDRESSES = (SOPHIE, IGOR)

# Each about 100 kB: what is not linear shows there, too.
LARGE = {
    "own lines": "<p>la ligne de texte est coupée depuis hier {}</p>" * 2_000,
    "ours again and again": f"<blockquote>{OURS['fr'] * 100}</blockquote>",
    "marks of quotes": "<pre>" + ">>> fr\n>>> en\n" * 8_000,
    "fields": "<pre>" + "De : x\nÀ : y@z.example\n" * 5_000,
    "recipients": "<pre>De : x\nÀ : y@z.example;\n" + "z@z.example;\n" * 8_000,
    "attributions": "<pre>" + "Le 12/11/2026 mot mot mot écrit mot mot\n" * 3_000,
    "signatures": "<pre>" + "--\nSophie Lacombrade\n" * 5_000,
    "signature and blanks": "<pre>" + "--\n" * 30_000,
    "one line": "<p>" + "a écrit " * 12_000,
    "one long word": "<p>" + "a" * 100_000,
    "marks": "<pre>" + ">" * 100_000,
    "half addresses": "<p>" + "a@a.a-" * 15_000,
    "our words in another order": "<pre>" + "> postes besoin dans de\n" * 5_000,
    "one field": "<pre>" + "Cc:x\n" * 16_000,
    "two fields": "<pre>" + "Cc:x\nObjet:\n" * 8_000,
    "a field, then others": "<pre>De:x\n" + "A:\n" * 12_000 + "Cc:\n" * 8_000,
    "marks of help desks": "<pre>" + "##---##\n" * 10_000,
    "half a mark of a help desk": "<pre>" + ("#" * 220 + "x\n") * 450,
    "a scrubbed link": "<p>http://" + "a" * 100_000 + "…",
    "links without end": "<p>" + "<span>http://aaaa</span>&gt;" * 3_000,
    "attributions and blanks": "<pre>"
    + ("Le 1" + " écrit" * 40 + " " * 200 + "x\n") * 220,
    "accents in disorder": "<p>a" + "\u0301\u0327" * 25_000,
    "addresses side by side": "<blockquote>" + f"<b>{SOPHIE}</b> " * 2_500,
    "addresses in a header": "<p>De : x<br>À : " + f"<b>{SOPHIE}</b>; " * 2_500,
    "nothing beside a quote": "<blockquote>x</blockquote>" + "<div><br></div>" * 6_000,
    "rules": "<hr>" * 20_000,
    "our question again": "<div>"
    + "Combien de postes ?<br>oui<br>" * 3_000,
}  # fmt: skip


@pytest.mark.parametrize("name", LARGE)
def test_cost_grows_with_the_size_alone(name):
    """Four times the size takes about four times the time.

    What takes the square takes 16 times, and many seconds: there is room for a slow
    and busy machine between.
    """
    body = LARGE[name]
    part, whole = _measure(body[: len(body) // 4]), _measure(body)
    assert whole < 8 * max(part, 0.1)
    assert whole < pace.allow(5)


def _measure(body):
    begin = time.process_time()
    marked = mark_quotes(body, [OURS["fr"]] * 20, [TEXTS["fr"]] * 20, US, AUTHOR)
    get_own_words(marked, ADDRESSES)
    return time.process_time() - begin
