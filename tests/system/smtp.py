"""A real SMTP server that keeps what it receives."""

import email
import email.policy
import logging
import socket
import threading
from dataclasses import dataclass

from aiosmtpd.controller import Controller

# aiosmtpd logs each command of each session, which would bury a failure's report.
logging.getLogger("mail.log").setLevel(logging.WARNING)


@dataclass
class Received:
    """One mail as the server got it: envelope and content."""

    sender: str
    recipients: list
    message: email.message.EmailMessage


class SmtpSink:
    """An SMTP server for outgoing mail; `mails` holds what it accepted, in order.

    :param answer: what it says to each mail, so that a test can refuse some
    """

    ACCEPTED = "250 OK"
    # At the end of an answer: it is not given, the connection breaks instead.
    HANGS_UP = "(hangs up)"

    def __init__(self, answer=None):
        self.answer = answer or (lambda envelope: self.ACCEPTED)
        self.mails = []
        self.arrived = threading.Condition()
        self.port = free_port()
        self.controller = None

    def start(self):
        """Listen in a thread, on the same port whenever it is started again."""
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()
        return self

    def stop(self):
        """Stop listening: who connects now is refused."""
        if self.controller:
            self.controller.stop()
            self.controller = None

    async def handle_DATA(self, server, session, envelope):
        """Keep the mail if it is accepted; aiosmtpd calls this."""
        answer = self.answer(envelope)
        if answer.startswith("250"):
            self._keep(envelope)
        if answer.endswith(self.HANGS_UP):
            server.transport.abort()
        return answer

    def _keep(self, envelope):
        policy = email.policy.default
        message = email.message_from_bytes(envelope.content, policy=policy)
        with self.arrived:
            mail = Received(envelope.mail_from, list(envelope.rcpt_tos), message)
            self.mails.append(mail)
            self.arrived.notify_all()

    def to(self, address):
        """Return the mails for one recipient.

        :param address: the recipient's address
        """
        return [mail for mail in self.mails if address in mail.recipients]

    def wait_for(self, count, timeout=30):
        """Return the mails once there are at least so many, or fail.

        :param count: how many mails are expected
        :param timeout: seconds after which the wait fails
        """
        with self.arrived:
            self.arrived.wait_for(lambda: len(self.mails) >= count, timeout)
            if len(self.mails) < count:
                raise AssertionError(f"{len(self.mails)} mails instead of {count}")
            return list(self.mails)


def free_port():
    """Return a local port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
