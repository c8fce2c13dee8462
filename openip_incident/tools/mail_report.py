# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Reads the reports of mail systems: who was not reached, why, by which mail.

Where a report has the fields of RFC 3464, they count; the others are read as far as
their words go, and what they do not say is left out.
"""

import re

from .mail_classifier import BOUNCE, MAIL_SYSTEM, REPORT_SUBJECTS, classify
from .mail_reader import (
    get_blocks,
    get_content_type,
    get_parts,
    get_text,
    get_value,
    get_values,
    iterate_parts,
)

MAX_ADDRESSES = 50
MAX_IDS = 200
MAX_REASON = 500

MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}@[^<>\s]{1,250}>")
ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[\w-]{1,63}\.){1,8}[\w-]{1,63}")

# As Exchange writes it.
ADDRESS_TYPE = re.compile(r"^(?:smtp|rfc822)=")

# A report that the mail is still on its way, or has arrived, is no failure.
NO_FAILURE = re.compile(
    r"\bdelay|delivery warning|warning:.*\b(?:hours?|days?|minutes)\b|"
    r"still being retried|could not send message for past|"
    r"\bsucce(?:ss|eded)|\brelayed\b|\bdelivered to\b|verz[öo]ger|retard[ée]|retras",
    re.I,
)

# Where the words of the mail system end and those of the returned mail begin.
RETURNED_MAIL = re.compile(
    r"^[ \t>]*(?:-{2,}.*(?:original|returned|copy|header|below this line|unsent)"
    r"|(?:your |the )?original (?:message|mail)\b.*:\s*$"
    r"|(?:Received|Return-Path|Message-ID|DKIM-Signature|MIME-Version):\s)",
    re.I | re.M,
)

# What of a line says why, whatever the language around it.
SMTP_CODE = re.compile(r"\b[45]\d\d\b|\b[45]\.\d{1,2}\.\d{1,3}\b")


def reports_failure(message):
    """Tell whether a mail says that another one will not be delivered any more.

    What Odoo takes for a bounce may be less: the news of a delay or of a delivery, a
    read receipt, a vacation reply that went to the return path.

    :param message: ``email.message.Message``, however broken
    """
    blocks = get_blocks(message, "message/delivery-status")
    actions = [action for block in blocks for action in _get_words(block, "Action")]
    if actions:
        return "failed" in actions
    if get_parts(message, "message/disposition-notification", returned=False):
        return False
    if get_parts(message, "message/delivery-status", returned=False):
        return True
    if get_value(message, "X-Failed-Recipients"):
        return True
    subject = get_value(message, "Subject")[:1000]
    named = MAIL_SYSTEM.search(get_value(message, "From")[:1000])
    told = REPORT_SUBJECTS.match(subject) and classify(message) == BOUNCE
    return bool((named or told) and not NO_FAILURE.search(subject))


def get_failed_addresses(message):
    """Return the addresses that a report says were not reached, each with the reason.

    :param message: ``email.message.Message``, however broken
    :return: dict from address in lower case to reason, which may be empty; nothing for
        what is no report of a failure
    """
    if not reports_failure(message):
        return {}
    text = _get_own_text(message)
    found = _get_addresses_in_fields(message)
    named = ADDRESS.findall(", ".join(get_values(message, "X-Failed-Recipients")))
    for address in named:
        found.setdefault(address.lower(), _get_reason(text, address))
    if not found:
        ours = _get_correspondents(message)
        for address in ADDRESS.findall(text):
            address = ADDRESS_TYPE.sub("", address.lower()).strip(".'`")
            if address not in ours and not MAIL_SYSTEM.search(address):
                found.setdefault(address, _get_reason(text, address))
    return dict(list(found.items())[:MAX_ADDRESSES])


def get_reported_ids(message):
    """Return the Message-IDs of the mails that a report may be about.

    :param message: ``email.message.Message``, however broken
    """
    parts = list(iterate_parts(message))
    texts = [
        *get_values(message, "References"),
        *get_values(message, "In-Reply-To"),
        *(
            value
            for block in get_blocks(message, "message/disposition-notification")
            for value in get_values(block, "Original-Message-ID")
        ),
        # The mail that came back. Old mail servers return it, or its head, as text.
        *(value for part in parts[1:] for value in get_values(part, "Message-ID")),
        *(get_text(part) for part in parts if _is_plain(part)),
    ]
    found = MESSAGE_ID.findall("\n".join(texts))
    return list(dict.fromkeys(found))[:MAX_IDS]


def _is_plain(part):
    return get_content_type(part) in ("text/plain", "text/rfc822-headers")


def _get_words(block, header):
    """Return the first word of each value of a field, in lower case."""
    values = [value.split() for value in get_values(block, header)]
    return [words[0].lower() for words in values if words]


def _get_addresses_in_fields(message):
    """Read the fields of RFC 3464: the address that we wrote to, if it is told."""
    found = {}
    for block in get_blocks(message, "message/delivery-status"):
        if _get_words(block, "Action")[:1] not in ([], ["failed"]):
            continue
        for header in ("Original-Recipient", "Final-Recipient"):
            addresses = ADDRESS.findall(get_value(block, header)[:1000])
            if addresses:
                found.setdefault(addresses[-1].lower(), _get_diagnosis(block))
                break
    return found


def _get_diagnosis(block):
    diagnosis = get_value(block, "Diagnostic-Code") or get_value(block, "Status")
    # The type of what follows, as in "smtp; 550 no such user".
    diagnosis = re.sub(r"^\s*[\w-]+\s*;\s*", "", diagnosis)
    return " ".join(diagnosis.split())[:MAX_REASON]


def _get_own_text(message):
    """Return what the mail system says itself, without the mail that it returns."""
    parts = get_parts(message, "text/plain", returned=False)
    parts = parts or get_parts(message, "text/html", returned=False)
    text = get_text(parts[0]) if parts else ""
    if parts and get_content_type(parts[0]) == "text/html":
        text = re.sub(r"<(?:[^<>\s@]{1,20}(?:\s[^<>]{0,500})?)>", " ", text)
    return RETURNED_MAIL.split(text, maxsplit=1)[0]


def _get_reason(text, address):
    """Return the words about an address: its line, else the next that has a code."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if address.lower() in line.lower():
            rest = line.lower().partition(address.lower())[2]
            near = [line, *lines[number + 1 : number + 5]]
            told = [item for item in near if SMTP_CODE.search(item)]
            words = told[0] if told else line if len(rest.split()) > 1 else ""
            return " ".join((words or " ".join(near[1:3])).split())[:MAX_REASON]
    return ""


def _get_correspondents(message):
    """Return who the report is from and to: neither is who was not reached."""
    headers = ("From", "To", "Cc", "Sender", "Reply-To", "Return-Path", "Delivered-To")
    values = [value for header in headers for value in get_values(message, header)]
    return {address.lower() for address in ADDRESS.findall(", ".join(values))}
