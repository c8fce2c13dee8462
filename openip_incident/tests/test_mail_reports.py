# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is read of a single mail, without a database: kind, reason, who was missed."""

from email import message_from_bytes, policy

from odoo.tests import BaseCase, tagged

from ..tools.mail_classifier import classify, is_group_mail
from ..tools.mail_report import get_failed_addresses, get_reported_ids, reports_failure

RETURNED = """

----- This is a copy of the message -----

Return-Path: <support@operator.example.com>
Received: from operator.example.com
Message-ID: <ours@operator.example.com>
From: Support <support@operator.example.com>
To: claire@boulangerie.example.com, paul@boulangerie.example.com
Subject: Your line
"""

# (what it is, headers, words, expected reason)
REPORTS = [
    (
        "without a sender",
        "From: Mail system <>\nSubject: Mail Error",
        "Your mail cannot be delivered to:\nclaire@boulangerie.example.com",
        "bounce",
    ),
    (
        "by its subject and what it returns",
        "From: gateway@mx.example.com\nSubject: Returned Mail - Error",
        "<claire@boulangerie.example.com>: mailbox unavailable [550]" + RETURNED,
        "bounce",
    ),
    (
        "French",
        "From: passerelle@mx.example.com\nSubject: Non remis : votre ligne",
        "claire@boulangerie.example.com: 550 5.1.1 adresse inconnue",
        "bounce",
    ),
    (
        "of a list, returned with the headers of the list",
        "From: gateway@mx.example.com\nSubject: Mail could not be delivered\n"
        "Precedence: bulk\nList-Post: <mailto:list@example.com>",
        "To: claire@boulangerie.example.com" + RETURNED,
        "bounce",
    ),
    (
        "by its subject and words alone",
        "From: gateway@mx.example.com\nSubject: Delivery failure notification",
        "It could not be delivered to claire@boulangerie.example.com.",
        "probably_automatic",
    ),
]

# (what it is, headers, words)
WORDS_OF_HUMANS = [
    (
        "who reports a report",
        "From: claire@example.com\nSubject: Mail delivery fails since Monday\n"
        "User-Agent: Thunderbird",
        "We get this:\n550 5.1.1 no such user" + RETURNED,
    ),
    (
        "who forwards a report",
        "From: claire@example.com\nSubject: Fwd: Undelivered Mail Returned to Sender",
        "What is this?" + RETURNED,
    ),
    (
        "with a subject like a report's",
        "From: claire@example.com\nSubject: Delivery failed",
        "The courier has not come with the new router.",
    ),
    (
        "through an old mailing list",
        "From: claire@example.com\nSubject: Trunk down\nPrecedence: bulk\n"
        "Sender: owner-technique@lists.example.com",
        "Since nine.",
    ),
    (
        "through a group",
        "From: claire@example.com\nSubject: Trunk down\nPrecedence: bulk\n"
        "List-Post: <mailto:technique@lists.example.com>",
        "Since nine.",
    ),
    ("with a word of ours", "From: c@example.com\nSubject: Read this before", "Hi."),
    ("on leave", "From: c@example.com\nSubject: On leave of absence forms", "Hi."),
]

# (what it is, subject)
AUTOMATIC_SUBJECTS = [
    ("Polish", "[Automatyczna odpowiedź] test"),
    ("Russian", "Автоответ: обрыв линии"),
    ("Japanese", "自動返信：回線"),
    ("Swedish", "Autosvar: linje"),
    ("AOL", "Re: your line (Automatic Response)"),
    ("French", "Réponse auto : votre ligne"),
    ("German", "Außer Haus: Ihre Leitung"),
    ("Italian", "Assente: la sua linea"),
    ("Outlook's receipt", "Lu : votre ligne"),
]

# (what it is, headers)
AUTOMATIC_HEADERS = [
    ("list server's notice", "X-List-Administrivia: yes\nList-Post: <x@example.com>"),
    ("newsletter", "Precedence: bulk\nList-Unsubscribe: <https://shop.example.com>"),
    ("closed list", "Precedence: bulk\nList-Post: NO"),
    ("scheduled job", "X-Cron-Env: <SHELL=/bin/sh>"),
    ("report without its type", "Content-Type: multipart/report; boundary=x"),
    ("double bounce of qmail", "Return-Path: <#@[]>"),
]

