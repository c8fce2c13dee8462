# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Finds the words that somebody wrote himself, above or below what he quotes.

This is a guess for those who judge a mail by its first words; what leaves to others is
cut with more care. Everything here takes time in proportion to the length of the text.
"""

import re

from lxml import etree, html

from .mail_reader import get_content_type, get_text, get_value, iterate_parts

MAX_LENGTH = 20_000
MAX_LINES = 400
# A line of a mail that is longer is no mark of a quote.
MAX_MARK = 300

# How mail programs introduce what they quote; the date and the name may be broken.
INTRODUCED = re.compile(
    r"^\s*(?:le|on|am|el|il|op|em|den|w dniu)\s.{4,250}"
    r"\b(?:(?:a|à) [ée]crit|wrote|schrieb(?:en)?|escribi[óo]|ha scritto|schreef|"
    r"escreveu)"
    r"\b.{0,120}:\s*$",
    re.I,
)
INTRODUCES = re.compile(r"^\s*(?:le|on|am|el|il|op|em|den)\s.{0,60}\d", re.I)
SAID = re.compile(
    r"\b(?:(?:a|à) [ée]crit|wrote|schrieb(?:en)?|escribi[óo]|ha scritto|schreef)"
    r"(?: ?:|\b.{0,80}:)\s*$",
    re.I,
)
SEPARATOR = re.compile(
    r"^\s*(?:-{2,}|_{2,})\s*(?:message d.origine|message transf[ée]r[ée]|original "
    r"message|"
    r"forwarded message|urspr[üu]ngliche nachricht|mensaje original|"
    r"messaggio originale|courriel original|original appointment)\s*(?:-{2,}|_{2,})|"
    r"^\s*_{10,}\s*$|^\s*begin forwarded message\s*:|"
    r"^\s*d[ée]but du message (?:r[ée]exp[ée]di[ée]|transf[ée]r[ée])\s*:",
    re.I,
)
# Ticket systems ask to write above such a line.
WRITE_ABOVE = re.compile(
    r"^\W*(?:please )?(?:(?:merci de )?r[ée]pon(?:dre|dez) au[- ]dessus|[ée]cri(?:re|"
    r"vez) "
    r"au[- ]dessus|(?:type|write) your reply above|reply above|reply (?:below|above) "
    r"this)",
    re.I,
)
HEAD_FIRST = re.compile(r"^\W*(?:de|from|von|da|van)\s*:\s*\S", re.I)
HEAD_NEXT = re.compile(
    r"^\W*(?:envoy[ée]|date|sent|gesendet|datum|inviato|[àa]|to|an|a|objet|subject|"
    r"betreff|cc)\s*:",
    re.I,
)
SIGNATURE = re.compile(r"^--\s?$")

# What ends a mail, however different it is from mail to mail.
CLOSING = re.compile(
    r"^\W*(?:bien )?(?:cordialement|[àa] vous|salutations|sinc[èe]res|bonne journ[ée]e|"
    r"(?:with )?(?:best|kind|warm)? ?regards|sincerely|cheers|cdt|mfg|"
    r"mit freundlichen)\b",
    re.I,
)
NO_LETTER = re.compile(r"[\W\d_]+")
# Shorter words are the same in what humans write twice.
MANY_LETTERS = 30

# What mail programs put a quoted mail into, and what nobody reads.
UNREAD = {"script", "style", "head", "title", "template", "blockquote"}
QUOTE_MARKS = re.compile(
    r"gmail_quote|yahoo_quoted|moz-cite-prefix|protonmail_quote|divRplyFwdMsg|"
    r"appendonsend"
)
BLOCKS = {"p", "div", "br", "tr", "li", "table", "h1", "h2", "h3", "hr", "pre"}


def get_own_lines(text):
    """Return the lines of a plain text that its author did not quote.

    What stands above the quoted mail, else what stands below; neither signatures nor
    the line that introduces the quote.

    :param text: str
    :return: list of str without blanks around
    """
    lines = text[:MAX_LENGTH].splitlines()[:MAX_LINES]
    own = []
    for number, line in enumerate(lines):
        following = lines[number + 1 : number + 5]
        if SIGNATURE.match(line) or _begins_quote(line, following):
            if any(own):
                break
        elif not _is_quoted(line, following, lines[number - 1] if number else ""):
            own.append(line.strip())
    return own


def get_fingerprint(body):
    """Return the letters of what somebody wrote himself, to compare two mails by.

    Numbers are left out: an acknowledgement has another one each time.

    :param body: HTML
    :return: str, empty where there are too few
    """
    letters = []
    for line in get_own_lines(get_text_of_html(body)):
        if CLOSING.match(line):
            break
        letters.append(NO_LETTER.sub("", line.lower()))
    text = "".join(letters)
    return text if len(text) >= MANY_LETTERS else ""


def get_own_words(message):
    """Return what the author of a mail wrote himself, as far as a machine can tell.

    :param message: ``email.message.Message``, however broken
    :return: str, a line of it per line of the mail
    """
    return "\n".join(get_own_lines(get_plain_text(message))).strip()


def get_plain_text(message):
    """Return the text of a mail: that of its plain part, else of its HTML.

    :param message: ``email.message.Message``, however broken
    """
    parts = [part for part in iterate_parts(message, returned=False) if _is_words(part)]
    plain = [part for part in parts if get_content_type(part) == "text/plain"]
    texts = [get_text(part)[:MAX_LENGTH] for part in plain]
    if any(text.strip() for text in texts):
        return "\n".join(texts)[:MAX_LENGTH]
    rich = [part for part in parts if get_content_type(part) == "text/html"]
    return "\n".join(get_text_of_html(get_text(part)) for part in rich)[:MAX_LENGTH]


def get_text_of_html(body):
    """Return the words of HTML, without what its author quotes.

    :param body: str
    """
    try:
        root = html.document_fromstring(body)
    except Exception:
        # lxml refuses what is empty, or no text at all.
        return ""
    walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    words = []
    for event, node in walker:
        if event != "start":
            words.append("\n" if node.tag in BLOCKS else "")
            words.append(node.tail or "")
        elif _is_unread(node):
            walker.skip_subtree()
        else:
            words.append("\n" if node.tag in BLOCKS else "")
            words.append(node.text or "")
    return "".join(words).replace("\xa0", " ")


def _is_unread(node):
    marks = f"{node.get('class', '')} {node.get('id', '')}"
    return node.tag in UNREAD or bool(QUOTE_MARKS.search(marks[:500]))


def _is_words(part):
    """Tell the text of a mail from a file that goes with it."""
    if part.is_multipart() or get_content_type(part) not in ("text/plain", "text/html"):
        return False
    return not get_value(part, "Content-Disposition").lower().startswith("attachment")


def _begins_quote(line, following):
    """Tell whether everything from a line on was quoted."""
    if len(line) > MAX_MARK:
        return False
    if SEPARATOR.match(line) or WRITE_ABOVE.match(line):
        return True
    return bool(HEAD_FIRST.match(line)) and any(map(HEAD_NEXT.match, following))


def _is_quoted(line, following, before):
    """Tell whether a line is quoted, or introduces a quote."""
    if line.lstrip().startswith((">", "|")):
        return True
    if len(line) > MAX_MARK:
        return False
    if INTRODUCED.match(line) or (SAID.search(line) and INTRODUCES.match(before)):
        return True
    return bool(INTRODUCES.match(line)) and bool(
        following and len(following[0]) <= MAX_MARK and SAID.search(following[0])
    )
