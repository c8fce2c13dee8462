# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How mail clients introduce what they quote: attributions, header blocks, separators.

One row per language or client. The names of fields are those of the Outlook, Apple,
Mozilla, Zimbra and Notes translations in French, English, German, and of neighbours.
"""

import re
from collections import Counter
from dataclasses import dataclass

FIELDS = {
    "from": (
        "de from von van da expéditeur émetteur emetteur sender absender remitente "
        "mittente"
    ),
    "sent": (
        "envoyé|envoyé le|date|date d'envoi|sent|sent at|sent on|gesendet|gesendet am|"
        "datum|data|fecha|enviado|enviado el|inviato|verzonden|reçu|le"
    ),
    "to": "à|a|pour|to|an|aan|para|per|destinataire|destinataires|empfänger|recipient",
    "cc": "cc|copie|copie à|copie carbone|cci|bcc|bci|kopie|kopie an|ccn|cópia|copia",
    "subject": (
        "objet|sujet|subject|betreff|betrifft|oggetto|asunto|assunto|onderwerp|re"
    ),
    "other": (
        "répondre à|reply-to|reply to|antwort an|importance|priorité|priority|"
        "wichtigkeit|priorität|pièces jointes|pièce jointe|attachments|anlagen|"
        "organisation|organization|message-id|via|liste|sender"
    ),
}
FIELDS["from"] = FIELDS["from"].replace(" ", "|")
KINDS = {name: kind for kind, names in FIELDS.items() for name in names.split("|")}
FIELD = re.compile(
    rf"[*_ ]*({'|'.join(sorted(map(re.escape, KINDS), key=len, reverse=True))})"
    r"[*_ \xa0]*[:：][*_ \xa0]*",
    re.I,
)

ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-][\w.-]{0,250}\w", re.A)
DATED = re.compile(r"\d{1,4}\s?[./-]\s?\d{1,2}|\d{1,2}[:hH.]\d{2}|\b(?:19|20)\d\d\b")

# A whole attribution, in one line or in up to three that a client has wrapped.
SPOKE = (
    r"a\s+écrit|a\s+ecrit|écrivait|écrit|vous\s+a\s+écrit|wrote|writes|has\s+written|"
    r"schrieb(?:en)?|geschrieben|ha\s+scritto|escribió|escreveu|schreef|ha\s+escrit"
)
ATTRIBUTION = re.compile(
    rf"\S.{{0,300}}\s(?:{SPOKE})(?:\s.{{0,160}}|\s?[:：]?[*_\s]{{0,8}})$", re.I
)
WRAPPED = 3
# How often a header names one kind of field.
REPEATED = 4
# How those begin that are long enough to be wrapped.
DATE_FIRST = re.compile(r"[-*_\s]*(?:le|on|am|el|il|em|op|den|\d{1,4})\b[\s.,/-]", re.I)
# What no attribution lacks.
SPEAKS = re.compile(rf"@.{{1,200}}:$|\b(?:{SPOKE})\b", re.I | re.M)
MESSAGE_OF = re.compile(r"message\s+du\s+[\d/. ]{6,10}", re.I)

TITLES = (
    "message d'origine|message original|message initial|message d’origine|"
    "mail original|courriel original|e-mail d'origine|mail d'origine|"
    "message transféré|message transféré ci-dessous|message réexpédié|"
    "début du message transféré|début du message réexpédié|message précédent|"
    "original message|original mail|original appointment|forwarded message|"
    "begin forwarded message|previous message|reply message|replied message|"
    "ursprüngliche nachricht|originalnachricht|original-nachricht|originale nachricht|"
    "weitergeleitete nachricht|anfang der weitergeleiteten nachricht|"
    "anfang der weitergeleiteten e-mail|urspr. nachricht|messaggio originale|"
    "mensaje original|mensagem original|oorspronkelijk bericht"
)
TITLE = re.compile(
    rf"[-_=*#>\s]{{0,80}}(?:{TITLES.replace(' ', chr(92) + 's+')})"
    r"(?:\s+(?:de|von|from|du|vom)\s.{1,120})?[\s:]*[-_=*#\s]{0,80}$",
    re.I,
)
# What help desks put above what they send: "##- répondre au-dessus de cette ligne -##".
ABOVE = re.compile(
    r"^[^\w#]{0,20}##.{3,200}##[^\w#]{0,20}$|"
    r"(?:répon|respond|reply|antwort|écri|saisi|write|type).{0,60}"
    r"(?:au-dessus|above|oberhalb|über).{0,60}(?:ligne|line|linie|zeile)",
    re.I,
)
FORWARDED = re.compile(r"transf|réexp|forward|weitergel", re.I)

# What a telephone adds by itself says nothing.
SENT_WITH = re.compile(
    r"von\s+mein\w{0,3}\s.{0,40}gesendet|"
    r"(?:envoyé|envoyée|expédié|sent|gesendet|télécharge[rz]|get|obtenir|"
    r"outlook)\b.{0,20}\b(?:de|depuis|à partir|avec|via|from|by|with|von|mit|meinem|"
    r"pour|for|für)\b.{0,60}",
    re.I,
)
PROGRAMS = re.compile(
    r"iphone|ipad|android|galaxy|samsung|huawei|xiaomi|mobile|smartphone|téléphone|"
    r"outlook|mail|blackberry|handy|telefon|ios|spark|gmx|web\.de|orange|proton|"
    r"appareil|app|bluemail|k-9|yahoo|windows|thunderbird",
    re.I,
)


@dataclass(slots=True)
class Introduction:
    """Lines that introduce a quote, from one index to before another."""

    begin: int
    end: int
    text: str
    # Kinds of the header fields by index of line; nothing for an attribution.
    fields: dict
    forwarded: bool = False


def is_noise(text):
    """Tell whether a line is what a program has added: "Sent from my iPhone".

    :param text: of one line
    """
    return len(text) < 100 and bool(SENT_WITH.match(text) and PROGRAMS.search(text))


def find_introductions(lines):
    """Return what introduces quotes among lines, in order.

    :param lines: list of :class:`~.quote_lines.Line`
    """
    found, index = [], 0
    while index < len(lines):
        introduction = _read_introduction(lines, index)
        if introduction:
            found.append(introduction)
            index = introduction.end
        else:
            index += 1
    return found


def _read_introduction(lines, index):
    line = lines[index]
    if not line.text or len(line.text) > 600:
        return None
    if TITLE.match(line.text) or MESSAGE_OF.match(line.text):
        return _read_titled(lines, index)
    if ABOVE.search(line.text) and len(line.text) < 240:
        return Introduction(index, index + 1, line.text, {})
    return _read_block(lines, index, led=_follows_rule(lines, index)) or (
        _read_attribution(lines, index)
    )


def _follows_rule(lines, index):
    """Tell whether a horizontal rule, drawn or typed, is right above a line."""
    for before in reversed(lines[max(0, index - 4) : index]):
        if before.rule or re.match(r"[-_=]{5,}$", before.text):
            return True
        if before.words:
            return False
    return False


def _read_titled(lines, index):
    """Read a title like "Original Message" with the fields or attribution below it."""
    below = _skip_blank(lines, index + 1)
    rest = None
    if below < len(lines):
        rest = _read_block(lines, below, led=True) or _read_attribution(lines, below)
    end = rest.end if rest else index + 1
    text = " ".join(line.text for line in lines[index:end])
    forwarded = bool(FORWARDED.search(lines[index].text))
    return Introduction(index, end, text, rest.fields if rest else {}, forwarded)


def _skip_blank(lines, index, limit=4):
    stop = index + limit
    while index < min(stop, len(lines)) and not lines[index].text:
        index += 1
    return index


def _read_block(lines, index, led):
    """Read the fields of a header: two kinds of them at least, one below a rule.

    A field may run on in the lines behind it, or have its value in the next line.

    :param led: whether something above says already that a header follows
    """
    fields, seen, last = {}, Counter(), index
    at = index
    while at < len(lines) and at - last <= 3:
        line = lines[at]
        found = FIELD.match(line.text)
        if found and not (line.rule and fields):
            kind = KINDS[" ".join(found[1].casefold().split())]
            if seen[kind] == (1 if kind in ("from", "subject") else REPEATED):
                break
            seen[kind] += 1
            fields[at], last = kind, at
        elif line.rule or (line.text and not _runs_on(fields, lines, last, line)):
            break
        elif line.text:
            fields[at], last = fields[last], at
        at += 1
    if index not in fields:
        return None
    kinds = set(fields.values())
    text = " ".join(lines[at].text for at in fields)
    if len(kinds) < 2 and not (
        "from" in kinds and (led or _is_packed(lines[index].text))
    ):
        return None
    if not kinds & {"from", "sent", "to"} or not (kinds & {"from"} or len(kinds) > 2):
        return None
    return Introduction(index, last + 1, text, fields)


def _is_packed(text):
    """Tell whether one line holds several fields: a client has dropped the breaks."""
    kinds = {
        KINDS[" ".join(found[1].casefold().split())]
        for found in re.finditer(rf"(?:^|\s|>){FIELD.pattern}", text, re.I)
    }
    return len(kinds) > 1 and "from" in kinds


def _runs_on(fields, lines, last, line):
    """Tell whether a line belongs to the field in front of it."""
    if last not in fields:
        return False
    label = FIELD.match(lines[last].text)
    if label and not lines[last].text[label.end() :].strip():
        return True
    if fields[last] not in ("to", "cc"):
        return False
    return bool(ADDRESS.search(line.text)) and (
        lines[last].text.rstrip().endswith((";", ",")) or line.text[:1] in "<;,"
    )


def _read_attribution(lines, index, look=True):
    """Read "On … wrote:", in one line or wrapped over three.

    :param look: whether one may begin in a later line, too
    """
    ahead = [line.text[:500] for line in lines[index : index + WRAPPED]]
    if not SPEAKS.search("\n".join(ahead)):
        return None
    wraps = DATE_FIRST.match(ahead[0])
    text, found = "", None
    for end, row in enumerate(ahead if wraps else ahead[:1], index):
        if not row or (text and _ends(text)):
            break
        later = look and text and DATE_FIRST.match(row)
        if later and _read_attribution(lines, end, look=False):
            # What is in front of it was somebody's last line.
            break
        text = f"{text} {row}".strip()
        if len(text) < 500 and _is_attribution(text):
            found = Introduction(index, end + 1, text, {})
            break
    return found


def _ends(text):
    """Tell whether a text is complete, so that no attribution begins in it."""
    return text.endswith((".", "!", "?", ":", ";"))


def _is_attribution(text):
    bare = text.strip("-_*= ")
    ends = bare.endswith((":", "：")) or (text[:2] == text[-2:] == "--")
    if ends and len(text) < 240 and DATED.search(text) and ADDRESS.search(text):
        # Some write no verb: "2026-11-28 11:15 GMT+01:00 OpenIP <x@y>:".
        return True
    if not ATTRIBUTION.match(bare):
        return False
    if ends:
        return bool(DATED.search(text) or ADDRESS.search(text) or len(text) < 100)
    return bool(DATED.search(text) and ADDRESS.search(text))
