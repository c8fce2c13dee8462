"""What is a quote in an answer: what we have sent, whatever the client makes of it.

Each mail goes twice through Odoo's sanitizer, as it does on its way in, and once more
behind the product's judgement, which has to last.
"""

import re
import textwrap

import pytest
from lxml import html

from odoo.tools import html_sanitize
from odoo.tools.mail import append_content_to_html

from odoo.addons.openip_incident.tools.quote_forward import get_own_words
from odoo.addons.openip_incident.tools.quotes import mark_quotes, may_quote

from .quotes.kept import ATTRIBUTION, KEPT, PIECES
from .quotes.shapes import (
    AUTHOR,
    HTML,
    IGOR,
    MAIL,
    NUMBER,
    PARAGRAPHS,
    PLAIN,
    SOPHIE,
    TEXTS,
    US,
)
from .system import seeds

ANSWER = "La synchro est revenue à 08h12 précises, deux postes restent muets."
OURS = {lang: "".join(rows) for lang, rows in PARAGRAPHS.items()}
QUOTED = {
    lang: "\n".join(f"> {row}".rstrip() for row in text.splitlines())
    for lang, text in TEXTS.items()
}
ADDRESSES = (SOPHIE, IGOR)
SHAPES = [*((name, "html") for name in HTML), *((name, "plain") for name in PLAIN)]

# What people write into a quote, ours being in it in part, too.
SHORT = ("Oui", "42", "rouge", "👍", "Deux", "non, rien", "le vert", "OK", "ja", "?? 3")
LONGER = (
    "Depuis hier soir vers 22 h.",
    "=> Deux postes du quai sont muets, le troisième marche.",
    "Le voyant est rouge, et le boîtier du quai est chaud.",
    "[Sophie] Nous avons besoin d'un technicien mardi.",
    "I have rebooted the box, the line is still down.",
    "Combien de postes ? Sept.",
)


def arrive(text, plain=False):
    """Return what the gateway makes of the text of a mail."""
    if plain:
        return append_content_to_html("", text, preserve=True)
    return html_sanitize(text, sanitize_tags=False, strip_classes=True)


def store(body):
    """Return what is in the database of what a message was given."""
    return html_sanitize(body, sanitize_attributes=True, sanitize_style=True)


def mark(body, lang="fr", us=US, mails=None, texts=None):
    marked = mark_quotes(
        body,
        [OURS[lang]] if mails is None else mails,
        [TEXTS[lang]] if texts is None else texts,
        us,
        AUTHOR,
    )
    stored = store(marked)
    assert read_folded(store(stored)) == read_folded(stored) == read_folded(marked)
    return stored


def build(name, kind, lang="fr", answer=ANSWER, ours=None):
    shape = HTML[name] if kind == "html" else PLAIN[name]
    body = (
        shape.replace("{answer}", answer)
        .replace("{ours}", OURS[lang] if ours is None else ours)
        .replace("{text}", TEXTS[lang])
        .replace("{quoted}", QUOTED[lang])
    )
    return arrive(body, kind == "plain")


def read(body):
    tree = html.fragment_fromstring(str(body), create_parent="div")
    return " ".join(" ".join(tree.itertext()).split())


def read_folded(body):
    tree = html.fragment_fromstring(str(body), create_parent="div")
    texts = tree.xpath(
        "//text()[ancestor::*[@data-o-mail-quote or @data-o-mail-quote-node]]"
    )
    return " ".join(" ".join(texts).split())


def read_visible(body):
    """Return what an agent reads without unfolding anything."""
    tree = html.fragment_fromstring(str(body), create_parent="div")
    seen = tree.xpath(
        "//text()[not(ancestor::*[@data-o-mail-quote or @data-o-mail-quote-node])]"
    )
    return " ".join(" ".join(seen).split())


def forward(body):
    return read(get_own_words(body, ADDRESSES).body)


def find_ours(text, lang):
    """Return what of our mail is in a text: paragraphs, attributions, headers."""
    rows = [read(row) for row in PARAGRAPHS[lang]]
    signs = [NUMBER, "OpenIP", MAIL, SOPHIE, IGOR, "écrit", "wrote", "schrieb"]
    return [sign for sign in (*rows, *signs) if sign in text]


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize(("name", "kind"), SHAPES)
def test_what_we_sent_is_cut_and_nothing_else(name, kind, lang):
    stored = mark(build(name, kind, lang), lang)
    for text in (forward(stored), read_visible(stored)):
        assert ANSWER in text
        assert not find_ours(text, lang)


