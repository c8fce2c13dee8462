# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Tells the report of a failure from the news of a delay, and from a human's words.

At our return path reports arrive and little else; at a team's address, where mail
systems without manners send theirs, more has to speak for one before it is taken for
what it is.
"""

import re

from .mail_phrases import REPORT_SUBJECTS
from .mail_reader import (
    get_blocks,
    get_content_type,
    get_parts,
    get_text,
    get_value,
    get_values,
    iterate_parts,
)
from .mail_signs import MAIL_CLIENTS, MAIL_SYSTEM, POSTMASTER

# Who reports says it at once.
MAX_TEXT = 10_000
MAX_SUBJECT = 1000

# A report that the mail is still on its way, or has arrived, is no failure.
NO_FAILURE = re.compile(
    r"\bdelay|delivery warning|warning:.*\b(?:hours?|days?|minutes)\b|"
    r"still being retried|could not send message for past|"
    r"\bsucce(?:ss|eded)|\brelayed\b|\bdelivered to\b|verz[öo]ger|retard|retras|"
    r"\bdiff[ée]r[ée]e?s?\b|en attente\b",
    re.I,
)
# So do those say it whose subject says nothing.
STILL_TRYING = re.compile(
    r"not yet been (?:delivered|sent)|has been (?:delayed|postponed)|"
    r"(?:will|shall) (?:continue|keep) (?:to )?(?:try|on trying|be made|for)|"
    r"will (?:continue to )?be (?:retried|tried again)|"
    r"attempts? (?:to deliver [^.\n]{0,60})?will (?:continue|be repeated)|"
    r"still (?:being )?(?:retr|try)|no action is required|"
    r"(?:this is|c.est) (?:only )?(?:a|un) (?:simple )?(?:warning|avertissement)\b|"
    r"advisory-only|n.(?:a|est|ont) pas encore|"
    r"(?:nouve(?:lle|aux?)|autres?) (?:tentatives?|essais?)[^.\n]{0,60}"
    r"(?:effectu|faite?s?|sera|seront|auront)|"
    r"(?:remise|tentatives?|essais?)[^.\n]{0,60} (?:se )?(?:poursuiv|continu)|"
    r"noch nicht (?:zugestellt|ausgeliefert)|weiter(?:hin)? versucht|a[úu]n no se ha",
    re.I,
)

# Behind this address there may be a human.

# What a mail server answers, with the code of RFC 3463 or without.
SMTP_REPLY = re.compile(
    r"\b[45]\d\d[ -]#?[45]\.\d{1,2}\.\d{1,3}\b|\b55[0-4][ -]{1,3}\S|"
    r"\b5\.\d{1,2}\.\d{1,3}\b"
)

# The sentences of mail systems about a mail of ours, and about a mailbox.
YOUR_MAIL = re.compile(
    r"(?:\b(?:your|the|this|original) (?:e-?mail|mail|message)\b"
    r"[^.!?]{0,160}\b(?:could not|cannot|can not|can.t|couldn.t|not been|was not|"
    r"undeliver|unable to|rejected|not delivered)|"
    r"\b(?:votre|ce|le) (?:message|mail|e-?mail|courriel|courrier)\b[^.!?]{0,160}"
    r"\b(?:n.?(?:a|est|ont) (?:donc )?(?:pas|pu)|rejet[ée]|refus[ée]|non (?:remis|d)|"
    r"ne (?:peut|pourra))|"
    r"\b(?:ihre|die) (?:nachricht|e-?mail|mail)\b[^.!?]{0,160}\b(?:nicht|abgelehnt)|"
    r"\b(?:su|el) (?:mensaje|correo)\b[^.!?]{0,160}\bno (?:se )?(?:ha|pud|pued|fue)|"
    r"\b(?:il (?:suo |tuo )?messaggio)\b[^.!?]{0,160}\bnon )",
    re.I,
)
UNKNOWN_OR_FULL = re.compile(
    r"\b(?:user|recipient|address|mailbox|account|destinataire|adresse|bo[îi]te|compte|"
    r"utilisateur|empf[äa]nger|benutzer)\b[^.\n]{0,100}\b(?:unknown|not found|invalid|"
    r"does(?: not|n.t) exist|disabled|full|unavailable|over quota|exceeded|inconnue?|"
    r"introuvable|invalide|inexistante?|n.existe|pleine?|satur[ée]e?|d[ée]sactiv|"
    r"unbekannt|voll)|"
    r"\b(?:no such|unknown|invalid) (?:user|recipient|address|mailbox|account)|"
    r"\bquota\b[^.\n]{0,40}\b(?:exceeded|d[ée]pass)|\bd[ée]passement de quota",
    re.I,
)
UNDELIVERED = re.compile(
    r"(?:not|n't|n’t|unable to|fail(?:ed|ure)?(?: to)?) (?:be )?deliver|undeliver|"
    r"delivery (?:has |of |to )?\S{0,40}\s?fail|(?:did|could) not (?:be )?reach|"
    r"delivery problem|invalid final delivery|permanent (?:fatal )?error|"
    r"pu [êe]tre (?:remis|d[ée]livr|distribu|achemin|transmis)|"
    r"nicht zugestellt|no (?:se )?ha podido entregar|recapitar|consegnat",
    re.I,
)
FULL_SUBJECT = re.compile(
    r"^\W*(?:bo[îi]te(?: aux lettres| mail| [ée]lectronique| de r[ée]ception)?"
    r"(?: de \S{1,60})? (?:est )?(?:pleine|satur[ée]e)|messagerie (?:pleine|satur)|"
    r"quota (?:d[ée]pass|exceeded)|d[ée]passement de quota|"
    r"(?:user.?s? )?mailbox (?:is )?(?:full|over quota)|over quota\b|"
    r"(?:destinataire|adresse|utilisateur) (?:inconnue?|introuvable|invalide)|"
    r"(?:recipient|user|address) (?:unknown|not found|rejected)|"
    r"(?:message|mail|courriel|e-?mail) (?:rejet|refus|retourn|non d|en [ée]chec)|"
    r"[ée]chec (?:d.envoi|de (?:la )?d[ée]livrance|d.acheminement)|"
    r"retour (?:de mail|[àa] l.exp[ée]diteur)|impossible de (?:remettre|d[ée]livrer)|"
    r"rejected mail|mail (?:rejected|refused|returned)|postfach voll|mailbox voll|"
    r"buz[óo]n lleno|casella (?:piena|di posta piena))",
    re.I,
)
# In whose own name it is written that their mailbox is full.
OWN_MAILBOX = re.compile(
    r"\b(?:ma|notre) (?:bo[îi]te|messagerie)[^.\n]{0,60}\b(?:pleine|satur)|"
    r"\b(?:my|our) (?:mailbox|inbox)[^.\n]{0,60}\b(?:full|over quota)|"
    r"\bmein postfach[^.\n]{0,60}\bvoll",
    re.I,
)
# Sieve's "reject" (RFC 5429) and others send a receipt that says so.
REJECTED = re.compile(r"\breject|\bquota exceeded|\brefus[ée]", re.I)

RETURNED_HEAD = re.compile(
    r"^[> \t]*(?:Received|Message-ID|Return-Path):\s", re.I | re.M
)
NULL_PATH = re.compile(r"^\s*<?\s*(?:mailer-daemon\S*)?>?\s*$", re.I)

HUMAN_PROGRAM = re.compile(
    r"outlook|thunderbird|mozilla|apple mail|iphone mail|ipad mail|evolution|kmail|"
    r"roundcube|zimbra|squirrelmail|horde|sogo|samsung|android",
    re.I,
)

# Where the words of the mail system end and those of the returned mail begin.
RETURNED_MAIL = re.compile(
    r"^[ \t>]*(?:--.*(?:original|origine|returned|copy|header|below this line|unsent"
    r"|retourn)"
    r"|(?:your |the )?original (?:message|mail)\b.*:\s*$"
    r"|old message:\s*$"
    r"|(?:Received|Return-Path|Message-ID|DKIM-Signature|MIME-Version):\s)",
    re.I | re.M,
)


def reports_failure(message):
    """Tell whether a mail to our return path says that another one is given up.

    What Odoo takes for a bounce may be less: the news of a delay or of a delivery, a
    read receipt, a vacation reply that went to the return path.

    :param message: ``email.message.Message``, however broken
    """
    told = _read_fields(message)
    if told is not None:
        return told
    subject = get_value(message, "Subject")[:MAX_SUBJECT]
    named = MAIL_SYSTEM.search(get_value(message, "From")[:MAX_SUBJECT])
    if not named and not _seems_report(message, subject):
        return False
    return not NO_FAILURE.search(subject) and not STILL_TRYING.search(
        get_own_text(message)
    )


def is_failure_report(message):
    """Tell whether a mail reports a failure, whichever address of ours it came to.

    A postmaster is a human, too: what its mail says has to be what mail systems say.

    :param message: ``email.message.Message``, however broken
    """
    told = _read_fields(message)
    if told is not None:
        return told
    if not reports_failure(message):
        return False
    sender = get_value(message, "From")[:MAX_SUBJECT]
    daemon = MAIL_SYSTEM.search(sender) and not POSTMASTER.search(sender)
    return bool(daemon) or (not seems_typed(message) and _has_proof(message))


def is_full_in_own_name(message):
    """Tell whether a mailbox says under its owner's name that it has lost our mail.

    :param message: ``email.message.Message``, however broken
    """
    text = get_own_text(message)
    if seems_typed(message) or STILL_TRYING.search(text):
        return False
    return bool(OWN_MAILBOX.search(text) and YOUR_MAIL.search(text))


def get_own_text(message):
    """Return what the mail system says itself, without the mail that it returns.

    :param message: ``email.message.Message``, however broken
    """
    parts = get_parts(message, "text/plain", returned=False)
    parts = parts or get_parts(message, "text/html", returned=False)
    text = get_text(parts[0])[:MAX_TEXT] if parts else ""
    if parts and get_content_type(parts[0]) == "text/html":
        text = re.sub(r"<(?:[^<>\s@]{1,20}(?:\s[^<>]{0,500})?)>", " ", text)
    return RETURNED_MAIL.split(text, maxsplit=1)[0]


def get_words(block, header):
    """Return the first word of each value of a field, in lower case.

    :param block: fields of a report
    :param header: name of the field
    """
    values = [value.split() for value in get_values(block, header)]
    return [words[0].lower() for words in values if words]


def tells_failure(block):
    """Tell whether the fields about one recipient say that a mail is given up.

    :param block: fields of a report; without an action they say it (RFC 3464)
    """
    actions = get_words(block, "Action")[:1]
    return not actions or actions[0].startswith(("fail", "error"))


def _read_fields(message):
    """Tell what the fields of a report say; None where it has none."""
    blocks = get_blocks(message, "message/delivery-status")
    blocks = [block for block in blocks if get_words(block, "Action")]
    if blocks:
        return any(tells_failure(block) for block in blocks)
    if get_parts(message, "message/disposition-notification", returned=False):
        return _is_rejection(message)
    if get_parts(message, "message/delivery-status", returned=False):
        return True
    return True if get_value(message, "X-Failed-Recipients") else None


def _is_rejection(message):
    """Tell whether a receipt says that a mail was turned down, not just read."""
    submitted = get_value(message, "Auto-Submitted")[:MAX_SUBJECT]
    return bool(
        REJECTED.search(submitted)
        or (YOUR_MAIL.search(text := get_own_text(message)) and REJECTED.search(text))
    )


def _seems_report(message, subject):
    """Tell a report by its subject, or by being nobody's, and by what it says."""
    if seems_typed(message):
        return False
    text = get_own_text(message)
    if REPORT_SUBJECTS.match(subject) or FULL_SUBJECT.match(subject):
        return _has_returned(message) or bool(
            SMTP_REPLY.search(text) or YOUR_MAIL.search(text)
        )
    nobody = any(NULL_PATH.match(path) for path in get_values(message, "Return-Path"))
    return nobody and bool(SMTP_REPLY.search(text) or _has_failed(text))


def _has_failed(text):
    return UNDELIVERED.search(text) and YOUR_MAIL.search(text)


def _has_proof(message):
    text = get_own_text(message)
    return _has_returned(message) or any(
        pattern.search(text)
        for pattern in (SMTP_REPLY, YOUR_MAIL, UNKNOWN_OR_FULL, UNDELIVERED)
    )


def _has_returned(message):
    """Tell whether the mail that failed, or its head, comes back."""
    parts = list(iterate_parts(message, returned=False))
    types = {get_content_type(part) for part in parts}
    if types & {"message/rfc822", "text/rfc822-headers"}:
        return True
    plain = [part for part in parts if get_content_type(part) == "text/plain"]
    return any(RETURNED_HEAD.search(get_text(part)) for part in plain[:5])


def seems_typed(message):
    """Tell whether a mail names the program of a human."""
    return any(
        HUMAN_PROGRAM.search(get_value(message, header)) for header in MAIL_CLIENTS
    )
