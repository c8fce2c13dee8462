# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Reads the reports of mail systems: who was not reached, why, by which mail.

Where a report has the fields of RFC 3464, they count; the others are read as far as
their words go, and what they do not say is left out.
"""

import re
from email.parser import HeaderParser
from email.policy import compat32

from .mail_failure import (
    RETURNED_MAIL,
    get_own_text,
    is_full_in_own_name,
    reports_failure,
    tells_failure,
)
from .mail_reader import (
    get_blocks,
    get_content_type,
    get_text,
    get_value,
    get_values,
    iterate_parts,
)
from .mail_signs import MAIL_SYSTEM

MAX_ADDRESSES = 50
MAX_IDS = 200
MAX_REASON = 500
MAX_VALUE = 1000

HEADS = HeaderParser(policy=compat32)
MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}@[^<>\s]{1,250}>")
ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[\w-]{1,63}\.){1,8}[\w-]{1,63}")

# Whose mail it is that was refused, not who refuses it.
SENDER = re.compile(r"\b(?:mails?|messages?) from\W{1,3}$", re.I)

# To whom a mail went that comes back as text.
RETURNED_TO = re.compile(r"^[ \t>]*To:([^\n]{1,500})", re.I | re.M)
NAME_ALONE = re.compile(r"^[ \t]*<?([a-z][\w.+-]{2,40})>?[ \t]*\r?$", re.I | re.M)

# As Exchange writes it.
ADDRESS_TYPE = re.compile(r"^(?:smtp|rfc822)=")

# What of a line says why, whatever the language around it.
SMTP_CODE = re.compile(r"\b[45]\d\d\b|\b[45]\.\d{1,2}\.\d{1,3}\b")


def get_failed_addresses(message):
    """Return the addresses that a report says were not reached, each with the reason.

    :param message: ``email.message.Message``, however broken
    :return: dict from address in lower case to reason, which may be empty; nothing for
        what is no report of a failure
    """
    found = _find_failed_addresses(message) if reports_failure(message) else {}
    if not found and is_full_in_own_name(message):
        senders = ADDRESS.findall(get_value(message, "From")[:MAX_VALUE])
        found = {address.lower(): get_own_reason(message) for address in senders[-1:]}
    return found


def get_returned_heads(message):
    """Return the heads of the mails that come back with a report, each as a message.

    :param message: ``email.message.Message``, however broken
    """
    heads = []
    for part in list(iterate_parts(message))[1:]:
        if get_content_type(part) == "text/rfc822-headers":
            heads.append(HEADS.parsestr(get_text(part).lstrip(), headersonly=True))
        elif any(get_value(part, name) for name in ("Message-ID", "From", "To")):
            heads.append(part)
    return heads


def get_addresses(message, header):
    """Return the addresses in a header, in lower case.

    :param message: ``email.message.Message``, however broken
    :param header: name of the header
    """
    values = get_values(message, header)
    return [
        address.lower()
        for value in values
        for address in ADDRESS.findall(value[:MAX_VALUE])
    ]


def get_returned_recipients(message):
    """Return who the mail that comes back with a report was for, in lower case.

    Servers that rewrite addresses name as failed what nobody has written to.

    :param message: ``email.message.Message``, however broken
    """
    found = [
        address
        for head in get_returned_heads(message)
        for address in get_addresses(head, "To")
    ]
    for part in iterate_parts(message):
        if _is_plain(part):
            returned = RETURNED_MAIL.split(get_text(part), maxsplit=1)[1:]
            lines = RETURNED_TO.findall("".join(returned))[:MAX_ADDRESSES]
            found += [item.lower() for line in lines for item in ADDRESS.findall(line)]
    return list(dict.fromkeys(found))[:MAX_ADDRESSES]


def get_own_reason(message):
    """Return why a mail failed, as far as the report says it in one line.

    :param message: ``email.message.Message``, however broken
    """
    lines = [line.strip() for line in get_own_text(message).splitlines()]
    told = [line for line in lines if SMTP_CODE.search(line)]
    told = told or [line for line in lines if line][:2]
    return " ".join(" ".join(told[:2]).split())[:MAX_REASON]


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


def _find_failed_addresses(message):
    """Find addresses where they are told best: in fields, in words, in what encloses.

    Where nothing else does, some write the name alone, as in our own domain.
    """
    text = get_own_text(message)
    found = _get_addresses_in_fields(message)
    named = ADDRESS.findall(", ".join(get_values(message, "X-Failed-Recipients")))
    for address in named:
        found.setdefault(address.lower(), _get_reason(text, address))
    ours = _get_correspondents(message)
    for match in () if found else ADDRESS.finditer(text):
        if SENDER.search(text[max(0, match.start() - 20) : match.start()]):
            continue
        address = match[0]
        address = ADDRESS_TYPE.sub("", address.lower()).strip(".'`")
        if address not in ours and not MAIL_SYSTEM.search(address):
            found.setdefault(address, _get_reason(text, address))
    found = found or _get_addresses_of_enclosed(message)
    found = found or _get_names_alone(message, text)
    return dict(list(found.items())[:MAX_ADDRESSES])


def _get_addresses_of_enclosed(message):
    """Read the report that a filter has put into a mail of its own."""
    for part in iterate_parts(message):
        if part is not message and get_content_type(part) == "multipart/report":
            return _get_addresses_in_fields(part)
    return {}


def _get_names_alone(message, text):
    """Read lines that hold nothing but a name of the reporting server's domain."""
    domains = ADDRESS.findall(get_value(message, "From")[:MAX_VALUE])
    if not domains:
        return {}
    domain = domains[-1].rpartition("@")[2].lower()
    names = [name for name in NAME_ALONE.findall(text) if len(name) > 2]
    reason = get_own_reason(message) if names else ""
    return {f"{name.lower()}@{domain}": reason for name in names}


def _get_addresses_in_fields(message):
    """Read the fields of RFC 3464: the address that we wrote to, if it is told."""
    found = {}
    blocks = get_blocks(message, "message/delivery-status")
    # Of these only what reports a failure comes here: a mail was turned down.
    blocks += get_blocks(message, "message/disposition-notification")
    for block in blocks:
        if not tells_failure(block):
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
