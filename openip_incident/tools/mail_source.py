# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Reads what decides about a mail from its raw bytes, before anything parses it.

What a hostile mail does to a parser happens after this: nothing here raises, and the
time it takes grows with the size of the mail at most.
"""

import re
import xmlrpc.client
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from hashlib import sha256

# A longer header block is cut: who fills it with more has something else in mind.
HEADER_BYTES = 256 * 1024
# An index holds no longer text, and no mail program writes longer ones.
LONGEST_KEY = 250

END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']{1,64}@[^\s<>()\[\],;:\"'@]{1,255}")
MESSAGE_ID = re.compile(r"<[^<>\s]{1,500}>")

# Who a mail was delivered to, then to whom its author addressed it.
RECIPIENT_HEADERS = (
    "Delivered-To",
    "X-Original-To",
    "Envelope-To",
    "X-Envelope-To",
    "To",
    "Cc",
    "Resent-To",
    "Resent-Cc",
)


class FetchedMail(bytes):
    """A mail that a mailbox still holds.

    :ivar left: whether nobody has written it down, so that it has to stay there
    """

    left = False


@dataclass(frozen=True)
class MailSource:
    """A mail as it came in.

    :ivar raw: bytes, headers and body
    :ivar headers: ``email.message.Message`` with the headers, nothing of the body
    """

    raw: bytes
    headers: Message

    @property
    def key(self):
        """Return what is the same for every copy of this mail.

        Without a Message-ID, or with one too long to be one, it is the hash of all.
        """
        message_id = self.get_text("Message-ID").strip()
        if message_id and len(message_id) <= LONGEST_KEY:
            return message_id
        return f"sha256:{sha256(self.raw).hexdigest()}"

    @property
    def recipients(self):
        """Return the addresses that the mail was sent to, in lower case."""
        return self._find(ADDRESS, *RECIPIENT_HEADERS)

    @property
    def sender(self):
        """Return the first address of the author, in lower case, or an empty text."""
        return next(iter(self._find(ADDRESS, "From")), "")

    @property
    def references(self):
        """Return the Message-IDs of the mails that this one answers, last first."""
        found = MESSAGE_ID.findall(self.get_text("References", "In-Reply-To"))
        return list(dict.fromkeys(reversed(found)))

    def get_text(self, *names):
        """Return the values of headers as they stand, NUL and all that apart.

        :param names: names of headers
        """
        values = [
            str(value) for name in names for value in self.headers.get_all(name, [])
        ]
        return " ".join(values).replace("\x00", "")

    def _find(self, pattern, *names):
        text = self.get_text(*names).lower()
        return list(dict.fromkeys(pattern.findall(text)))


def read_source(message):
    """Return what arrived as a :class:`MailSource`.

    :param message: bytes, text or ``xmlrpc.client.Binary``, as ``message_process``
        takes it
    """
    if isinstance(message, xmlrpc.client.Binary):
        message = message.data
    if isinstance(message, str):
        message = message.encode(errors="surrogateescape")
    raw = bytes(message)
    head = END_OF_HEADERS.split(raw[:HEADER_BYTES], maxsplit=1)[0]
    headers = BytesHeaderParser(policy=compat32).parsebytes(head + b"\n\n")
    return MailSource(raw, headers)
