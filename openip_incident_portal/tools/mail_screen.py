# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Tells which mail must not be answered by a machine.

More is left unanswered than is taken for machine mail elsewhere: an answer too many
meets a mailing list or a stranger whose address was forged, and may start a loop.
"""

import re

from odoo.addons.openip_incident.tools.mail_classifier import (
    classify,
    may_be_group_mail,
)
from odoo.addons.openip_incident.tools.mail_phrases import REPORT_SUBJECTS
from odoo.addons.openip_incident.tools.mail_signs import (
    AUTO_REPLY,
    BOUNCE,
    BULK,
    CALENDAR,
    NEWSLETTER,
    PROBABLY_AUTOMATIC,
    REASONS,
)
from odoo.addons.openip_incident.tools.mail_signs import (
    UNATTENDED as UNATTENDED_SENDER,
)

SPAM = "spam"
MAILING_LIST = "mailing_list"
NO_SENDER = "no_sender"
OWN_ADDRESS = "own_address"
UNKNOWN_SENDER = "unknown_sender"
SENDER_LIMIT = "sender_limit"
DOMAIN_LIMIT = "domain_limit"
CEILING = "ceiling"
CONVERSATION = "conversation"
TEAM_ARCHIVED = "team_archived"
FAILURE = "failure"
UNDELIVERED = "undelivered"
TRAPPED = "trapped"

HOLD_REASONS = [
    *REASONS,
    (SPAM, "Marked as spam by the mail server"),
    (MAILING_LIST, "Written to a mailing list"),
    (NO_SENDER, "No sender who reads answers"),
    (OWN_ADDRESS, "Sent from one of our own addresses"),
    (UNKNOWN_SENDER, "Unknown sender"),
    (SENDER_LIMIT, "The sender has received a link already"),
    (DOMAIN_LIMIT, "Too many links to the sender's domain"),
    (CEILING, "Waiting: too many form links to strangers within an hour"),
    (CONVERSATION, "The conversation has received a link already"),
    (TEAM_ARCHIVED, "Written to a team that is archived"),
    (FAILURE, "The mail could not be written"),
    (UNDELIVERED, "The mail server refuses it"),
    (TRAPPED, "A hidden field of the form was filled in"),
]

# What no human has to look at: it is kept, but not among the mails that wait. Only what
# is certain: a human's mail is never put aside in silence.
WORTHLESS = (AUTO_REPLY, BOUNCE, CALENDAR, NEWSLETTER, SPAM)

SPAM_HEADERS = ("X-Spam-Flag", "X-Spam-Status")
YES = re.compile(r"^\s*yes\b", re.I)

# RFC 3834, section 2, and what vacation(1) leaves unanswered.
UNATTENDED = re.compile(
    r"^(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|ne[-_.]?pas[-_.]?repondre|nicht[-_.]?"
    r"antworten|mailer[-_.]?daemon|postmaster|mailman|listserv|majordomo|daemon|nobody|"
    r"root|bounces?)(?:[-+=._].*)?@|^owner-[^@]*@|"
    r"^[^@]*[-_.](?:request|owner|bounces?|relay|no[-_.]?reply)@",
    re.I,
)


def screen(message, reason=False):
    """Tell why a mail gets no automatic answer, whoever sent it.

    :param message: ``email.message.EmailMessage``
    :param reason: why it would count as no answer, key of ``REASONS`` or False
    :return: key of ``HOLD_REASONS``, or False
    """
    reason = reason or classify(message)
    if reason == UNATTENDED_SENDER:
        return NO_SENDER
    if reason == BULK and may_be_group_mail(message):
        return MAILING_LIST
    if reason:
        return reason
    if any(YES.match(str(message.get(header, ""))) for header in SPAM_HEADERS):
        return SPAM
    if may_be_group_mail(message):
        return MAILING_LIST
    if REPORT_SUBJECTS.match(str(message.get("Subject", ""))):
        return PROBABLY_AUTOMATIC
    named = any(name.lower().startswith("list-") for name in message.keys())
    return BULK if named else False


def is_attended(address):
    """Tell whether a human may read what is sent to a normalised address."""
    return bool(address) and not UNATTENDED.match(address)
