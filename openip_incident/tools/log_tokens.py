# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Keeps whole tokens out of the server's own log: whoever reads logs is no party."""

import logging
import re
from traceback import format_exception

from .tokens import find_tokens

# What is left of a token tells that there was one.
MARKED = re.compile(r"token|AQAA|incident", re.I)
OURS = re.compile(r"(AQAAAAAAAAAA[\w+/-]{4})[\w+/%=-]{20,}", re.A)
PARAMETER = re.compile(
    r"(token(?:=|%(?:25)*3D)[\w+/-]{4,16}?)(?:[\w+/.-]|%(?!(?:25)*26))"
    r"{12,}=*",
    re.I | re.A,
)
FORM = re.compile(
    r"(/incident/form/|incident%(?:25)*2Fform%(?:25)*2F)([\w-]{4,16}?)"
    r"(?:[\w.-]|%(?!(?:25)*26)){12,}",
    re.I | re.A,
)
# Longer lines hold whole mails, and are looked through for tokens as they are.
MAX_LINE = 16_000


def shorten_tokens(text):
    """Return a line of a log without whole tokens.

    :param text: the line
    """
    if not MARKED.search(text) and "%" not in text:
        return text
    text = OURS.sub(r"\1…", text)
    text = PARAMETER.sub(r"\1…", text)
    text = FORM.sub(r"\1\2…", text)
    if len(text) <= MAX_LINE:
        for begin, end in reversed(find_tokens(text)):
            text = f"{text[:begin]}…{text[end:]}"
    return text


def install():
    """Have every logger of this process write shortened tokens, however often called.

    Not by a filter on loggers or handlers: those that come later would not have it.
    """
    make = logging.getLogRecordFactory()
    if getattr(make, "openip_shortens", False):
        return

    def make_shortened(*args, **kwargs):
        record = make(*args, **kwargs)
        _shorten_record(record)
        return record

    make_shortened.openip_shortens = True
    logging.setLogRecordFactory(make_shortened)


def _shorten_record(record):
    try:
        text = record.getMessage()
    except Exception:
        # A wrong call of the logger: logging itself tells of it.
        return
    short = shorten_tokens(text)
    if short != text:
        record.msg, record.args = short, None
    if record.exc_info and record.exc_info[0]:
        trace = "".join(format_exception(*record.exc_info)).rstrip("\n")
        short = shorten_tokens(trace)
        if short != trace:
            record.exc_text = short