@pytest.mark.parametrize(("name", "kind"), SHAPES)
def test_answers_inside_a_quote_stay(name, kind):
    """Wherever they stand, and what is around them is cut all the same."""
    for seed in range(8):
        draw = seeds.draw(f"{name} {seed}")
        answers = draw.sample(SHORT + LONGER, 3)
        body = build_inline(name, kind, answers, draw)
        stored = mark(body)
        words = read(stored)
        for text in (forward(stored), read_visible(stored)):
            for answer in answers:
                assert answer.split("? ")[-1] in text, (seed, answer, words)
            assert not set(find_ours(text, "fr")) - {"Combien de postes ?"}, seed


def build_inline(name, kind, answers, draw):
    lead = "Mes réponses sont dans le texte."
    if kind == "html":
        rows = list(PARAGRAPHS["fr"])
        wraps = (
            "<p>%s</p>",
            "<p><span style='color:red'>%s</span></p>",
            "<div>%s</div>",
        )
        for answer in answers:
            row = draw.choice(wraps) % answer.replace(">", "&gt;")
            rows.insert(draw.randint(2, len(rows)), row)
        return build(name, kind, answer=lead, ours="".join(rows))
    text = PLAIN[name].replace("{answer}", lead)
    mark_of_row = "> " if "{quoted}" in text else ""
    rows = TEXTS["fr"].splitlines()
    # Behind a paragraph: a client wraps lines, and nobody writes in the middle of one.
    gaps = [index for index, row in enumerate(rows) if not row and index > 1]
    places = sorted(draw.sample(gaps, len(answers)), reverse=True)
    rows = [mark_of_row + row for row in rows]
    for place, answer in zip(places, answers, strict=True):
        prefix = draw.choice(("", mark_of_row))
        rows[place:place] = [mark_of_row, f"{prefix}{answer}", mark_of_row]
    body = text.replace("{quoted}", "\n".join(rows)).replace("{text}", "\n".join(rows))
    return arrive(body, plain=True)


@pytest.mark.parametrize(("name", "kind"), SHAPES)
def test_mail_that_only_quotes_has_no_words(name, kind):
    stored = mark(build(name, kind, answer=""))
    words = get_own_words(stored, ADDRESSES)
    assert not words.has_text
    assert not words.has_picture


@pytest.mark.parametrize(("name", "kind"), SHAPES)
def test_picture_beside_a_quote_stays(name, kind):
    if kind == "plain":
        pytest.skip("no pictures in plain text")
    stored = mark(build(name, kind, answer="<img src='/web/image/7'>"))
    words = get_own_words(stored, ADDRESSES)
    assert not words.has_text
    assert words.has_picture
    assert "/web/image/7" in words.body


@pytest.mark.parametrize(("name", "kind"), SHAPES)
def test_unknown_mail_loses_no_word_and_no_address(name, kind):
    """What is known of what we sent is nothing: the quote stays, the address goes."""
    stored = mark(build(name, kind), mails=(), texts=(), us=())
    text = forward(stored)
    assert ANSWER in text
    assert read(PARAGRAPHS["fr"][3]) in text
    assert SOPHIE not in text
    assert IGOR not in text
    assert SOPHIE not in get_own_words(stored, ADDRESSES).body


@pytest.mark.parametrize(("name", "body", "kept"), KEPT, ids=[row[0] for row in KEPT])
def test_what_is_not_ours_stays(name, body, kept):
    stored = mark(arrive(body, plain="<" not in body))
    for row in kept:
        assert row in forward(stored)
        assert row in read_visible(stored)
    for address in (SOPHIE, "elec@tiers.example"):
        assert address not in forward(stored)


def test_signature_of_a_name_and_addresses_is_folded():
    text = (
        "Oui.\n\n-- \nSophie Lacombrade\nResponsable informatique\nAlpha SAS\n"
        "12 rue des Lilas\n69003 Lyon\nTél. +33 4 78 00 00 00\n"
        "sophie.lacombrade@alpha.example\n"
    )
    assert read_visible(mark(arrive(text, plain=True))) == "Oui."


def test_address_in_the_authors_own_text_stays():
    """An author may give its own; so it does where nothing says signature."""
    stored = mark(arrive(f"<p>Oui.</p><p>Sophie, {SOPHIE}</p>"))
    assert SOPHIE in forward(stored)


def test_picture_below_a_quote_is_no_part_of_it():
    body = f"{ATTRIBUTION}<blockquote>{OURS['fr']}</blockquote><p><img src='/i/1'></p>"
    for at in ("", "<br>"):
        stored = mark(arrive(body.replace("</blockquote>", "</blockquote>" + at)))
        assert get_own_words(stored).has_picture


def test_question_with_a_label_is_ours_answer_on_its_line_is_not():
    body = (
        f"<p>Voir.</p>{ATTRIBUTION}<blockquote><p>Bonjour Sophie Lacombrade,</p>"
        "<p>QA Combien de postes ?</p><p>Combien de postes ? 7</p><p>OK Combien de "
        "postes ?</p></blockquote>"
    )
    text = forward(mark(arrive(body)))
    assert "QA" not in text
    assert "Combien de postes ? 7" in text
    assert "OK Combien" in text


