# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Two questions of one mail, without a database: may we answer, is it an answer."""

import time
from email import message_from_bytes, policy

from odoo.tests import BaseCase, tagged

from ..tools.mail_classifier import classify, judge_answer, may_be_group_mail
from ..tools.mail_signs import DOUBTFUL, REASONS
from ..tools.own_words import get_fingerprint, get_own_lines, get_text_of_html
from .judgement_data import CASES, DOUBT, HUMANS, NO, YES

NUMBER = "INC2026-00016"
SUBJECT = f"{NUMBER} – Depuis quand ?"

# What a mail holds below its head, and who reads words in it.
CALENDAR = (
    "Content-Type: multipart/alternative; boundary=c\n\n"
    "--c\nContent-Type: text/plain; charset=utf-8\n\n{words}\n"
    "--c\nContent-Type: text/calendar; method={method}\n\nBEGIN:VCALENDAR\n--c--\n"
)
ENCLOSED = (
    "To: support@operator.example.com\nContent-Type: multipart/mixed; boundary=c\n\n"
    "--c\nContent-Type: message/rfc822\n\n{head}From: {sender}\nSubject: x\n\nx\n"
    "--c--\n"
)


def read(subject="Re: x", words="", headers=None):
    head = {"From": "claire@c.example.com", **(headers or {})}
    lines = [f"{name}: {value}" for name, value in head.items()]
    text = "\n".join([*lines, f"Subject: {subject}", "Content-Type: text/plain; "])
    raw = f"{text}charset=utf-8\n\n{words}\n"
    return message_from_bytes(raw.encode(), policy=policy.SMTP)


def read_raw(raw):
    head = "From: claire@c.example.com\nSubject: Re: x\nMIME-Version: 1.0\n"
    return message_from_bytes((head + raw).encode(), policy=policy.SMTP)


def judge_in_thread(message):
    return judge_answer(message, party=True, ours=True, numbers=[NUMBER])


def get_value(reason):
    if not reason:
        return YES
    return DOUBT if reason in DOUBTFUL else NO


@tagged("standard", "at_install")
class TestMailJudgement(BaseCase):
    def test_whether_it_may_be_an_answer(self):
        for kind, subject, headers, words, value in CASES:
            with self.subTest(kind=kind, subject=subject, words=words[:60]):
                subject = subject.format(subject=SUBJECT)
                reason = judge_in_thread(read(subject, words, headers))
                self.assertEqual(get_value(reason), value, reason)

    def test_no_machine_is_answered(self):
        for kind, subject, headers, words, value in CASES:
            with self.subTest(kind=kind, subject=subject, words=words[:60]):
                message = read(subject.format(subject=SUBJECT), words, headers)
                self.assertTrue(value == YES or classify(message))

    def test_what_forbids_an_answer_of_ours_is_stricter(self):
        """Whoever writes about a responder waits for an agent, and no longer."""
        message = read("Message d'absence : ne se déclenche plus", "Depuis hier.")
        self.assertFalse(judge_in_thread(message))
        self.assertIn(classify(message), DOUBTFUL)

    def test_no_stranger_is_put_aside_for_the_name_of_its_address(self):
        for sender in ("it-help@c.example.com", "service-request@c.example.com"):
            with self.subTest(sender=sender):
                message = read("Line down", "Since nine.", {"From": sender})
                self.assertIn(judge_answer(message), DOUBTFUL)
        for mark in ({"User-Agent": "Thunderbird"}, {"X-Mailer": "Apple Mail (2.1)"}):
            with self.subTest(mark=mark):
                head = {"From": "postmaster@c.example.com", **mark}
                self.assertIn(judge_answer(read("Down", "Now.", head)), DOUBTFUL)
        fax = read("Fax", "1 page.", {"Return-Path": "<>"})
        self.assertEqual(judge_answer(fax), "bounce")
        head = {"Return-Path": "<>", "User-Agent": "Thunderbird"}
        self.assertIn(judge_answer(read("Down", "Since nine.", head)), DOUBTFUL)

    def test_lists_are_never_put_aside(self):
        head = {"Precedence": "bulk", "X-list": "x", "Sender": "x-bounce@c.example.com"}
        message = read("[x] Down", "Since nine.", head)
        self.assertIn(judge_answer(message), DOUBTFUL)
        self.assertTrue(may_be_group_mail(message))

    def test_newsletters_of_strangers_are_certain(self):
        head = {"List-Unsubscribe": "<https://x.example.com>", "Precedence": "bulk"}
        message = read("-50 %", "Buy.", head)
        self.assertEqual(get_value(judge_answer(message)), NO)
        self.assertEqual(get_value(judge_in_thread(message)), DOUBT)

    def test_calendars_answer_without_words(self):
        for method, words, value in (
            ("REPLY", "", NO),
            ("REPLY", "Claire a accepté cette invitation.", NO),
            ("REPLY", "Plutôt mardi, la ligne est coupée.", YES),
            ("REQUEST", "", YES),
        ):
            with self.subTest(method=method, words=words):
                message = read_raw(CALENDAR.format(method=method, words=words))
                self.assertEqual(get_value(judge_in_thread(message)), value)

    def test_a_mail_of_ours_that_comes_back_bare(self):
        ours = ENCLOSED.format(head="", sender="Support <support@operator.example.com>")
        self.assertEqual(get_value(judge_answer(read_raw(ours))), NO)
        self.assertTrue(classify(read_raw(ours)))
        # A party that encloses it may want to say something.
        self.assertEqual(get_value(judge_in_thread(read_raw(ours))), DOUBT)
        theirs = ENCLOSED.format(head="", sender="eva@other.example.com")
        self.assertFalse(judge_answer(read_raw(theirs)))
        # Whoever says something above it has not sent it back.
        said = "--c\nContent-Type: text/plain\n\nHere is your mail.\n--c\n"
        self.assertFalse(judge_answer(read_raw(ours.replace("--c\n", said, 1))))

    def test_a_machine_that_leaves_blanks_in_front_of_what_it_says(self):
        words = f"Bonjour,{chr(10) * 16}Ceci est une réponse automatique."
        self.assertEqual(get_value(judge_answer(read("Re: x", words))), DOUBT)

    def test_complaints_are_judged_by_a_human(self):
        hotmail = ENCLOSED.format(
            head="X-HmXmrOriginalRecipient: x@y.example\n", sender="a@b.example"
        )
        report = "Content-Type: multipart/report; report-type=feedback-report\n\nx"
        for raw in (hotmail, report):
            self.assertEqual(judge_answer(read_raw(raw)), "complaint")

    def test_doubtful_reasons_are_reasons(self):
        self.assertLess(DOUBTFUL, {key for key, _label in REASONS})
        self.assertFalse(DOUBTFUL & {"auto_reply", "bounce", "calendar", "newsletter"})

    def test_it_takes_no_longer_than_the_text_is_long(self):
        for words in (
            "votre demande " + "a " * 9000,
            "je suis " * 3000,
            "le 1 a\n" * 4000,
            "cliquez " * 3000,
            "[a] " * 6000,
            "\n".join(["Le 1 x@y"] * 4000),
        ):
            with self.subTest(words=words[:20]):
                message = read(words[:900].replace("\n", " "), words)
                started = time.process_time()
                classify(message)
                judge_in_thread(message)
                self.assertLess(time.process_time() - started, 1)


