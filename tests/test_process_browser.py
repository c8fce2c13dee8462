"""The whole process as its parties live through it: with their mail and a browser.

A real server, real SMTP in and out, real Chromium. The customer and the integrator
read different languages, and each gets its own.
"""

import re
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_datetime

from .system.browser import DESKTOP, PHONE
from .system.mailbox import assert_private
from .system.phrases import ENGLISH, FRENCH, SUBJECTS, WORDS
from .system.support import ZONE

CLAIRE = "claire.martin@boulangerie.example.com"
TELINTEGRA = "support@telintegra.example.net"
PARTIES = {CLAIRE: "Claire Martin (Boulangerie Martin)", TELINTEGRA: "Telintegra"}

SUBJECT = "Lines are dead – lignes coupées"
REPORT = "Busy tone on every call.\n\nÇa sonne occupé."
TRACE = ("trace.txt", b"09:41 SIP 503\n")
JOURNAL = ("journal été.log", b"09:42 SIP 503\n")
PHOTO = ("box.log", b"red red green\n")

QUESTION = "Which colour has the lamp?"
ANSWER = "Red – rouge <b>& blinking</b>"
REASON = "Incoming calls fail – rien n'arrive"
LATE_REASON = "Too late, but dead again"
SECOND_THOUGHT = "Oh no, dead again"


# Each begins where the one before has ended.
CHAPTERS = {
    "report": ("report_by_mail", "fill_in_the_form", "see_what_was_registered"),
    "question": ("open_incident", "tell_news", "ask_a_question", "answer_it"),
    "refusals": (
        "resolve",
        "refuse_closure",
        "resolve",
        "refuse_closure_that_the_other_has_confirmed",
    ),
    "closure": (
        "resolve",
        "confirm_closure",
        "see_who_has_confirmed",
        "take_the_confirmation_back",
    ),
}


@pytest.fixture(scope="module", params=["french-phone", "english-desktop"])
def story(request, supporting, chromium):
    """Give a customer and an integrator who have nothing but mail and a browser."""
    with supporting() as support:
        if request.param == "french-phone":
            yield Story(support, chromium, FRENCH, ENGLISH, PHONE)
        else:
            yield Story(support, chromium, ENGLISH, FRENCH, DESKTOP)
    chromium.part()


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_incident_from_the_first_mail_to_a_closure_that_is_taken_back(story, chapter):
    story.live(chapter)
    assert_private(story.support.mailbox.letters(), PARTIES)
    assert story.support.errors() == []