BROKEN_MAILS = [
    b"",
    b"\x00\xff\xfe",
    b"Subject",
    b"From: \r\nSubject: =?x-unknown?Q?=FF?=\r\n\r\nx",
    b"From: =?utf-8?q?a=0Ab?= <c=\n d@example.com>\n\nx",
    b'From: "=?utf-8?Q?=0D=0A?=" <x@example.com>\n\nx',
    b"Content-Type: text/plain; charset=nonsense\n\n\xff\xff <a@b.example> 550",
    b"Content-Type: multipart/mixed; boundary=\n\n--\n\n--",
    b"Content-Type: multipart/report; report-type=delivery-status\n\nno parts",
    b"Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n%%%",
    b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n\xffa===",
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n"
    b"--x\nContent-Type: message/delivery-status\n\nAction\nAction:\n"
    b"Final-Recipient: rfc822\n--x--",
    b"".join(
        b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (number, number)
        for number in range(150)
    ),
    b"Content-Type: message/rfc822\n\n" * 150,
]


def read(headers, words="Hello."):
    raw = f"{headers}\nTo: support@operator.example.com\n\n{words}\n"
    return message_from_bytes(raw.encode(), policy=policy.SMTP)


@tagged("standard", "at_install")
class TestMailReports(BaseCase):
    def test_reports_are_known(self):
        for kind, headers, words, reason in REPORTS:
            with self.subTest(kind=kind):
                self.assertEqual(classify(read(headers, words)), reason)

    def test_failures_name_who_was_not_reached(self):
        """The returned mail names more addresses: they are not those that failed."""
        for kind, headers, words, reason in REPORTS:
            with self.subTest(kind=kind):
                failed = get_failed_addresses(read(headers, words))
                known = ["claire@boulangerie.example.com"]
                self.assertEqual(list(failed), known if reason == "bounce" else [])

    def test_failures_name_the_reason(self):
        _kind, headers, words, _reason = REPORTS[2]
        [reason] = get_failed_addresses(read(headers, words)).values()
        self.assertIn("550 5.1.1 adresse inconnue", reason)

    def test_fields_of_a_report_count_more_than_its_words(self):
        message = read(
            "From: x@mx.example.com\nMIME-Version: 1.0\n"
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
            "--b\n\nPlease ask help@mx.example.com.\n"
            "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n"
            "Original-Recipient: rfc822;Claire@boulangerie.example.com\n"
            "Final-Recipient: rfc822; box17@internal.example.com\nAction: failed\n"
            "Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 No\n such user\n\n"
            "Final-Recipient: rfc822; paul@boulangerie.example.com\nAction: delayed\n"
            "--b\nContent-Type: message/rfc822\n\nMessage-ID: <ours@x.example.com>\n"
            "\nHello\n--b--",
        )
        self.assertEqual(
            get_failed_addresses(message),
            {"claire@boulangerie.example.com": "550 5.1.1 No such user"},
        )
        self.assertIn("<ours@x.example.com>", get_reported_ids(message))

    def test_delays_are_no_failures(self):
        for subject in (
            "Warning: could not send message for past 4 hours",
            "Delayed Mail (still being retried)",
            "Delivery Status Notification (Delay)",
            "Successful Mail Delivery Report",
        ):
            with self.subTest(subject=subject):
                message = read(
                    f"From: MAILER-DAEMON@mx.example.com\nSubject: {subject}"
                )
                self.assertEqual(classify(message), "bounce")
                self.assertFalse(reports_failure(message))

    def test_humans_are_no_machines(self):
        for kind, headers, words in WORDS_OF_HUMANS:
            with self.subTest(kind=kind):
                message = read(headers, words)
                self.assertFalse(classify(message))
                self.assertFalse(reports_failure(message))
                self.assertFalse(get_failed_addresses(message))

    def test_subjects_of_vacation_replies(self):
        for kind, subject in AUTOMATIC_SUBJECTS:
            with self.subTest(kind=kind):
                message = read(f"From: c@example.com\nSubject: {subject}")
                self.assertEqual(classify(message), "probably_automatic")

    def test_headers_of_machines(self):
        for kind, headers in AUTOMATIC_HEADERS:
            with self.subTest(kind=kind):
                message = read(f"From: c@example.com\nSubject: Hello\n{headers}")
                self.assertTrue(classify(message))

    def test_group_mail_is_told_from_newsletters(self):
        group = read("From: c@example.com\nX-BeenThere: technique@example.com")
        self.assertTrue(is_group_mail(group))
        letter = read("From: c@example.com\nList-Unsubscribe: <https://x.example.com>")
        self.assertFalse(is_group_mail(letter))

    def test_nothing_raises(self):
        for raw in BROKEN_MAILS:
            for rules in (policy.SMTP, policy.compat32):
                with self.subTest(raw=raw[:80], policy=rules):
                    message = message_from_bytes(raw, policy=rules)
                    for function in (
                        classify,
                        is_group_mail,
                        reports_failure,
                        get_failed_addresses,
                        get_reported_ids,
                    ):
                        function(message)
