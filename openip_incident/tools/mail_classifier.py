# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Asks two things of a mail: may a machine of ours answer it, may it be an answer.

:func:`classify` is strict: what may come from a machine gets no automatic mail (RFC
3834). :func:`judge_answer` has three values, because a human who is not heard is worse
than a machine that an agent has to look at: nothing, a reason that is certain, and one
of ``DOUBTFUL``, which leaves it to an agent. The signs are data, in ``mail_signs`` and
``mail_phrases``. ``X-Auto-Response-Suppress`` is none: Exchange puts it on what humans
write.
"""

import re
from email.utils import getaddresses

from . import mail_phrases as phrases
from .mail_reader import (
    get_content_type,
    get_parts,
    get_text,
    get_value,
    get_values,
    iterate_parts,
)
from .mail_signs import (
    ADVERTISED,
    AUTO_REPLY,
    AUTOMATIC_WORDS,
    BOUNCE,
    BULK,
    BULK_MAIL,
    CALENDAR,
    CERTAIN,
    COMPLAINT,
    DOUBTFUL_SIGNS,
    GROUP,
    HEADER_NAMES,
    HUMAN_PROGRAM,
    LIST_PROGRAM,
    LIST_SYSTEM,
    MAIL_CLIENTS,
    MAIL_SYSTEM,
    NEWSLETTER,
    NO_REPLY,
    NULL_PATH,
    POSSIBLE_GROUP,
    POSSIBLE_REPORT,
    POSTMASTER,
    PROBABLY_AUTOMATIC,
    UNATTENDED,
)
from .mail_signs import DOUBTFUL as DOUBTFUL
from .mail_signs import REASONS as REASONS
from .own_words import get_own_words

# No header is longer than this where it says what a mail is.
MAX_HEADER = 1000
# A machine says first what it is.
FIRST_LINES = 14
FIRST_WORDS = 1500

ANSWERS = re.compile(r"^\W*(?:re|r[ée]f?|aw|sv|rv|tr|fwd?|i|wg)\s?:", re.I)
REPLY_OF_CALENDAR = re.compile(r"\bmethod\s*=\s*\"?(?:reply|counter)", re.I)


def classify(message):
    """Tell why no automatic mail of ours may answer a mail.

    :param message: ``email.message.Message``, however broken
    :return: key of ``REASONS``, or False for what a human may well have written
    """
    reason = judge_answer(message)
    if reason:
        return reason
    soft = phrases.SOFT_SUBJECT.match(_get_subject(message))
    return PROBABLY_AUTOMATIC if soft else False


def judge_answer(message, party=False, ours=False, numbers=()):
    """Tell why a mail is not, or may not be, what a human answered.

    :param message: ``email.message.Message``, however broken
    :param party: whether its sender is known to speak for somebody whom we know: no
        name of an address makes a machine of it
    :param ours: whether it names a mail of ours as what it answers
    :param numbers: numbers of ours that its subject may repeat
    :return: key of ``REASONS``: a certain one, or one of ``DOUBTFUL`` for what an agent
        has to judge; False for an answer
    """
    mail = _Mail(message, party, ours, numbers)
    return next(filter(None, (step(mail) for step in STEPS)), False)


def seems_typed(message):
    """Tell whether a mail names the program of a human as what it was written with.

    :param message: ``email.message.Message``, however broken
    """
    return any(_matches(message, header, HUMAN_PROGRAM) for header in MAIL_CLIENTS)


def is_group_mail(message):
    """Tell whether a mail was written to a group address that forwards it to members.

    :param message: ``email.message.Message``, however broken
    """
    return _has_any(message, GROUP)


def may_be_group_mail(message):
    """Tell whether a mail came through some list, also one with little to say so.

    :param message: ``email.message.Message``, however broken
    """
    return _has_any(message, [*GROUP, *POSSIBLE_GROUP])


class _Mail:
    """A mail that is judged, and what is known around it."""

    def __init__(self, message, party, ours, numbers):
        self.message, self.party, self.ours = message, party, ours
        self.numbers = [number.upper() for number in numbers if number]
        self.subject = _get_subject(message)
        self._words, self._values = None, {}

    @property
    def words(self):
        """What a machine would say first of itself: the first own lines."""
        if self._words is None:
            lines = [line for line in get_own_words(self.message).split("\n") if line]
            self._words = "\n".join(lines[:FIRST_LINES])[:FIRST_WORDS]
        return self._words

    def has(self, header, pattern):
        if header not in self._values:
            self._values[header] = _get_heads(self.message, header)
        return any(pattern.search(value) for value in self._values[header])

    @property
    def is_human_program(self):
        return seems_typed(self.message)

    @property
    def is_reply(self):
        """Whether it says itself that it answers something."""
        headers = ("In-Reply-To", "References")
        return bool(
            ANSWERS.match(self.subject)
            or any(get_value(self.message, header).strip() for header in headers)
        )

    @property
    def seems_human(self):
        return self.is_human_program or self.ours or self.party

    def says(self, pattern):
        """Tell whether a set phrase begins the subject, and no human goes on."""
        found = pattern.match(self.subject)
        rest = found and self.subject[found.end() :].strip(' :：-–—.!,;()[]«»"')
        if not found:
            return False
        if not rest or phrases.FOLLOWED_BY_TIME.match(self.subject[found.end() - 1 :]):
            return True
        return bool(phrases.FOLLOWED_BY_SUBJECT.search(rest)) or any(
            number in rest.upper() for number in self.numbers
        )


# The steps, in the order in which they decide


def _find_certain(mail):
    return next(
        (sign.reason for sign in CERTAIN if mail.has(sign.header, sign.pattern)), False
    )


def _find_report(mail):
    """Find a report by its parts, or by its subject and what it holds."""
    message = mail.message
    if get_parts(message, "message/delivery-status", returned=False):
        return BOUNCE
    if _is_complaint(mail):
        return COMPLAINT
    if mail.has("Content-Type", re.compile(r"^\s*multipart/report\b", re.I)):
        return BOUNCE
    if phrases.REPORT_SUBJECTS.match(mail.subject):
        return _get_report_reason(message) == BOUNCE and BOUNCE
    return False


def _find_mail_system(mail):
    """Find a mail system by its sender's name; an address alone proves little."""
    if not mail.has("From", MAIL_SYSTEM):
        returned = mail.has("From", NO_REPLY) and _returns_mail(mail.message)
        return BOUNCE if returned else False
    if not mail.has("From", POSTMASTER):
        return BOUNCE
    if mail.party and not _tells_failure(mail):
        return False
    return POSSIBLE_REPORT if _may_be_human(mail) else BOUNCE