class Story:
    """One incident and the people around it; the steps belong in their order.

    :param lang: the customer's language
    :param other_lang: the integrator's language
    :param size: of the screens of both
    """

    def __init__(self, support, browser, lang, other_lang, size):
        self.support = support
        self.langs = {CLAIRE: lang, TELINTEGRA: other_lang}
        self.visitors = {
            CLAIRE: browser.visitor("customer", lang, size),
            TELINTEGRA: browser.visitor("integrator", other_lang, size),
        }
        self.number = None
        self.links = {}
        self.to_live = dict(CHAPTERS)
        self.broken_off = False
        self._add_contacts()

    def _add_contacts(self):
        add = self.support.add_contact
        integrator = add(
            name="Telintegra",
            is_company=True,
            is_integrator=True,
            email=TELINTEGRA,
            lang=self.langs[TELINTEGRA],
        )
        company = add(
            name="Boulangerie Martin", is_company=True, integrator_id=integrator
        )
        add(
            name="Claire Martin",
            parent_id=company,
            email=CLAIRE,
            lang=self.langs[CLAIRE],
        )

    def live(self, chapter):
        """Live a chapter, after those before it that have not been lived yet."""
        assert not self.broken_off, "the story has broken off in an earlier chapter"
        self.broken_off = True
        while chapter in self.to_live:
            for step in self.to_live.pop(next(iter(self.to_live))):
                getattr(self, step)()
        self.broken_off = False

    # M1, M2

    def report_by_mail(self):
        sender = f"Claire Martin <{CLAIRE}>"
        self.support.receive(sender, SUBJECT, REPORT, files=[TRACE])
        letters = self.expect_letters("form", CLAIRE)
        self.links[CLAIRE] = letters[CLAIRE].link
        assert "/incident/form/" in self.links[CLAIRE]
        assert self.support.search([]) == []

    def fill_in_the_form(self):
        claire, words = self.visit(CLAIRE)
        page = claire.page
        page.wait_for_selector("form.o_incident_form[novalidate]")
        assert TRACE[0] in claire.look("form")
        assert page.locator("[name=subject]").input_value() == SUBJECT
        described = page.locator("[name=description]").input_value()
        assert described.split() == REPORT.split()

        # Nothing is sent before somebody has said how bad it is.
        page.get_by_role("button", name=words["send report"]).click()
        page.wait_for_selector("#impact_error.d-block")
        claire.look("form-incomplete")
        assert self.support.search([]) == []

        claire.choose(words["down"])
        page.wait_for_selector("#impact_error", state="hidden")
        page.get_by_label(words["service"]).fill("01 23 45 67 89")
        page.get_by_label(words["tried"]).fill("Restarted the box\nTwice")
        page.get_by_label(words["onsite"]).fill("Paul, 06 12 34 56 78")
        page.locator("[name=since]").fill("2026-01-05T09:41")
        page.get_by_label(words["files"]).set_input_files(_uploads(JOURNAL, PHOTO))
        assert JOURNAL[0] in claire.look("form-filled")
        claire.press(words["send report"])

    def see_what_was_registered(self):
        claire, words = self.visitors[CLAIRE], self.words(CLAIRE)
        assert words["received"] in claire.look("registered")
        self.number = claire.text(".o_incident_big")
        letters = self.expect_letters("registered", CLAIRE, TELINTEGRA)
        # The form's link leads to the number now.
        claire, _words = self.visit(CLAIRE)
        assert claire.text(".o_incident_big") == self.number
        self.keep_links(letters)

        names = ["incident_phase", "incident_impact", "incident_service", "name"]
        row = self.support.read(self.number, *names)
        assert row["incident_phase"] == "registered"
        assert row["incident_impact"] == "down"
        assert row["incident_service"] == "01 23 45 67 89"
        assert row["name"] == SUBJECT
        for address in PARTIES:
            visitor, words = self.visit(address)
            text = visitor.look("page-registered")
            assert words["checking"] in text
            assert PARTIES[CLAIRE] in text
            assert PARTIES[TELINTEGRA] in text
            for name, content in (TRACE, JOURNAL, PHOTO):
                assert self.download(visitor, name) == content

    # M3, P3

    def open_incident(self):
        self.support.act("action_incident_open", self.number)
        self.keep_links(self.expect_letters("opened", *PARTIES))
        self.look_at_both("page-opened")

    def tell_news(self):
        self.support.act("action_incident_start", self.number)
        assert self.support.mailbox.fetch() == {}
        self.support.act("incident_update", self.number, "<p>We are on the way.</p>")
        letters = self.expect_letters("update", *PARTIES)
        self.keep_links(letters)
        for letter in letters.values():
            assert "We are on the way." in letter.text
        for text in self.look_at_both("page-in-progress"):
            assert "We are on the way." in text

    # P4

    def ask_a_question(self):
        question = f"<p>{QUESTION}</p>"
        self.support.act("incident_request", self.number, "information", question)
        letters = self.expect_letters("request", *PARTIES)
        self.keep_links(letters)
        for address, letter in letters.items():
            assert QUESTION in letter.text
            assert f"/{self.incident_id}/answer?" in letter.link
            self.expect_deadline(letter.text, address)
        assert self.phase() == "waiting"

    def answer_it(self):
        for address in PARTIES:
            visitor, _words = self.visit(address)
            text = visitor.look("answer")
            assert QUESTION in text
            self.expect_deadline(text, address)
        integrator, words = self.visitors[TELINTEGRA], self.words(TELINTEGRA)
        integrator.page.get_by_label(words["your answer"]).fill(ANSWER)
        integrator.page.get_by_label(words["files"]).set_input_files(_uploads(PHOTO))
        integrator.press(words["send"])
        text = integrator.look("answered")
        assert words["answered"] in text
        assert ANSWER in text

        letters = self.expect_letters("update", CLAIRE)
        self.keep_links(letters)
        assert ANSWER in letters[CLAIRE].text
        assert ANSWER in self.visit(CLAIRE)[0].look("page-answer-of-other")
        assert self.phase() == "in_progress"
        assert self.support.read(self.number, "answer_unread")["answer_unread"]

    # P7

    def resolve(self):
        self.support.act("action_incident_resolve", self.number)
        letters = self.expect_letters("closure", *PARTIES)
        self.keep_links(letters)
        for address, letter in letters.items():
            assert f"/{self.incident_id}/closure?" in letter.link
            self.expect_deadline(letter.text, address)
        assert self.phase() == "closure"

    def refuse_closure(self):
        claire, words = self.visit(CLAIRE)
        self.expect_deadline(claire.look("closure"), CLAIRE)
        claire.choose(words["broken"])
        with claire.expecting(422):
            claire.press(words["send"])
        assert words["why missing"] in claire.look("closure-without-reason")
        assert self.phase() == "closure"
        claire.page.get_by_label(words["why"]).fill(REASON)
        claire.press(words["send"])
        assert words["refused"] in claire.look("refused")

        letters = self.expect_letters("update", TELINTEGRA)
        assert REASON in letters[TELINTEGRA].text
        assert self.phase() == "in_progress"
        integrator, _words = self.visit(TELINTEGRA)
        text = integrator.look("closure-refused-by-other")
        assert self.decision("has refused", CLAIRE, TELINTEGRA) in text
        assert REASON in text

    def refuse_closure_that_the_other_has_confirmed(self):
        """Whose line is dead is heard, whoever was faster."""
        claire, words = self.visit(CLAIRE)
        claire.choose(words["broken"])
        claire.page.get_by_label(words["why"]).fill(LATE_REASON)
        self.confirm_closure()

        claire.press(words["send"])
        assert words["refused"] in claire.look("closure-refused-late")
        letters = self.expect_letters("update", TELINTEGRA)
        assert LATE_REASON in letters[TELINTEGRA].text
        assert self.phase() == "in_progress"

    def confirm_closure(self):
        integrator, words = self.visit(TELINTEGRA)
        integrator.choose(words["works"])
        integrator.look("closure-confirming")
        integrator.press(words["send"])
        assert words["confirmed"] in integrator.look("confirmed")
        self.expect_letters("closed", *PARTIES)
        self.expect_confirmed()

    def see_who_has_confirmed(self):
        claire, _words = self.visit(CLAIRE)
        text = claire.look("closure-confirmed-by-other")
        assert self.decision("has confirmed", TELINTEGRA, CLAIRE) in text
        assert claire.page.locator("#confirmed").count() == 0
        integrator, words = self.visit(TELINTEGRA)
        text = integrator.look("closure-to-take-back")
        assert self.decision("has confirmed", TELINTEGRA, TELINTEGRA) in text
        assert integrator.page.locator("#confirmed").count() == 0

    def take_the_confirmation_back(self):
        integrator, words = self.visitors[TELINTEGRA], self.words(TELINTEGRA)
        integrator.page.get_by_label(words["why"]).fill(SECOND_THOUGHT)
        integrator.press(words["take back"])
        text = integrator.look("taken-back")
        assert words["taken back"] in text
        letters = self.expect_letters("update", CLAIRE)
        assert SECOND_THOUGHT in letters[CLAIRE].text
        self.keep_links(letters)
        text = self.visit(CLAIRE)[0].look("page-taken-back")
        assert self.decision("has taken back", TELINTEGRA, CLAIRE) in text
        assert SECOND_THOUGHT in text
        facts = ["incident_phase", "close_reason", "closed_date", "reopen_count"]
        row = self.support.read(self.number, *facts)
        assert [row[name] for name in facts] == ["in_progress", False, False, 2]

    # What is expected

    def expect_letters(self, act, *addresses):
        """Return the letters of an act: these people got one each, nobody else."""
        letters = self.support.mailbox.fetch()
        assert letters.keys() == set(addresses), act
        for address, letter in letters.items():
            lang = self.langs[address]
            expected = SUBJECTS[lang][act].format(number=self.number, name=SUBJECT)
            # Where Python folds a long header, a space may be lost.
            # Who serves several customers is told whose incident it is.
            subject = re.sub(r" \[[^]]*\]", "", letter.subject)
            assert _close(subject) == _close(expected)
            others = {ENGLISH, FRENCH} - {lang}
            for text in (letter.text, letter.plain):
                assert WORDS[lang]["hello"] in text
                assert not [one for one in others if WORDS[one]["hello"] in text]
        return letters

    def expect_deadline(self, text, address):
        """Assert that a text names the date of the next step as its reader counts."""
        followup_id = self.support.read(self.number, "followup_id")["followup_id"][0]
        read = ("incident.followup", "read", [followup_id], ["due_date"])
        [row] = self.support.server.rpc(*read)
        # The mail was written a moment before it left, which started the countdown.
        dates = [
            self.local(
                datetime.fromisoformat(row["due_date"]) - timedelta(minutes=ago),
                address,
            )
            for ago in range(3)
        ]
        sentences = [
            self.words(address)["deadline"].format(date=date) for date in dates
        ]
        assert [one for one in sentences if one in text], (sentences, text)

    def expect_confirmed(self):
        names = ["incident_phase", "close_reason", "closure_decision"]
        row = self.support.read(self.number, *names)
        assert [row[name] for name in names] == ["closed", "confirmed", "confirmed"]

    def decision(self, key, who, reader):
        """Return the sentence by which a reader learns who has decided, and when."""
        date = self.support.read(self.number, "closure_decision_date")
        moment = datetime.fromisoformat(date["closure_decision_date"])
        facts = {"party": PARTIES[who], "date": self.local(moment, reader)}
        return self.words(reader)[key].format(**facts)

    def local(self, moment, reader):
        """Return a date as its reader reads it.

        :param moment: naive UTC, as Odoo keeps it
        """
        place, lang = ZoneInfo(ZONE), self.langs[reader]
        moment = moment.replace(tzinfo=timezone.utc).astimezone(place)
        year = "" if moment.year == datetime.now(place).year else " y"
        pattern = {
            ENGLISH: f"EEEE d MMMM{year} 'at' HH:mm '(Paris time)'",
            FRENCH: f"EEEE d MMMM{year} 'à' H 'h' mm '(heure de Paris)'",
        }[lang]
        text = format_datetime(moment, pattern, locale=lang)
        first = lang == FRENCH and moment.day == 1
        return text.replace(" 1 ", " 1er ", 1) if first else text

    # What one does

    def words(self, address):
        return WORDS[self.langs[address]]

    def visit(self, address):
        """Have somebody follow its last link; return it and the words it reads."""
        visitor = self.visitors[address]
        visitor.open(self.links[address])
        return visitor, self.words(address)

    def look_at_both(self, name):
        """Return what each party reads behind its last link."""
        return [self.visit(address)[0].look(name) for address in PARTIES]

    def keep_links(self, letters):
        """Keep the page that each letter leads to: no two lead to the same."""
        links = {address: letter.link for address, letter in letters.items()}
        assert len(set(links.values())) == len(links)
        self.links.update(links)

    def download(self, visitor, name):
        link = visitor.page.get_by_role("link", name=name)
        address = self.support.server.url + link.get_attribute("href")
        answer = visitor.context.request.get(address)
        assert answer.ok, name
        return answer.body()

    def phase(self):
        return self.support.read(self.number, "incident_phase")["incident_phase"]

    @property
    def incident_id(self):
        [incident_id] = self.support.search([("number", "=", self.number)])
        return incident_id


def _close(text):
    """Return a text without white space."""
    return "".join(text.split())


def _uploads(*files):
    return [
        {"name": name, "mimeType": "text/plain", "buffer": content}
        for name, content in files
    ]
