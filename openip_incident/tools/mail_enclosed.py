# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Makes a file of a mail that is attached to a mail, as it came."""

import re
from email import message_from_bytes
from email.generator import BytesGenerator
from email.policy import SMTP
from io import BytesIO

from .mail_reader import get_bytes, get_content_type, get_value

MAIL_TYPES = ("message/rfc822", "message/global")
MAX_NAME = 100
NO_FILE_NAME = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]+")


class _AsIs(type(SMTP)):
    """Writes headers as they stand: they are not ours to fold anew."""

    # Newer Pythons look for line breaks that nobody has checked.
    verify_generated_headers = False

    def fold(self, name, value):
        return f"{name}: {value}{self.linesep}"

    def fold_binary(self, name, value):
        return self.fold(name, value).encode("utf-8", "surrogateescape")


AS_IS = _AsIs(linesep="\r\n", cte_type="8bit")


def is_enclosed(part):
    """Tell whether a part is a file because it is a mail, or about one.

    :param part: ``email.message.Message``
    """
    return get_content_type(part).startswith("message/")


def read_enclosed(part):
    """Return a mail within a mail as a file that is named after its subject.

    :param part: ``email.message.Message``
    :return: tuple of name, bytes and information
    """
    inner, content = _read_mail(part)
    try:
        name = part.get_filename()
    except Exception:
        name = None
    if not name and get_content_type(part) in MAIL_TYPES:
        subject = NO_FILE_NAME.sub(" ", get_value(inner, "Subject")[:500])
        name = f"{' '.join(subject.split())[:MAX_NAME] or 'message'}.eml"
    return name or "attachment", content, {}


def _read_mail(part):
    """Return a mail in a part, and its bytes."""
    payload = part.get_payload()
    if not isinstance(payload, list) or not payload:
        content = get_bytes(part)
        return message_from_bytes(content, policy=SMTP), content
    encoding = get_value(part, "Content-Transfer-Encoding").strip().lower()
    inner = payload[0]
    if encoding in ("base64", "quoted-printable") and not inner.keys():
        # No mail may be encoded as a whole, but some programs do that.
        inner["Content-Transfer-Encoding"] = encoding
        content = get_bytes(inner)
        return message_from_bytes(content, policy=SMTP), content
    return inner, b"\r\n".join(_write(block) for block in payload)


def _write(message):
    written = BytesIO()
    generator = BytesGenerator(written, mangle_from_=False, policy=AS_IS)
    try:
        generator.flatten(message)
    except Exception:
        # What cannot be written anew is at least kept as the text that it is.
        return str(message.get_payload()).encode(errors="replace")
    return written.getvalue()