def _find_returned_mail(mail):
    """Find what holds nothing but a mail that we had sent to its sender."""
    parts = [item for item in iterate_parts(mail.message) if not item.is_multipart()]
    enclosed = get_parts(mail.message, "message/rfc822", returned=False)
    if not parts or not enclosed or mail.words.strip():
        return False
    returned = enclosed[0].get_payload()
    returned = returned[0] if isinstance(returned, list) and returned else None
    if returned is None or not _get_addresses(returned, "From") & _get_addresses(
        mail.message, "To", "Delivered-To", "X-Original-To", "Envelope-To"
    ):
        return False
    return POSSIBLE_REPORT if mail.is_human_program or mail.party else BOUNCE


def _find_calendar(mail):
    """Find what a calendar answers where nobody has added a word to it."""
    parts = get_parts(mail.message, "text/calendar", returned=False)
    if not any(REPLY_OF_CALENDAR.search(_get_type(part)) for part in parts):
        return False
    lines = [line for line in mail.words.split("\n") if line.strip()]
    silent = not lines or phrases.CALENDAR_SENTENCE.search(lines[0])
    return CALENDAR if silent else False


def _find_null_path(mail):
    """Judge what nobody could be told that it does not arrive: reports, responders."""
    if not mail.has("Return-Path", NULL_PATH):
        return False
    hinted = any(hint.search(mail.words) for hint in phrases.HINT)
    if hinted or _find_words(mail) or _find_doubtful(mail):
        return BOUNCE
    if mail.party and mail.ours and ANSWERS.match(mail.subject):
        return False
    human = mail.is_human_program or get_value(mail.message, "Reply-To").strip()
    human = human or (mail.party and mail.ours)
    return POSSIBLE_REPORT if human else BOUNCE


def _find_responder(mail):
    """Find a vacation reply that a program sent: two signs together are certain."""
    if not _find_doubtful(mail):
        return False
    named = phrases.NAMED_SUBJECT.match(mail.subject)
    return AUTO_REPLY if named or mail.says(phrases.SET_SUBJECT) else False


def _find_newsletter(mail):
    """Find what a stranger sends to many, and a program of a list by its address."""
    if mail.party or mail.ours:
        return False
    if mail.has("From", LIST_PROGRAM):
        return NEWSLETTER
    if mail.is_reply or mail.is_human_program or may_be_group_mail(mail.message):
        return False
    return NEWSLETTER if _has_any(mail.message, ADVERTISED) else False