def test_same_words_in_another_place_are_an_answer():
    body = (
        f"{ATTRIBUTION}<blockquote>{''.join(PARAGRAPHS['fr'][:6])}<p>rouge ou vert</p>"
        "<p>le boîtier du quai</p></blockquote>"
    )
    text = forward(mark(arrive(body)))
    assert text == "rouge ou vert le boîtier du quai"


def test_hint_costs_nothing_where_nothing_is_quoted():
    assert not may_quote("<p>Tout remarche depuis 8 h.</p>", (NUMBER,))
    assert not may_quote(None, (NUMBER,))
    for name, kind in SHAPES:
        assert may_quote(build(name, kind), (NUMBER,)), name


def test_words_of_all_kinds_survive():
    """Whatever is written above a quote, to the letter."""
    draw = seeds.draw(7)
    letters = "abc éàç œ ß 漢字 עב <>&'\"#-_=*/\\|~ 0123 …«» 👍🏽 \t"
    for _time in range(200):
        answer = "".join(draw.choice(letters) for _letter in range(60)).strip()
        answer = re.sub(r"^[->=_#*|\s]+|\s+$", "", answer) + " fin"
        body = build("outlook plain", "plain", answer=f"Voici : {answer}")
        assert " ".join(answer.split()) in forward(mark(body))


ABOVE = ("poste 42 depuis 8h30", "Le poste 42 est muet", "Le 12/11/2026 à 8:30 déjà")


@pytest.mark.parametrize("last", ABOVE)
@pytest.mark.parametrize(
    "attribution",
    [
        f"Le sam. 28 nov. 2026 à 11:15, OpenIP <{MAIL}> a écrit :",
        f"Le sam. 28 nov. 2026 à 11:15, OpenIP\n<{MAIL}> a écrit :",
        f"On Sat, Nov 28, 2026 at 11:15 AM OpenIP <{MAIL}>\nwrote:",
        f"Am 28.11.2026 um 11:15\nschrieb OpenIP <{MAIL}>:",
        f"-----Message d'origine-----\nDe : OpenIP <{MAIL}>\nÀ : Sophie",
        f"De : OpenIP <{MAIL}>\nEnvoyé : samedi\nÀ : Sophie <{SOPHIE}>\nObjet : x",
    ],
)
def test_line_right_above_an_introduction_stays(attribution, last):
    body = f"Bonjour,\n{last}\n{attribution}\n{QUOTED['fr']}\n"
    assert forward(mark(arrive(body, plain=True))) == f"Bonjour, {last}"


def quote_twice(name, kind):
    """Return an answer that quotes the mail, and in it the mail once more."""
    if kind == "html":
        row = "<div>Le 27/11/2026 à 9:00, OpenIP a écrit :</div>"
        return build(name, kind, ours=f"{OURS['fr']}{row}<blockquote>{OURS['fr']}")
    nested = "\n".join(f"> {row}" for row in QUOTED["fr"].splitlines())
    row = "> Le 27/11/2026 à 9:00, OpenIP a écrit :\n"
    text = PLAIN[name].replace("{quoted}", f"{{quoted}}\n{row}{nested}")
    text = text.replace("{text}", f"{{text}}\n\n{row}{nested}")
    return arrive(
        text.replace("{answer}", ANSWER)
        .replace("{quoted}", QUOTED["fr"])
        .replace("{text}", TEXTS["fr"]),
        plain=True,
    )


@pytest.mark.parametrize(("name", "kind"), SHAPES)
def test_mail_that_is_quoted_twice_is_cut_twice(name, kind):
    text = forward(mark(quote_twice(name, kind)))
    assert ANSWER in text
    assert not find_ours(text, "fr")


@pytest.mark.parametrize("width", [30, 48, 66, 78, 100])
@pytest.mark.parametrize("tails", ["> ", ""])
def test_lines_that_a_client_has_wrapped_anew_are_ours(width, tails):
    """Tails of lines too long for a client often lose their mark."""
    rows = []
    for row in TEXTS["fr"].splitlines():
        first, *rest = textwrap.wrap(row, width, break_long_words=False) or [""]
        rows += [f"> {first}", *(f"{tails}{part}" for part in rest)]
    body = f"{ANSWER}\n\nLe 28/11/2026 à 11:15, OpenIP a écrit :\n" + "\n".join(rows)
    text = forward(mark(arrive(body, plain=True)))
    assert text == ANSWER


