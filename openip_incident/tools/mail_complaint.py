# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Reads the complaints of readers who called a mail of ours spam (RFC 5965)."""

import re

from .mail_reader import (
    get_blocks,
    get_parts,
    get_text,
    get_value,
    get_values,
    iterate_parts,
)
from .mail_report import ADDRESS, MAX_ADDRESSES, get_returned_recipients

MAX_VALUE = 1000

FEEDBACK_TYPE = re.compile(r"report-type\s*=\s*\"?feedback", re.I)
# Hotmail's form, and what others send who never read the standard.
SUBJECT = re.compile(
    r"^\W*(?:complaint about (?:the )?(?:message|mail|e-?mail)|"
    r"(?:abuse|spam|fbl|feedback loop) (?:report|complaint)|"
    r"plainte (?:concernant|[àa] propos d|au sujet d|pour (?:message|spam|abus))|"
    r"signalement (?:d.abus|de (?:spam|courrier ind[ée]sirable))|"
    r"email feedback report)",
    re.I,
)
FIELDS = re.compile(r"^Feedback-Type:[ \t]*\S", re.I | re.M)
READER = re.compile(
    r"^(?:Original-Rcpt-To|Removal-Recipient|X-HmXmrOriginalRecipient):"
    r"([^\n]{1,500})",
    re.I | re.M,
)
READER_HEADERS = ("X-HmXmrOriginalRecipient", "Original-Rcpt-To", "Removal-Recipient")


def is_complaint(message):
    """Tell whether a mail is the complaint of a reader, in whichever form.

    :param message: ``email.message.Message``, however broken
    """
    if FEEDBACK_TYPE.search(get_value(message, "Content-Type")[:MAX_VALUE]):
        return True
    if get_parts(message, "message/feedback-report", returned=False):
        return True
    parts = list(iterate_parts(message))
    if any(get_value(part, "X-HmXmrOriginalRecipient") for part in parts):
        return True
    if not SUBJECT.match(get_value(message, "Subject")[:MAX_VALUE]):
        return False
    # Humans complain, too: they enclose no mail, and name no kind of feedback.
    enclosed = get_parts(message, "message/rfc822", returned=False)
    return bool(enclosed) or any(
        FIELDS.search(get_text(part)) for part in get_parts(message, "text/plain")
    )


def get_complainers(message):
    """Return who may have complained, in lower case, what is told best first.

    Many providers hide who it was, and return our mail with its recipient.

    :param message: ``email.message.Message``, however broken
    """
    parts = list(iterate_parts(message))
    blocks = get_blocks(message, "message/feedback-report")
    values = [
        value
        for part in [*blocks, *parts]
        for header in READER_HEADERS
        for value in get_values(part, header)
    ]
    # Python reads the fields of a report that it does not know as text.
    for part in parts:
        values += READER.findall(get_text(part))[:MAX_ADDRESSES]
    found = [
        address.lower()
        for value in values
        for address in ADDRESS.findall(value[:MAX_VALUE])
    ]
    found += get_returned_recipients(message)
    return list(dict.fromkeys(found))[:MAX_ADDRESSES]
