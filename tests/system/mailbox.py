"""Mail as people see it: what they send by SMTP, and what arrives for them."""

import re
import smtplib
import time
from email.message import EmailMessage
from email.utils import make_msgid
from urllib.parse import urldefrag

from lxml import html

from .ledger import NOW, Ledger
from .server import wake_crons

# What would let whoever reads a mail act as somebody else.
IDENTITY_MARKS = ("access_token", "pid=", "hash=", "signup", "/mail/view", "/unfollow")

NEXT_MINUTE = f"{NOW} + interval '61 seconds'"

SOON = f"""
    SELECT cron_name FROM ir_cron WHERE active AND (nextcall <= {NOW} OR id IN
        (SELECT cron_id FROM ir_cron_trigger WHERE call_at <= {NEXT_MINUTE}))
"""

HURRY = f"""
    UPDATE ir_cron_trigger SET call_at = date_trunc('second', {NOW})
     WHERE call_at > {NOW} AND call_at <= {NEXT_MINUTE}
"""


def send(port, sender, recipient, subject, text, files=()):
    """Send a mail as any client does.

    :param port: local SMTP port
    :param files: list of (name, content)
    """
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, recipient, subject
    mail["Message-ID"] = make_msgid(domain="mail.example.com")
    mail.set_content(text)
    for name, content in files:
        mail.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=name
        )
    send_message(port, mail)


def send_message(port, mail):
    """Send a mail that its client has written.

    :param port: local SMTP port
    :param mail: ``EmailMessage``
    """
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.send_message(mail)


class Letter:
    """One mail as it was received."""

    def __init__(self, received):
        message = received.message
        self.recipients = received.recipients
        self.subject = _fold(message["Subject"])
        self.plain = _fold(message.get_body(("plain",)).get_content())
        body = html.fromstring(message.get_body(("html",)).get_content())
        self.text = _fold(body.text_content())
        self.links = body.xpath("//a/@href")
        self.images = body.xpath("//img/@src")
        parts = [
            part for part in message.walk() if part.get_content_maintype() == "text"
        ]
        # Everything that its reader could look at, however it was encoded.
        self.source = "\n".join(
            [f"{name}: {value}" for name, value in message.items()]
            + [part.get_content() for part in parts]
        )

    @property
    def link(self):
        """The one page that the mail leads to, whichever choice on it is offered."""
        [link] = {urldefrag(link).url for link in self.links}
        return link

    def tokens(self):
        """Return the keys of the personal links in the mail."""
        return set(re.findall(r"(?:token=|/form/)([\w.=-]{20,})", self.source))


class Mailbox:
    """What a running server sends: the mails in rounds, one round per act.

    :param smtp: the server that the mails arrive at
    :param database: of the server that sends them
    """

    def __init__(self, smtp, database):
        self.smtp = smtp
        self.database = database
        self.ledger = Ledger(database)
        self.read = 0

    def close(self):
        """Close the connection to the database."""
        self.ledger.close()

    def settle(self, timeout=30):
        """Return when nothing is left that the server could send.

        Follow-ups wake up at full minutes: those of the next minute come at once.

        :param timeout: seconds after which the wait fails
        """
        deadline = time.monotonic() + timeout
        pause = 0.02
        while busy := self._get_work():
            assert time.monotonic() < deadline, f"never quiet: {busy}"
            self.ledger.query(HURRY)
            wake_crons(self.database)
            time.sleep(pause)

    def _get_work(self):
        """Return what the server still has to do, in words."""
        soon = self.ledger.query(SOON)
        return [*self.ledger.pending(), *(row["cron_name"] for row in soon)]

    def skip(self):
        """Throw away what was sent since the last time."""
        self.settle()
        self.read = len(self.smtp.mails)

    def fetch(self):
        """Return what was sent since the last time: dict of address: letter.

        That nobody got two mails, and no mail went to two, is asserted.
        """
        self.settle()
        fresh, self.read = self.smtp.mails[self.read :], len(self.smtp.mails)
        letters = {}
        for letter in map(Letter, fresh):
            [address] = letter.recipients
            assert address not in letters, f"two mails at once: {letter.subject}"
            letters[address] = letter
        return letters

    def letters(self):
        """Return all that was sent so far."""
        return [Letter(mail) for mail in self.smtp.mails]


def assert_private(letters, addresses):
    """Assert that no mail gives away what belongs to another reader.

    :param letters: all mails of one incident
    :param addresses: of its parties
    """
    keys = {address: set() for address in addresses}
    for letter in letters:
        [address] = letter.recipients
        keys[address] |= letter.tokens()
    for letter in letters:
        [address] = letter.recipients
        for other in set(addresses) - {address}:
            assert other not in letter.source.lower(), letter.subject
            assert not keys[other] & letter.tokens(), letter.subject
        assert not [mark for mark in IDENTITY_MARKS if mark in letter.source]


def _fold(text):
    return " ".join(str(text).split())