@pytest.mark.parametrize(
    "answer",
    [
        "sur le boîtier du quai",
        "le boîtier du quai",
        "rouge ou vert sur le boîtier",
        "depuis mardi 1 décembre 2026 11:15",
        "Oui, la synchro DSL est-elle tombée depuis",
    ],
)
def test_answer_that_takes_up_our_words_stays(answer):
    for seed in range(3, 7):
        rows = list(PARAGRAPHS["fr"])
        rows.insert(6 + seed % 2, f"<p>{answer}</p>")
        body = f"{ATTRIBUTION}<blockquote>{''.join(rows)}</blockquote>"
        assert forward(mark(arrive(body))) == answer


@pytest.mark.parametrize("number", range(3, 6))
def test_single_question_is_known_with_the_answer_below(number):
    body = (
        f"<p>Voir.</p>{ATTRIBUTION}<blockquote>{PARAGRAPHS['fr'][number]}</blockquote>"
        f"<p>{ANSWER}</p>"
    )
    assert forward(mark(arrive(body))) == f"Voir. {ANSWER}"


def test_partys_address_in_a_third_persons_mail_is_cut():
    body = (
        "<p>Voir.</p><p>De : Électricien &lt;elec@tiers.example&gt;<br>Envoyé : lundi "
        "9 novembre 2026<br>Objet : baie</p><p>J'écris à "
        f"<a href='mailto:{SOPHIE}'>{SOPHIE.upper()}</a> et à moi@tiers.example.</p>"
    )
    words = get_own_words(mark(arrive(body)), ADDRESSES)
    assert SOPHIE not in words.body.lower()
    assert "moi@tiers.example" in words.body
    assert "J'écris à" in read(words.body)


@pytest.mark.parametrize("name", ["gmail english", "outlook french linked", "notes"])
def test_introduction_that_names_us_is_cut_above_unknown_words(name):
    stored = mark(
        build(name, "html", ours="<p>Un autre texte.</p>"), mails=(), texts=()
    )
    assert forward(stored) == f"{ANSWER} Un autre texte."


def test_word_of_a_button_is_an_answer_where_it_does_not_stand():
    ours = [*PARAGRAPHS["fr"][:5], "<p>Est-ce rétabli ?</p>", "<p>Répondez par</p>"]
    buttons = ["<p>Oui</p>", "<p>Non</p>"]
    mails = ["".join(ours + buttons)]
    quoted = "".join([*ours[:6], "<p>Oui</p>", ours[6], *buttons])
    body = f"{ATTRIBUTION}<blockquote>{quoted}</blockquote>"
    assert forward(mark(arrive(body), mails=mails, texts=())) == "Oui"


@pytest.mark.parametrize(
    "odd", ["<!-- x -->", "<?x y?>", "&#12;", "\x0b", "<o:p></o:p>"]
)
def test_odd_nodes_around_a_quote_harm_nothing(odd):
    quote = f"<blockquote>{odd}{OURS['fr']}{odd}</blockquote>"
    body = f"<p>{ANSWER}{odd}</p>{odd}{ATTRIBUTION}{odd}{quote}{odd}<p>{odd}</p>"
    plain = f"{ANSWER}{odd}\n\nOn 28/11/2026, OpenIP wrote:\n{odd}\n{QUOTED['fr']}{odd}"
    for text in (body, f"{quote}{odd}<p>{ANSWER}</p>", f"<pre>{plain}</pre>"):
        marked = mark_quotes(text, [OURS["fr"]], [TEXTS["fr"]], US, AUTHOR)
        assert read(get_own_words(marked, ADDRESSES).body) == ANSWER


@pytest.mark.parametrize(
    "body",
    [
        "&nbsp;<!-- c -->--<br>Depuis hier<p>soir</p>",
        "<html><head><style>p{}</style></head><body><!-- c -->--<br>Depuis hier soir",
        "<div><style>p{}</style>--<br>Depuis hier soir</div>",
        "&nbsp;<?xml:namespace ns='o'?>--<br>Depuis hier<p>soir</p>",
        "<body> --\nDepuis hier<p>soir</p>",
        "<span>--<br></span><ul><li>Depuis hier soir</li></ul>",
        "<div>--<br>Sophie Lacombrade</div><p>Depuis <b>hier</b> soir</p>",
        "<blockquote>--<br></blockquote><p>Depuis hier soir</p>",
    ],
)
def test_dashes_fold_nothing_behind_them(body):
    stored = mark(arrive(body))
    for text in (forward(stored), read_visible(stored)):
        assert text.endswith("Depuis hier soir")


def test_any_mail_keeps_its_text_and_its_marks():
    for seed in range(400):
        draw = seeds.draw(seed)
        text = "".join(draw.choice(PIECES) for _time in range(draw.randint(1, 25)))
        body = arrive(text)
        stored = mark(body) if body else ""
        assert re.sub(r"\s", "", read(stored)) == re.sub(r"\s", "", read(body)), seed
        get_own_words(stored, ADDRESSES)