@tagged("standard", "at_install")
class TestOwnWords(BaseCase):
    def test_lines_above_the_quote(self):
        for text in (
            "Oui.\n\nLe lun. 28 nov. 2026 à 10:00, OpenIP <a@b.eu> a écrit :\n> Q",
            "Oui.\n\nLe lun. 28 nov. 2026 à 10:00, OpenIP <a@b.eu>\na écrit :\n> Q",
            "Oui.\n\nDe : OpenIP <a@b.example>\nEnvoyé : lundi\nÀ : Claire\n\nQ",
            "Oui.\n-----Message d'origine-----\nQ",
            "Oui.\n\nOn 28 Nov 2026, Support wrote:\n> Q",
            "Oui.\n________________________________\nFrom: a@b.example\n\nQ",
            "##- Répondre au-dessus de cette ligne -##\n\nOui.\n\n> Q",
            "> Q\n\nOui.",
            "Oui.\n-- \nClaire",
        ):
            with self.subTest(text=text):
                self.assertEqual("".join(get_own_lines(text)), "Oui.")

    def test_words_of_html(self):
        body = (
            "<style>p{}</style><p>Oui<!-- x -->, <b>depuis</b> 8 h</p>"
            "<div class='gmail_quote'>Le lundi<blockquote>Q</blockquote></div>"
        )
        self.assertEqual(get_text_of_html(body).split(), ["Oui,", "depuis", "8", "h"])
        self.assertEqual(get_text_of_html(""), "")

    def test_two_acknowledgements_have_one_fingerprint(self):
        text = (
            "<p>Votre demande est enregistrée sous le numéro %s</p><p>Cordialement</p>"
        )
        first = get_fingerprint(text % 4821)
        self.assertTrue(first)
        self.assertEqual(first, get_fingerprint(text % 4822 + "<p>12 h 40</p>"))

    def test_short_words_have_none(self):
        """Humans say the same short things again, below the same signature."""
        body = "<p>Oui</p><p>Cordialement,</p><p>Claire Martin, Boulangerie Martin</p>"
        self.assertFalse(get_fingerprint(body))
        self.assertTrue(HUMANS)
