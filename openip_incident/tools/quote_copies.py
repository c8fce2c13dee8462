# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The words of our mails to one reader, as mail programs may quote them.

A program quotes the page, our text part, or makes a text of the page. What is around
the words is the same in all mails about one incident: it is read once for all of them.
"""

import re

from .mail_text import write_text_of
from .markup import parse
from .quote_lines import get_words
from .quote_sent import read_words

# Stands for the words of a mail: a word that none has.
PLACE = "openipwords4a0c1de2b7"
PLACE_HTML = f"<p>{PLACE}</p>"
# How a text that was made of a page lists its links at the end.
LISTED = re.compile(r"\[\d+\] ")


def read_whole(mails, make_text):
    """Return the words of mails, lists of a list per line: as pages, then as texts.

    :param mails: HTML
    :param make_text: function that makes a text of HTML as mail programs do
    """
    read = [_read(mail, make_text) for mail in mails]
    return [
        *(page for page, _text, _made in read),
        *([*text, *made] for _page, text, made in read),
    ]


def read_framed(frame, contents, peeks, make_text):
    """Return the same as :func:`read_whole`, of mails that differ by their words only.

    :param frame: HTML of a mail whose words are ``PLACE_HTML``
    :param contents: HTML, the words of each mail
    :param peeks: what an inbox shows of each beside its subject, as plain text
    :param make_text: see :func:`read_whole`
    :return: None where other words stand beside them in a line of the frame
    """
    around = _read(frame, make_text)
    if not all([PLACE] in shape for shape in around):
        return None
    pages, texts = [], []
    for content, peek in zip(contents, peeks, strict=True):
        page, text, made = _read(content, make_text)
        begin, links = get_words(peek), []
        while made and isinstance(made[-1], _Link):
            # They are listed behind everything.
            links.insert(0, made.pop())
        filled = [
            _fill(shape, inside, begin)
            for shape, inside in zip(around, (page, text, made), strict=True)
        ]
        pages.append(filled[0])
        texts.append([*filled[1], *filled[2], *links])
    return [*pages, *texts]


class _Link(list):
    """The words of a line that lists a link."""


def _read(content, make_text):
    """Return the words of a page, of our text part of it, and of others'."""
    root = parse(content)
    if root is None:
        return [], [], []
    page = read_words(root)
    text = list(map(get_words, write_text_of(root).splitlines()))
    made = [
        _Link(get_words(line)) if LISTED.match(line) else get_words(line)
        for line in make_text(content).splitlines()
    ]
    return page, text, made


def _fill(shape, inside, begin):
    """Return the lines of a frame with the words of a mail in their place.

    :param begin: how these words begin, where an inbox looks for that
    """
    places = [index for index, words in enumerate(shape) if words == [PLACE]]
    *peeks, place = places
    lines = [begin if index in peeks else words for index, words in enumerate(shape)]
    lines[place : place + 1] = inside
    return lines
