# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Finds in a mail what would occupy its reader for too long.

Some mails of a few megabytes keep Odoo's parser or its sanitizer busy for minutes:
thousands of nested parts, or broken HTML, for which the time grows with the square of
the size. Python's own parser counts here and gives up early: what only looked like it
would not see what it sees, for boundaries hide in many ways.
"""

import re
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import EmailPolicy

from .html_cost import count_tags, is_slow_page, is_slow_text
from .mail_body import MailBody, read_body
from .mail_memory import HeaderMemory
from .mail_reader import ReadingEndedError, holds_same
from .mail_repair import repair_parts

SIZE = "size"
HEADERS = "headers"
PARTS = "parts"
DEPTH = "depth"
TEXT = "text"
TAGS = "tags"

EXCESSES = [
    (SIZE, "Too large"),
    (HEADERS, "Headers too long"),
    (PARTS, "Too many parts"),
    (DEPTH, "Parts nested too deeply"),
    (TEXT, "Too much text"),
    (TAGS, "HTML too complicated"),
]

# Python's parser takes minutes for one long list of words: longer headers than these
# are written by no mail program, or to more than five hundred recipients. These are
# read without their names where there are many (see header_repair).
HEADER_BYTES = 128 * 1024
# Of the mails that a mail answers, as many are looked for.
MAX_REFERENCES = 32
FIELD_BYTES = 32 * 1024
CONTENT = re.compile(r"content-", re.I)
FIELDS = [
    (CONTENT, 3 * 1024),
    (re.compile(r"(?:resent-|delivered-)?(?:to|cc)\s*:", re.I), 64 * 1024),
    (re.compile(r"(?:from|sender|reply-to|\S*to|\S*cc)\s*:", re.I), 12 * 1024),
]
# For names, not for texts: reading takes the square of the length.
SLOW_CHARSETS = ("punycode", "idna")
# In all parts together: some three hundred bytes describe any of them.
CONTENT_BYTES = 64 * 1024
# Parsers read line by line: attachments of the largest mail have half as many.
MAX_LINES = 1_000_000
# To find the best of several alternatives more is looked at than is shown.
LOOKED_AT = 4
# Each line is compared with the boundary of each part around it.
MAX_COMPARISONS = 5_000_000


@dataclass(frozen=True)
class MailLimits:
    """What a mail may have.

    :ivar size: bytes of the whole mail
    :ivar parts: number of MIME parts
    :ivar depth: parts within parts
    :ivar text: bytes of text, attachments apart
    :ivar tags: HTML tags; see :func:`count_tags`
    """

    size: int = 30 * 1024 * 1024
    parts: int = 200
    depth: int = 50
    text: int = 1024 * 1024
    tags: int = 30_000


@dataclass(frozen=True)
class MailLook:
    """What was seen of a mail when its limits were looked at.

    :ivar excess: key of ``EXCESSES`` of the limit that it exceeds, or False
    :ivar message: ``email.message.Message``, None for what cannot be parsed
    :ivar body: :class:`MailBody`, what it says
    """

    excess: str | bool = False
    message: Message | None = None
    body: MailBody | None = None

    def get_body(self, message):
        """Return what a mail says if it is the one that was looked at, else None.

        :param message: ``email.message.Message``
        """
        known = self.message is not None and holds_same(self.message, message)
        # Whoever reads it may leave something out.
        return replace(self.body) if known else None


def find_excess(raw, limits):
    """Tell which limit a mail exceeds.

    :param raw: bytes of the mail
    :param limits: :class:`MailLimits`
    :return: key of ``EXCESSES``, or False
    """
    return look_at(raw, limits).excess


def look_at(raw, limits):
    """Look whether a mail exceeds a limit.

    :param raw: bytes of the mail
    :param limits: :class:`MailLimits`
    :return: :class:`MailLook`
    """
    lines = raw.count(b"\n") + raw.count(b"\r") - raw.count(b"\r\n")
    if len(raw) > limits.size or lines > MAX_LINES:
        return MailLook(SIZE)
    count = _Count(limits, lines)
    try:
        policy = _CountingPolicy(count=count, known={}, message_factory=_Part)
        message = message_from_bytes(raw, policy=policy)
        return MailLook(False, message, count.read_texts(message))
    except ReadingEndedError as excess:
        return MailLook(excess.args[0])
    except Exception:
        # What cannot be read at all is kept for that reason, by who reads it next.
        return MailLook()


class TextBudget:
    """Tells of each text in a mail whether there is time to show it.

    :param limits: :class:`MailLimits`
    """

    def __init__(self, limits):
        self.limits = limits
        self.text = self.tags = 0

    def __call__(self, text, page):
        tags = count_tags(text) if page else 0
        self.text += len(text)
        self.tags += tags
        if len(text) > self.limits.text or tags > self.limits.tags:
            return False
        if self.text > LOOKED_AT * self.limits.text:
            return False
        if self.tags > LOOKED_AT * self.limits.tags:
            return False
        return not (is_slow_page if page else is_slow_text)(text)


class _Part(EmailMessage):
    """A part that is counted when the parser finds it."""

    depth = 0

    def attach(self, payload):
        payload.depth = self.depth + 1
        self.policy.count.begin_part(payload.depth)
        return super().attach(payload)


class _CountingPolicy(HeaderMemory, EmailPolicy):
    """Odoo's way of parsing, with each header measured before it is looked at."""

    count = None

    def header_source_parse(self, sourcelines):
        self.count.measure_header(sourcelines)
        return super().header_source_parse(sourcelines)


class _Count:
    """What a mail has so far."""

    def __init__(self, limits, lines):
        self.limits = limits
        self.lines = lines
        self.parts = 1
        self.header_bytes = self.content_bytes = 0

    def begin_part(self, depth):
        self.parts += 1
        self.header_bytes = 0
        self._check(PARTS, self.parts, self.limits.parts)
        self._check(DEPTH, depth, self.limits.depth)
        self._check(DEPTH, depth * self.lines, MAX_COMPARISONS)

    def measure_header(self, lines):
        length = sum(map(len, lines))
        self.header_bytes += length
        self._check(HEADERS, self.header_bytes, HEADER_BYTES)
        limits = [limit for name, limit in FIELDS if name.match(lines[0])]
        self._check(HEADERS, length, next(iter(limits), FIELD_BYTES))
        if CONTENT.match(lines[0]):
            self.content_bytes += length
            self._check(HEADERS, self.content_bytes, CONTENT_BYTES)

    def read_texts(self, message):
        """Count what becomes the body: what is not shown costs nothing.

        :return: :class:`MailBody`
        """
        for part in message.walk():
            if part.get_content_maintype() == "text":
                charset = part.get_content_charset("utf-8")
                self._check(TEXT, charset in SLOW_CHARSETS, False)
        repair_parts(message)
        body = read_body(message, TextBudget(self.limits))
        self._check(PARTS, len(body.files), self.limits.parts)
        self._check(TEXT, sum(len(text.text) for text in body.texts), self.limits.text)
        plain = [text.text for text in body.texts if not text.page]
        self._check(TEXT, any(map(is_slow_text, plain)), False)
        pages = [text.text for text in body.texts if text.page]
        self._check(TAGS, sum(map(count_tags, pages)), self.limits.tags)
        # One alone was looked at when it was read.
        looked = len(pages) == 1 and all(text.affordable for text in body.texts)
        self._check(TAGS, not looked and is_slow_page("\n".join(pages)), False)
        return body

    def _check(self, excess, value, limit):
        if value > limit:
            raise ReadingEndedError(excess)
