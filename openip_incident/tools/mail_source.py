# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Reads what decides about a mail from its raw bytes, before anything parses it.

What a hostile mail does to a parser happens after this: nothing here raises, and the
time it takes grows with the size of the mail at most.
"""

import re
import xmlrpc.client
from dataclasses import dataclass, replace
from datetime import timezone
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import parsedate_to_datetime
from functools import cached_property
from hashlib import sha256

from .header_text import decode_words, read_raw

# A longer header block is cut: who fills it with more has something else in mind.
HEADER_BYTES = 256 * 1024
# An index holds no longer text, and no mail program writes longer ones.
LONGEST_KEY = 250

END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']{1,64}@[^\s<>()\[\],;:\"'@]{1,255}")
# RFC 5322, 3.6.4: left and right of one @. Some programs break them over lines.
MESSAGE_ID = re.compile(r"<([^<>]{1,500}@[^<>@]{1,500})>")
# What ids do not hold that are written without their brackets.
OUTSIDE_ID = re.compile(r"[\s<>()\[\],;:\"']+")
LONGEST_ID = 998
BLANKS = re.compile(r"\s+")
# Longer ones than any mail program writes are looked up in part: where a conversation
# began, which is what stays when it is cut (RFC 5322, 3.6.4), and its end.
MOST_REFERENCES = 200

# What a mail without an id is told apart by. What servers add on the way is none of it.
LASTING_HEADERS = (
    "From",
    "Date",
    "Subject",
    "To",
    "Cc",
    "In-Reply-To",
    "References",
)
# For mails that cannot keep their own id (RFC 2606: nobody's domain).
ID_DOMAIN = "mail-source.invalid"

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
    :ivar reused: whether another mail with its Message-ID came before it
    """

    raw: bytes
    headers: Message
    reused: bool = False

    @property
    def key(self):
        """Return what is the same for every copy of this mail, and for no other."""
        return self.another_key if self.reused else self.first_key

    @property
    def first_key(self):
        """Return the key by which a mail with this Message-ID is known at first.

        Without a Message-ID, or with one too long to be one, it is a hash.
        """
        message_id = self.message_id
        if message_id and len(message_id) <= LONGEST_KEY:
            return message_id
        return f"sha256:{self.digest}"

    @property
    def another_key(self):
        """Return the key of a mail whose Message-ID is also that of another."""
        return f"{self.first_key} {self.content_digest}"

    @property
    def stored_id(self):
        """Return the Message-ID under which our database knows this mail."""
        own = "" if self.reused else self.message_id
        return own or _get_substitute_id(self.key)

    def as_reused(self):
        """Return this mail as one whose Message-ID is also that of another."""
        return replace(self, reused=True)

    @property
    def date(self):
        """Return when the mail says that it was written, naive UTC, or None."""
        try:
            date = parsedate_to_datetime(self.get_text("Date").strip())
            # RFC 5322, 3.3: what names no zone is UTC.
            date = date.replace(tzinfo=date.tzinfo or timezone.utc)
            return date.astimezone(timezone.utc).replace(tzinfo=None)
        except (OverflowError, TypeError, ValueError):
            return None

    @property
    def message_id(self):
        """Return the Message-ID, or an empty text for what is none."""
        return next(iter(_find_ids(self.get_text("Message-ID"))), "")

    @cached_property
    def digest(self):
        """Return a hash of all that servers on the way leave as it is.

        A mail without a date may be one of many that say the same: it is told apart by
        its way, too.
        """
        if not self.get_text("Date").strip():
            return sha256(self.raw).hexdigest()
        lasting = [BLANKS.sub(" ", self.get_text(name)) for name in LASTING_HEADERS]
        return _hash(*lasting, self.content)

    @cached_property
    def content_digest(self):
        """Return a hash that is another one for another mail with the same Message-ID.

        Some programs give all their mails one id. What a mail says and what it answers
        is the same in all copies of one, whichever way they have come.
        """
        return _hash(*sorted(self.references), self.content)

    @property
    def content(self):
        """Return the body, whatever ends its lines."""
        parts = END_OF_HEADERS.split(self.raw, maxsplit=1)
        body = parts[1] if len(parts) > 1 else b""
        return body.replace(b"\r", b"").rstrip()

    @property
    def subject(self):
        """Return the subject as a human reads it."""
        return BLANKS.sub(" ", decode_words(self.get_text("Subject"))).strip()

    @property
    def recipients(self):
        """Return the addresses that the mail was sent to, in lower case."""
        return self._find(ADDRESS, *RECIPIENT_HEADERS)

    @property
    def sender(self):
        """Return the first address of the author, in lower case, or an empty text."""
        return next(iter(self._find(ADDRESS, "From")), "")

    @property
    def answered(self):
        """Return the Message-IDs in In-Reply-To, in their order."""
        return _find_ids(decode_words(self.get_text("In-Reply-To")), bare=True)

    @cached_property
    def references(self):
        """Return the Message-IDs of the mails that this one answers, last first."""
        text = decode_words(self.get_text("References"))
        found = _find_ids(text, bare=True) + self.answered
        found = list(dict.fromkeys(reversed(found)))
        if len(found) > MOST_REFERENCES:
            found = found[: MOST_REFERENCES // 2] + found[-MOST_REFERENCES // 2 :]
        return found

    def get_text(self, *names):
        """Return the values of headers as they stand, NUL and all that apart.

        :param names: names of headers
        """
        values = [read_raw(value) for name in names for value in self._get_all(name)]
        return " ".join(values).replace("\x00", "")

    def _get_all(self, name):
        # Not `get_all`: of letters in an unknown character set it leaves nothing.
        wanted = name.lower()
        return [
            value for key, value in self.headers.raw_items() if key.lower() == wanted
        ]

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


def _get_substitute_id(key):
    """Return a Message-ID for a mail that cannot have its own in our database.

    :param key: what is the same for every copy of the mail
    """
    digest = sha256(key.encode(errors="surrogateescape")).hexdigest()
    return f"<{digest[:40]}@{ID_DOMAIN}>"


def _hash(*values):
    digest = sha256()
    for value in values:
        if isinstance(value, str):
            value = value.encode(errors="surrogateescape")
        digest.update(b"%d:" % len(value))
        digest.update(value)
    return digest.hexdigest()


def _find_ids(text, bare=False):
    """Return the Message-IDs in a header, in their order.

    :param bare: whether to take them without brackets where none has any
    """
    found = [f"<{BLANKS.sub('', item)}>" for item in MESSAGE_ID.findall(text)]
    if not found and bare:
        words = [word for word in OUTSIDE_ID.split(text) if "@" in word[1:-1]]
        found = [f"<{word}>" for word in words if len(word) <= LONGEST_ID]
    return found
