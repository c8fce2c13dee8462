# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which mail reports a failure and whom it names, without a database."""

import time
from email import message_from_bytes, policy

from odoo.tests import BaseCase, tagged

from ..tools.mail_complaint import get_complainers, is_complaint
from ..tools.mail_failure import (
    is_failure_report,
    is_full_in_own_name,
    reports_failure,
)
from ..tools.mail_report import get_failed_addresses, get_returned_recipients

CLAIRE = "claire@boulangerie.example.com"

# (what it is, headers, words, whether it names Claire)
FAILURES = [
    (
        "Orange's form",
        'From: "Système de messagerie" <postmaster@orange.example>\n'
        "Subject: Message non distribué\nReturn-Path: <>",
        "Votre message n'a pas pu être distribué à <{claire}> : la boîte est "
        "inexistante. (550 5.1.1)",
    ),
    (
        "no-reply of a provider",
        "From: no-reply@fournisseur.example\nSubject: Échec de remise : INC2026-00001",
        "Le destinataire {claire} est inconnu. 550 5.1.1 Adresse inconnue",
    ),
    (
        "full, from an address like any other",
        "From: messagerie@fournisseur.example\nSubject: Boîte pleine : INC2026-00001\n"
        "Return-Path: <>",
        "La boîte aux lettres de {claire} est pleine. 552 5.2.2",
    ),
    (
        "quota",
        "From: postmaster@client.example\nSubject: Dépassement de quota",
        "Votre message à {claire} n'a pas été remis : quota dépassé.",
    ),
    (
        "returned to the sender",
        "From: relais@client.example\nSubject: Retour à l'expéditeur",
        "Votre courriel n'a pas pu être acheminé.\n{claire}\n550 5.7.1 refus",
    ),
    (
        "post_master",
        "From: MAILER-DAEMON@operateur.example\nSubject: Re:INC2026-00016",
        "Error: Invalid user address\n\n550 - no such user here\nRCPT TO: {claire}",
    ),
    (
        "Exchange without fields",
        "From: postmaster@client.example\nSubject: Undeliverable: your line\n"
        "X-Mailer: Internet Mail Service (5.5.2653.19)",
        "Your message did not reach the following recipient(s):\n\n{claire} on Mon\n"
        "    The recipient name is not recognized",
    ),
    (
        "German",
        "From: postmaster@kunde.example\nSubject: Unzustellbar: Ihre Leitung",
        "Ihre Nachricht konnte nicht zugestellt werden: {claire}\n550 5.1.1",
    ),
    (
        "other words for an action",
        "From: MAILER-DAEMON@mx.example\nMIME-Version: 1.0\n"
        "Content-Type: multipart/report; boundary=b",
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n"
        "Final-Recipient: rfc822; {claire}\nAction: failure\n--b--",
    ),
    (
        "a receipt of Sieve's reject",
        "From: MAILER-DAEMON@mx.example\nAuto-Submitted: auto-replied (rejected)\n"
        "MIME-Version: 1.0\nContent-Type: multipart/report; boundary=b;"
        " report-type=disposition-notification",
        "--b\n\nYour message was automatically rejected:\nQuota exceeded\n"
        "--b\nContent-Type: message/disposition-notification\n\n"
        "Final-Recipient: rfc822; {claire}\nDisposition: automatic-action/"
        "MDN-sent-automatically; deleted\n--b--",
    ),
    (
        "the name alone, of the reporting server's domain",
        "From: MAILER-DAEMON@boulangerie.example.com\nSubject: Mail Delivery Problem",
        "Your mail to the following recipients could not be delivered because they "
        "are not accepting mail from lists@operator.example.com:\n\tclaire",
    ),
    (
        "a report that a filter has enclosed",
        "From: postmaster@client.example\nSubject: Delivery Status Notification"
        " (Failure)\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a",
        "--a\nContent-Type: message/rfc822\n\nFrom: postmaster@client.example\n"
        "MIME-Version: 1.0\nContent-Type: multipart/report; boundary=b;"
        " report-type=delivery-status\n\n--b\n"
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n"
        "Final-Recipient: rfc822; {claire}\nAction: failed\n--b--\n--a--",
    ),
]

# News, but of no failure.
NO_FAILURES = [
    (
        "delay in French",
        "From: postmaster@client.example\nSubject: Message en attente",
        "Votre message n'a pas encore pu être remis à {claire}.",
    ),
    (
        "delay told in the text only",
        "From: MAILER-DAEMON@mx.example\nSubject: Mail delivery status",
        "Your message to {claire} has not yet been delivered. We will continue to try "
        "for 5 days.",
    ),
    (
        "new attempts",
        "From: postmaster@client.example\nSubject: Échec de remise",
        "La remise à {claire} a échoué. De nouvelles tentatives seront effectuées.",
    ),
    (
        "advisory",
        "From: <postmaster@client.example>\nSubject: Mail Delivery Warning",
        "Delivery to {claire} has been postponed due to a full mailbox.",
    ),
    (
        "postmaster who is a human",
        "From: postmaster@client.example\nSubject: RE: votre ligne",
        "Bonjour, {claire} est en congés, appelez-moi.",
    ),
    (
        "human about a courier",
        "From: claire@client.example\nSubject: Échec de livraison du routeur",
        "Le routeur n'est pas arrivé.",
    ),
    (
        "human about a telephone's mailbox",
        "From: claire@client.example\nSubject: Boîte vocale pleine",
        "La messagerie du poste 12 est pleine, personne ne peut plus l'appeler.",
    ),
    (
        "human who quotes a report",
        "From: c@client.example\nSubject: RE: votre ligne\nUser-Agent: Thunderbird",
        "> Votre message n'a pas pu être remis. 550 5.1.1\nNous recevons cela.",
    ),
]

