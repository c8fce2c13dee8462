# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Our tokens in files: a mail that is attached, a page that was saved, a document.

Looked through is what can be within limits of size and time: mails with all their
parts, texts, saved messages of Outlook as far as their strings are whole, the streams
of PDF, and the members of zip files, documents of Office among them.
"""

import re
import time
import zipfile
import zlib
from email import message_from_bytes, policy
from io import BytesIO

from lxml import html

from .mail_enclosed import MAIL_TYPES
from .tokens import DROPPED, TOKEN, Runs, find_tokens, holds_token

# What one file may cost.
MAX_BYTES = 60 << 20
MAX_SECONDS = 5
MAX_MEMBER = 10 << 20
MAX_MEMBERS = 400
# How much of a binary file's text is decoded, not only looked at.
MAX_DECODED = 2 << 20
# A zip file in a mail in a mail, or in another zip file.
DEPTH = 3

ZIP = b"PK\x03\x04"
PDF = b"%PDF-"
GZIP = b"\x1f\x8b"
STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.S)
# Pieces of a text between which a PDF moves the pen.
PDF_TEXT = re.compile(rb"\(((?:[^()\\]|\\.)*)\)", re.S)
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
PRINTABLE = Runs(rb"[\t\r\n\x20-\x7e]", 60)
HEADER = re.compile(rb"\s*(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}\r?\n")

MAIL_NAMES = (".eml", ".mht", ".mhtml")
TEXT_NAMES = (".txt", ".csv", ".log", ".htm", ".html", ".md", ".json", ".xml")
CUT = "[…]"


class _Budget:
    """What is left of a file's time and size."""

    def __init__(self):
        self.bytes = MAX_BYTES
        self.end = time.monotonic() + MAX_SECONDS

    def take(self, data):
        """Return whether something may still be looked at."""
        self.bytes -= len(data)
        return self.bytes >= 0 and time.monotonic() < self.end


def file_holds_token(data, name="", mimetype=""):
    """Tell whether one of our tokens is in a file, as far as one can tell.

    :param data: the content, bytes
    :param name: of the file; a mail is known by it where nothing else tells
    :param mimetype: what the sender's program calls it
    """
    budget, waiting = _Budget(), [(0, data or b"", name, mimetype)]
    while waiting:
        depth, content, name, mimetype = waiting.pop(0)
        if not budget.take(content):
            return False
        if _scan(content):
            return True
        if depth < DEPTH:
            for part in _open(content, name, mimetype):
                waiting.append((depth + 1, *part))
    return False


def _scan(data):
    # Letters of two bytes, as Windows writes them, come out as letters of one.
    if TOKEN.search(data.translate(None, DROPPED)):
        return True
    if CONTROL.search(data):
        data = b"\n".join(text for _begin, text in PRINTABLE.find(data))
    return holds_token(data[:MAX_DECODED])


def _open(data, name, mimetype):
    """Yield what is inside a file: content, name and type of each part."""
    if data.startswith(ZIP):
        yield from _open_zip(data)
    elif data.startswith(GZIP):
        yield _inflate(data, zlib.MAX_WBITS | 16), "", ""
    elif PDF in data[:1024]:
        yield from _open_pdf(data)
    elif is_mail(data, name, mimetype):
        yield from _open_mail(data)


def is_mail(data, name="", mimetype=""):
    """Tell whether a file is a mail, whatever its sender's program calls it."""
    named = mimetype in MAIL_TYPES or name.lower().endswith(MAIL_NAMES)
    return named or bool(HEADER.match(data[:20_000]))


def _open_zip(data):
    try:
        archive = zipfile.ZipFile(BytesIO(data))
        for member in archive.infolist()[:MAX_MEMBERS]:
            yield member.filename.encode("utf-8", "replace"), "", ""
            with archive.open(member) as file:
                yield file.read(MAX_MEMBER), member.filename, ""
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError):
        # Broken, encrypted or packed in a way that Python cannot read.
        return
    except (EOFError, NotImplementedError):
        return


def _open_pdf(data):
    for match in STREAM.finditer(data):
        content = _inflate(match.group(1), zlib.MAX_WBITS)
        if content:
            yield content, "", ""
            yield b"".join(PDF_TEXT.findall(content)), "", ""


def _inflate(data, bits):
    try:
        return zlib.decompressobj(bits).decompress(data, MAX_MEMBER)
    except zlib.error:
        return b""


def _open_mail(data):
    for part in _walk(message_from_bytes(data, policy=policy.compat32)):
        content = part.get_payload(decode=True)
        if content:
            yield content, _get_file_name(part), part.get_content_type()


def _walk(mail):
    try:
        yield from mail.walk()
    except RecursionError:
        return


def _get_file_name(part):
    try:
        return str(part.get_filename() or "")
    except (LookupError, TypeError, ValueError):
        return ""


# Cleaning


def scrub_file(data, name, mimetype=""):
    """Return a copy of a file without our tokens, where one can be made.

    Of a mail only what it says: its header names addresses, which are not for all.

    :param data: the content, bytes
    :return: name and content, or None for what cannot be cleaned
    """
    if is_mail(data, name, mimetype):
        name, text = f"{name.rpartition('.')[0] or name}.txt", _read_mail(data)
    elif mimetype.startswith("text/") or name.lower().endswith(TEXT_NAMES):
        text = _decode(data)
    else:
        return None
    for begin, end in reversed(find_tokens(text)):
        text = text[:begin] + CUT + text[end:]
    content = text.encode()
    return None if file_holds_token(content, name) else (name, content)


def _decode(data):
    encodings = ["utf-8-sig", "cp1252", "latin-1"]
    if b"\x00" in data[:1000]:
        encodings.insert(0, "utf-16")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeError:
            continue
    return ""


def _read_mail(data):
    """Return subject, date and words of a mail as plain text."""
    mail = message_from_bytes(data, policy=policy.default)
    body = mail.get_body(("plain", "html"))
    words = _decode(body.get_payload(decode=True) or b"") if body else ""
    if body and body.get_content_type() == "text/html" and words.strip():
        words = html.fromstring(words).text_content()
    return f"{mail['Subject'] or ''}\n{mail['Date'] or ''}\n\n{words}"
