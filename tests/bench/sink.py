"""An SMTP server that takes every mail and forgets it; a process of its own."""

import asyncio
import logging
import socket
import sys

from aiosmtpd.controller import Controller

from .child import serve


class Sink:
    """Counts mails and sessions."""

    def __init__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.mails = self.sessions = 0
        self.seconds = 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        """Count a connection; aiosmtpd calls this."""
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_DATA(self, server, session, envelope):
        """Accept a mail; aiosmtpd calls this."""
        if self.seconds:
            await asyncio.sleep(self.seconds)
        self.mails += 1
        return "250 OK"

    def take(self, seconds):
        """Take some time for each mail from now on."""
        self.seconds = seconds

    def read(self):
        """Return how many mails and connections there were since the last call."""
        found = {"mails": self.mails, "sessions": self.sessions}
        self.mails = self.sessions = 0
        return found


def main():
    """Listen and answer questions about what has arrived."""
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    try:
        functions = {"ready": lambda: sink.port, "read": sink.read, "take": sink.take}
        serve(int(sys.argv[1]), functions, sys.stdin)
    finally:
        controller.stop()


if __name__ == "__main__":
    main()
