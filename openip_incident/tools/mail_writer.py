# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Writes a mail of two texts as ``email`` would, byte by byte, without parsing it.

``email.message.EmailMessage`` takes each header apart to put it together again, which
is most of what sending a mail costs. Here a header that needs no folding and no
encoding is written as it is; any other is left to ``email``, once for all mails that
say the same.
"""

import binascii
import email.policy
import re
import sys
from datetime import datetime, timezone
from email import quoprimime
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage
from email.utils import format_datetime
from functools import lru_cache
from random import randrange

from .mail_subject import EncodedSubject

CRLF = "\r\n"
# RFC 5322, 2.1.1.
LONGEST_LINE = 78
# So many different headers are remembered: of senders, and what all mails say.
REMEMBERED = 1024
# By so many lines of a text ``email`` judges how to encode it.
JUDGED_BY = 10
ENCODED = "=?"
# One blank between words, and nothing that would have to be encoded.
PLAIN = re.compile(r"(?!.*=\?)[!-~]+(?: [!-~]+)*")
ATOM = r"[A-Za-z0-9!#$%&'*+/^_`{|}~-]+"
DOT_ATOM = rf"{ATOM}(?:\.{ATOM})*"
ADDRESS = rf"{DOT_ATOM}@{DOT_ATOM}"
# Headers with a syntax of their own: what of it is plain.
STRUCTURED = {
    **dict.fromkeys(HeaderRegistry().registry),
    "subject": PLAIN,
    "message-id": re.compile(rf"<{ADDRESS}>"),
    "to": re.compile(rf'{ADDRESS}|"{ATOM}(?: {ATOM})*" <{ADDRESS}>'),
}
# A line of these is as long as it has to be (RFC 2047, 5).
IDENTIFIERS = frozenset(("message-id", "references", "in-reply-to"))
# By these core writes another ``To`` than the one that it mails to.
FORGING = frozenset(("x-forge-to", "x-msg-to-add"))


class Field(str):
    """What a header says, with the lines that say so.

    ``email.policy`` asks a value that has a name to fold itself.
    """

    defects = ()

    @classmethod
    def make(cls, name, text, line):
        """Return a header.

        :param name: of the header
        :param text: what it says
        :param line: how it is sent
        """
        field = cls(text)
        field.name, field.line = name, line
        return field

    def fold(self, *, policy):
        """Return the header as it is sent.

        :param policy: ``email.policy.Policy`` of the mail
        """
        return self.line.replace(CRLF, policy.linesep)


def write_field(name, text):
    """Return a header as ``EmailMessage`` would hold and send it.

    :param name: of the header
    :param text: what it says; of ``To`` one address, as a list would have it
    """
    if isinstance(text, (Field, EncodedSubject)):
        return text
    kind = name.lower()
    pattern = STRUCTURED.get(kind, PLAIN)
    short = kind in IDENTIFIERS or len(name) + len(text) + 2 <= LONGEST_LINE
    if pattern and short and pattern.fullmatch(text):
        return Field.make(name, text, f"{name}: {text}{CRLF}")
    return _parse_field(name, text)


@lru_cache(maxsize=REMEMBERED)
def _parse_field(name, text):
    policy = email.policy.SMTP
    _name, value = policy.header_store_parse(name, [text] if name == "To" else text)
    return Field.make(name, str(value), policy.fold(name, value))


VERSION = ("MIME-Version", write_field("MIME-Version", "1.0"))


def write_mail(email_to, headers, body, body_alternative, **others):
    """Return a mail as core's ``_build_email__`` would, None for one that is not plain.

    :param email_to: list of addresses
    :param headers: dict of more headers
    :param body: HTML
    :param body_alternative: the same as plain text
    :param others: what else core is told
    """
    needed = [others["email_from"], others["message_id"], body, body_alternative]
    plain = len(email_to) == 1 and all(needed) and _is_line(others["subject"])
    carries = others["email_cc"] or others["attachments"]
    if not plain or carries or not all(map(_is_plain, headers.items())):
        return None
    fields = _collect_fields(email_to[0], **others) | headers
    return WrittenMail.make(fields, body_alternative, body)


def _is_line(subject):
    return bool(subject) and ENCODED not in subject and len(subject.splitlines()) == 1


def _is_plain(header):
    name, text = header
    kind = name.lower()
    return isinstance(text, str) and kind not in STRUCTURED and kind not in FORGING


def _collect_fields(
    recipient, *, email_from, message_id, references, subject, reply_to, **_others
):
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    fields = {
        "Message-Id": message_id,
        "references": references,
        "Subject": subject if subject.isascii() else EncodedSubject(subject),
        "From": email_from,
        "Reply-To": reply_to or email_from,
        "To": recipient,
        "Date": format_datetime(now),
    }
    if not references:
        del fields["references"]
    return fields


class WrittenMail(EmailMessage):
    """A mail whose headers are written already, and whose bytes are cheap.

    To everybody else it is what it looks like.
    """

    @classmethod
    def make(cls, fields, plain, html):
        """Return a mail.

        :param fields: dict of header: what it says
        :param plain: its plain text
        :param html: the same as HTML
        """
        mail = cls(policy=email.policy.SMTP)
        mail._headers = [
            *((name, write_field(name, text)) for name, text in fields.items()),
            VERSION,
            _write_kind(_find_boundary(plain + html)),
        ]
        mail._payload = [_write_part("plain", plain), _write_part("html", html)]
        return mail

    def replace_header(self, name, value):
        """Write a header anew."""
        names = [known.lower() for known, _value in self._headers]
        place = names.index(name.lower())
        name = self._headers[place][0]
        self._headers[place] = (name, write_field(name, value))

    def get_data(self):
        """Return the bytes that a mail server is given."""
        boundary = self.get_boundary()
        lines = _get_lines(self)
        for part in self._payload:
            lines += (CRLF, "--", boundary, CRLF, *_get_lines(part))
            lines += (CRLF, part._payload)
        lines += (CRLF, "--", boundary, "--", CRLF)
        return "".join(lines).encode("ascii", "surrogateescape")


def _get_lines(message):
    return [value.fold(policy=message.policy) for _name, value in message._headers]


def _find_boundary(text):
    """Return what separates the parts of a mail: nothing that they say."""
    while True:
        boundary = f"==============={randrange(sys.maxsize):019}=="
        if boundary not in text:
            return boundary


def _write_kind(boundary):
    name, kind = "Content-Type", "multipart/alternative"
    text = f'{kind}; boundary="{boundary}"'
    line = f'{name}: {kind};{CRLF} boundary="{boundary}"{CRLF}'
    return name, Field.make(name, text, line)


def _write_part(kind, text):
    encoding, payload = _encode(text)
    part = EmailMessage(policy=email.policy.SMTP)
    part._headers = [*_get_part_headers(kind, encoding), VERSION]
    part._payload = payload
    return part


@lru_cache
def _get_part_headers(kind, encoding):
    names = {
        "Content-Type": f'text/{kind}; charset="utf-8"',
        "Content-Transfer-Encoding": encoding,
    }
    return [(name, write_field(name, text)) for name, text in names.items()]


def _encode(text):
    """Return how a text is encoded, and what becomes of it.

    It is judged by its first lines, as ``email`` does it.
    """
    lines = text.encode().splitlines()
    if max(map(len, lines), default=0) <= LONGEST_LINE:
        encoding = "7bit" if text.isascii() else "8bit"
        return encoding, _join(lines).decode("ascii", "surrogateescape")
    first = _join(lines[:JUDGED_BY])
    quoted = _quote(first)
    if len(quoted) - quoted.count(CRLF) > len(binascii.b2a_base64(first)):
        return "base64", _encode_base64(_join(lines))
    return "quoted-printable", _quote(_join(lines))


def _join(lines):
    return b"\r\n".join(lines) + b"\r\n"


def _quote(data):
    return quoprimime.body_encode(data.decode("latin-1"), LONGEST_LINE, CRLF)


def _encode_base64(data):
    step = LONGEST_LINE // 4 * 3
    pieces = (data[begin : begin + step] for begin in range(0, len(data), step))
    return "".join(
        binascii.b2a_base64(piece, newline=False).decode() + CRLF for piece in pieces
    )