def _find_doubtful(mail):
    for sign in DOUBTFUL_SIGNS:
        if mail.has(sign.header, sign.pattern):
            return sign.reason
    names = [name.lower() for name in mail.message.keys()]
    for beginning, reason, _source in HEADER_NAMES:
        if any(name.startswith(beginning) for name in names):
            return reason
    if mail.has("Precedence", BULK_MAIL) and not is_group_mail(mail.message):
        return BULK
    if not mail.party and mail.has("From", LIST_SYSTEM):
        return BULK
    return UNATTENDED if mail.has("From", NO_REPLY) else False


def _find_words(mail):
    """Find a machine by what it says in its subject or in its first own words."""
    if phrases.REPORT_SUBJECTS.match(mail.subject):
        reason = _get_report_reason(mail.message)
        if reason:
            return reason
    if phrases.NAMED_SUBJECT.match(mail.subject):
        return PROBABLY_AUTOMATIC
    if _is_set_subject(mail) or mail.says(phrases.SOFT_SUBJECT):
        return PROBABLY_AUTOMATIC
    if phrases.ACKNOWLEDGING_SUBJECT.match(mail.subject):
        return PROBABLY_AUTOMATIC
    return AUTOMATIC_WORDS if _says_to_be_automatic(mail.words) else False


STEPS = (
    _find_certain,
    _find_report,
    _find_mail_system,
    _find_returned_mail,
    _find_calendar,
    _find_null_path,
    _find_responder,
    _find_newsletter,
    _find_doubtful,
    _find_words,
)


# What the steps look at


def _is_set_subject(mail):
    """Tell a responder's subject from a human's sentence about a responder."""
    found = phrases.SET_SUBJECT.match(mail.subject)
    if not found:
        return False
    if mail.says(phrases.SET_SUBJECT):
        return True
    return not phrases.FAULT.search(mail.subject[found.end() :])


def _says_to_be_automatic(words):
    if phrases.ANSWERED.search(words):
        return False
    if phrases.SENTENCE.search(words):
        return True
    return sum(bool(hint.search(words)) for hint in phrases.HINT) >= 2


def _is_complaint(mail):
    """Tell the report of a reader who called a mail of ours spam (RFC 5965)."""
    complaints = [sign for sign in DOUBTFUL_SIGNS if sign.reason == COMPLAINT]
    messages = [mail.message, *_get_enclosed(mail.message)]
    return any(_has_any(message, complaints) for message in messages)


def _get_enclosed(message):
    parts = get_parts(message, "message/rfc822", returned=False)[:3]
    payloads = [part.get_payload() for part in parts]
    return [payload[0] for payload in payloads if isinstance(payload, list) and payload]


def _may_be_human(mail):
    """Tell whether something speaks for a human where one address speaks against it."""
    return mail.seems_human and not _tells_failure(mail)


def _tells_failure(mail):
    text = mail.words
    return bool(
        phrases.SMTP_REPLY.search(text)
        or phrases.UNDELIVERED.search(text)
        or phrases.RETURNED_HEAD.search(text)
    )


def _reports_humanly(message):
    """Tell a human's words below the subject of a report."""
    return any(get_value(message, header) for header in MAIL_CLIENTS)


def _get_subject(message):
    return get_value(message, "Subject")[:MAX_HEADER]


def _get_type(part):
    return get_value(part, "Content-Type")[:MAX_HEADER]


def _get_addresses(message, *headers):
    values = [value for header in headers for value in get_values(message, header)]
    try:
        found = getaddresses([value[:MAX_HEADER] for value in values])
    except Exception:
        # Python's parser of addresses raises on some that are broken.
        return set()
    return {address.lower() for _name, address in found if "@" in address}


def _has_any(message, signs):
    return any(_matches(message, sign.header, sign.pattern) for sign in signs)


def _matches(message, header, pattern):
    return any(pattern.search(value) for value in _get_heads(message, header))


def _get_heads(message, header):
    return [value[:MAX_HEADER] for value in get_values(message, header)]


def _get_report_reason(message):
    """Tell whether a mail with the subject of a report is one, by what it holds."""
    if _reports_humanly(message):
        return False
    if _returns_mail(message):
        return BOUNCE
    told = phrases.UNDELIVERED.search(_get_all_text(message))
    return PROBABLY_AUTOMATIC if told else False


def _returns_mail(message):
    """Tell whether a mail holds another that came back, or what a mail server said."""
    parts = iterate_parts(message, returned=False)
    types = {get_content_type(part) for part in parts}
    if types & {"message/rfc822", "text/rfc822-headers"}:
        return True
    text = _get_all_text(message)
    return bool(phrases.RETURNED_HEAD.search(text) or phrases.SMTP_REPLY.search(text))


def _get_all_text(message):
    parts = iterate_parts(message, returned=False)
    return "\n".join(
        get_text(part) for part in parts if get_content_type(part) == "text/plain"
    )
