"""An SMTP server that misbehaves at a moment of the conversation of one's choice."""

import email
import email.policy
import re
import socketserver
import threading

from .smtp import Received, SmtpSink

# Moments of a conversation, in their order.
GREETING, MAIL, RCPT, DATA, INSIDE, ACCEPTED = (
    "greeting",
    "mail",
    "rcpt",
    "data",
    "inside",
    "accepted",
)
# What may happen there, beside an answer with a code.
DROP = "drop"
STALL = "stall"

ANSWERS = {
    GREETING: "220 hostile.example.com",
    MAIL: "250 OK",
    RCPT: "250 OK",
    DATA: "354 Go on",
    INSIDE: "",
    ACCEPTED: "250 OK",
}


class Hangup(Exception):
    """The server ends the connection."""


class HostileSmtp(SmtpSink):
    """An SMTP server that follows a script; `mails` holds what it took.

    A mail whose acceptance is not told (moment `ACCEPTED`) has been taken all the same.

    :param script: gets a moment and the recipient, if known by then, and returns what
        happens: nothing, an answer, `DROP` or `STALL`
    """

    def __init__(self, script=None):
        super().__init__()
        self.script = script or (lambda moment, recipient: None)
        self.released = threading.Event()
        self.commands = 0

    def start(self):
        """Listen in a thread, on the same port whenever it is started again."""
        self.released.clear()
        self.controller = Listener(("127.0.0.1", self.port), Conversation)
        self.controller.sink = self
        threading.Thread(target=self.controller.serve_forever, daemon=True).start()
        return self

    def stop(self):
        """Stop listening: who connects now is refused."""
        self.released.set()
        if self.controller:
            self.controller.shutdown()
            self.controller.server_close()
            self.controller = None

    def keep(self, sender, recipients, content):
        """Keep a mail.

        :param sender: address of the envelope
        :param recipients: addresses of the envelope
        :param content: bytes of the mail
        """
        message = email.message_from_bytes(content, policy=email.policy.default)
        with self.arrived:
            self.mails.append(Received(sender, list(recipients), message))
            self.arrived.notify_all()


class Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class Conversation(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self):
        """Answer command by command until either side hangs up."""
        self.sender, self.recipients = None, []
        try:
            self._act(GREETING)
            for line in iter(self.rfile.readline, b""):
                self._obey(line.decode("latin-1").strip())
        except (Hangup, ConnectionError):
            pass

    def _obey(self, line):
        verb = line[:4].upper()
        if verb == "MAIL":
            self.sender, self.recipients = read_address(line), []
            self._act(MAIL)
        elif verb == "RCPT":
            self.recipients.append(read_address(line))
            self._act(RCPT)
        elif verb == "DATA":
            if self._act(DATA).startswith("354"):
                self._receive()
        elif verb == "QUIT":
            self._say("221 Bye")
            raise Hangup
        else:
            self._say("250 OK")

    def _receive(self):
        lines = []
        for line in iter(self.rfile.readline, b""):
            if line == b".\r\n":
                break
            lines.append(line.removeprefix(b"."))
            self._act(INSIDE)
        answer = self._decide(ACCEPTED)
        if not answer or answer in (DROP, STALL) or answer.startswith("250"):
            self.server.sink.keep(self.sender, self.recipients, b"".join(lines))
        self._do(ACCEPTED, answer)

    def _act(self, moment):
        return self._do(moment, self._decide(moment))

    def _decide(self, moment):
        recipient = self.recipients[-1] if self.recipients else None
        return self.server.sink.script(moment, recipient)

    def _do(self, moment, answer):
        if answer == STALL:
            # Until the other side gives up, or the test is over.
            self.server.sink.released.wait(60)
            answer = DROP
        if answer == DROP:
            raise Hangup
        answer = answer or ANSWERS[moment]
        if answer:
            self._say(answer)
        return answer

    def _say(self, answer):
        self.wfile.write(f"{answer}\r\n".encode())


def read_address(line):
    """Return the address of a command.

    :param line: ``MAIL FROM:<...>`` or ``RCPT TO:<...>``
    """
    return re.search(r"<([^>]*)>", line).group(1)
