# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Tells mail that a machine wrote from mail that a human wrote.

Vacation replies, delivery reports and other machine mail are no answers (RFC 3834,
RFC 3464). Each rule reads one header and names the reason that agents are shown.
``X-Auto-Response-Suppress`` is no rule: Exchange puts it on what humans write.
"""

import re

AUTO_REPLY = "auto_reply"
BOUNCE = "bounce"
BULK = "bulk"
PROBABLY_AUTOMATIC = "probably_automatic"

REASONS = [
    (AUTO_REPLY, "Automatic reply"),
    (BOUNCE, "Delivery report"),
    (BULK, "Mailing list or bulk mail"),
    (PROBABLY_AUTOMATIC, "Probably automatic, by its subject"),
]

ANYTHING = re.compile(r"")
NOT_NO = re.compile(r"^\s*(?!no\b)\S", re.I)
MAIL_SYSTEM = re.compile(r"\b(mailer-daemon|postmaster)@", re.I)

# (header, what its value has to match, reason); the first match decides. What names
# itself comes before the empty return path, which vacation replies have, too.
RULES = [
    ("Content-Type", re.compile(r"report-type\s*=\s*\"?delivery-status", re.I), BOUNCE),
    ("X-Failed-Recipients", ANYTHING, BOUNCE),
    ("From", MAIL_SYSTEM, BOUNCE),
    ("Content-Type", re.compile(r"report-type\s*=\s*\"?disposition", re.I), AUTO_REPLY),
    ("Auto-Submitted", NOT_NO, AUTO_REPLY),
    ("X-Autoreply", NOT_NO, AUTO_REPLY),
    ("X-Autoreply-From", ANYTHING, AUTO_REPLY),
    ("X-Mail-Autoreply", ANYTHING, AUTO_REPLY),
    ("X-Autorespond", ANYTHING, AUTO_REPLY),
    ("X-Autoresponder", ANYTHING, AUTO_REPLY),
    ("X-MS-Exchange-Inbox-Rules-Loop", ANYTHING, AUTO_REPLY),
    ("Precedence", re.compile(r"^\s*auto[-_]?reply\b", re.I), AUTO_REPLY),
    ("Return-Path", re.compile(r"^\s*<?\s*(mailer-daemon\S*)?>?\s*$", re.I), BOUNCE),
    # Not list: a group address through which a human answers says that, too.
    ("Precedence", re.compile(r"^\s*(bulk|junk)\b", re.I), BULK),
]

# How vacation replies begin their subject where they have no header to say it: a set
# phrase, then the subject that they answer. A human's sentence goes on otherwise.
SUBJECTS = re.compile(
    r"^\s*(?:auto\s*:|"
    r"(?:"
    r"out of (?:the )?office(?: auto[ -]?reply)?|auto(?:matic)?[ -]?(?:reply|response)|"
    r"r[ée]ponse automatique|absente?(?: du bureau)?|absence du bureau|"
    r"(?:message|notification) d.absence|"
    r"automatische antwort|(?:automatische )?abwesenheits(?:notiz|meldung)|abwesend|"
    r"automatisch antwoord|afwezigheids(?:bericht|melding)|afwezig|"
    r"respuesta autom[áa]tica|fuera de (?:la )?oficina|"
    r"risposta automatica|fuori (?:sede|ufficio)|"
    r"resposta autom[áa]tica|autosvar|automatisk svar|automaattinen vastaus"
    r")\s*(?:$|[:;!.…–—(\[«-]|re\b|until\b|till\b|jusqu|bis\b|fino\b|hasta\b|tot\b)|"
    # Lotus Notes puts the name first.
    r".{1,80}\b(?:is out of the office|est absent\(e\)|ist außer Haus)\s*(?:$|[.(]))",
    re.I,
)


def classify(message):
    """Tell why a mail is none that a human wrote.

    :param message: ``email.message.EmailMessage``
    :return: key of ``REASONS``, or False for what may well be human
    """
    for header, pattern, reason in RULES:
        for value in message.get_all(header, []):
            if pattern.search(str(value)):
                return reason
    if SUBJECTS.match(str(message.get("Subject", ""))):
        return PROBABLY_AUTOMATIC
    return False


def reports_failure(message):
    """Tell whether a mail says that another one will not be delivered any more.

    What Odoo takes for a bounce may be less: the news of a delay or of a delivery, a
    read receipt, a vacation reply that went to the return path.

    :param message: ``email.message.EmailMessage``
    """
    reports = _get_parts(message, "message/delivery-status")
    actions = [
        str(block["Action"]).strip().lower()
        for report in reports
        for block in report.get_payload()
        if block["Action"]
    ]
    if actions:
        return "failed" in actions
    if _get_parts(message, "message/disposition-notification"):
        return False
    sender = str(message.get("From", ""))
    return bool(reports or message["X-Failed-Recipients"] or MAIL_SYSTEM.search(sender))


def get_reported_ids(message):
    """Return the Message-IDs of the mails that a report may be about.

    :param message: ``email.message.EmailMessage``
    """
    texts = [
        *message.get_all("References", []),
        *message.get_all("In-Reply-To", []),
        *(
            block["Original-Message-ID"] or ""
            for receipt in _get_parts(message, "message/disposition-notification")
            for block in receipt.get_payload()
        ),
        # Old mail servers return the mail, or its head, as mere text.
        *(
            part.get_payload(decode=True).decode("latin-1")
            for part in _get_parts(message, "text/plain")
        ),
    ]
    return re.findall(r"<[^<>\s]+@[^<>\s]+>", "\n".join(map(str, texts)))


def _get_parts(message, content_type):
    return [
        part
        for part in message.walk()
        if part.get_content_type() == content_type
        and (content_type == "text/plain" or part.is_multipart())
    ]