NO_FAILURES += [
    (
        "human whose mailbox was full",
        "From: claire@client.example\nSubject: Boîte pleine\nUser-Agent: Thunderbird",
        "Ma boîte aux lettres était pleine, votre message n'a pas été lu.",
    ),
]

OWN_NAME = (
    "From: {claire}\nSubject: Boîte aux lettres pleine",
    "Ma boîte aux lettres est pleine, votre message n'a pas été enregistré.",
)

RETURNED = (
    "\n--b\nContent-Type: message/rfc822\n\n{reader}"
    "From: Voice <voice@operator.example.com>\nTo: Claire <{claire}>\n"
    "Message-ID: <ours@operator.example.com>\nSubject: Line\n\nx\n--b--"
)
COMPLAINTS = [
    (
        "Hotmail's form",
        "From: staff@hotmail.example\nSubject: complaint about message from 192.0.2.1\n"
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b",
        "--b"
        + RETURNED.format(
            reader="X-HmXmrOriginalRecipient: {claire}\n", claire="{claire}"
        )[4:],
    ),
    (
        "RFC 5965",
        "From: fbl@provider.example\nSubject: FW: Line\nMIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=feedback-report; boundary=b",
        "--b\n\nThis is abuse.\n--b\nContent-Type: message/feedback-report\n\n"
        "Feedback-Type: abuse\nUser-Agent: x/1\nOriginal-Rcpt-To: <{claire}>\n"
        + RETURNED.format(reader="", claire="hidden@provider.example"),
    ),
    (
        "French, with our mail",
        "From: abuse@provider.example\nSubject: Plainte concernant un message\n"
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b",
        "--b\n\nUn abonné a signalé ce message."
        + RETURNED.format(reader="", claire="{claire}"),
    ),
]
NO_COMPLAINTS = [
    (
        "human who complains",
        "From: claire@client.example\nSubject: Complaint about the mail you sent",
        "We are still without a line!",
    ),
    ("human who says spam", "From: claire@client.example\nSubject: RE: line", "Spam?"),
]


def read(headers, words):
    raw = f"{headers}\nTo: voice@operator.example.com\n\n{words}\n"
    if "Content-Type" not in headers:
        raw = f"Content-Type: text/plain; charset=utf-8\n{raw}"
    raw = raw.replace("{claire}", CLAIRE)
    return message_from_bytes(raw.encode(), policy=policy.SMTP)


@tagged("standard", "at_install")
class TestMailFailure(BaseCase):
    def test_failures_are_known_and_name_who_failed(self):
        for kind, headers, words in FAILURES:
            with self.subTest(kind=kind):
                message = read(headers, words)
                self.assertTrue(reports_failure(message))
                self.assertTrue(is_failure_report(message))
                self.assertFalse(is_full_in_own_name(message))
                self.assertEqual(list(get_failed_addresses(message)), [CLAIRE])

    def test_what_is_no_failure_names_nobody(self):
        for kind, headers, words in NO_FAILURES:
            with self.subTest(kind=kind):
                message = read(headers, words)
                self.assertFalse(is_failure_report(message))
                self.assertFalse(is_full_in_own_name(message))

    def test_a_full_mailbox_in_its_owners_name_names_its_owner(self):
        message = read(*OWN_NAME)
        self.assertTrue(is_full_in_own_name(message))
        self.assertEqual(list(get_failed_addresses(message)), [CLAIRE])

    def test_the_mail_that_comes_back_tells_its_recipient(self):
        message = read(
            "From: MAILER-DAEMON@mx.example\nMIME-Version: 1.0\n"
            "Content-Type: multipart/report; boundary=b",
            "--b\n\nNo." + RETURNED.format(reader="", claire=CLAIRE),
        )
        self.assertEqual(get_returned_recipients(message), [CLAIRE])
        text = read(
            "From: MAILER-DAEMON@mx.example\nSubject: failure notice",
            "No.\n--- Below this line is a copy of the message.\n\n"
            "Return-Path: <x@y.example>\nTo: Claire <{claire}>\nSubject: Line",
        )
        self.assertEqual(get_returned_recipients(text), [CLAIRE])

    def test_complaints_are_known_and_name_the_reader(self):
        for kind, headers, words in COMPLAINTS:
            with self.subTest(kind=kind):
                message = read(headers, words)
                self.assertTrue(is_complaint(message))
                self.assertEqual(get_complainers(message)[0], CLAIRE)
                self.assertFalse(is_failure_report(message))
        for kind, headers, words in NO_COMPLAINTS:
            with self.subTest(kind=kind):
                self.assertFalse(is_complaint(read(headers, words)))

    def test_cost_grows_with_the_size_alone(self):
        """A forged report of one kind of line must not hold up the mails behind it."""
        head = "From: MAILER-DAEMON@mx.example\nSubject: Undelivered\n\n"
        for line in ("-", "abc\n", "--\n", "original mail:", "> "):
            with self.subTest(line):
                raw = (head + line * (200_000 // len(line))).encode()
                message = message_from_bytes(raw, policy=policy.SMTP)
                begin = time.process_time()
                get_failed_addresses(message)
                get_returned_recipients(message)
                self.assertLess(time.process_time() - begin, 2)
