# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a mail quotes of an earlier one, which its readers have already.

Only what we really sent is a quote, with what a client writes above it. Whatever else
stands there, between ``>``, in a blockquote, below a header, somebody has written: it
is an answer, or a third person's mail that is passed on, and everybody reads it.

Libraries that judge by the form of a mail alone (``quotequail``, ``mail-parser-reply``)
lose 6 and 3 of 36 answers to such mails, and leave more of ours: ``tests/quotes``.
"""

import re
from bisect import bisect_left

from .markup import parse, remove, serialize
from .quote_headers import ADDRESS, DATED, find_introductions, is_noise
from .quote_lines import get_words, read_lines
from .quote_marks import QUOTE_XPATH, drop_unseen, is_quote, is_signature, set_marks
from .quote_sent import Sent
from .quote_signatures import find_signatures

# No human writes more lines and elements than that: such a mail is not compared, and
# keeps the marks that it has, so that it holds up nobody.
MOST_LINES = 50_000
# So many words in our order are a quote even where nothing else says so.
COPIED = 12
AHEAD = 16
# How many lines below an introduction are looked at to know what it introduces.
BELOW = 3
HINT = re.compile(
    r"data-o-mail-quote|<blockquote|(?:^|[\n>])\s*(?:&gt;|--|__)|<hr|wrote|écrit|ecrit|"
    r"schrieb|(?:objet|subject|betreff|from|von|de)\s*(?:&nbsp;|\xa0|\s)*:|##|message",
    re.I,
)


def may_quote(body, signs=()):
    """Tell whether HTML may quote anything; it costs little to be wrong with yes.

    :param body: HTML
    :param signs: texts that all our mails hold, as the number of an incident
    """
    text = str(body or "")
    return bool(HINT.search(text)) or any(sign in text for sign in signs if sign)


def mark_quotes(body, mails=(), texts=(), us=(), author=(), copies=()):
    """Return HTML in which exactly what is a quote carries Odoo's mark.

    :param body: HTML, marked by Odoo's sanitizer or not
    :param mails: HTML of what its author has got from us, the latest first
    :param texts: the same as plain text, as clients without HTML show it
    :param us: names and addresses that we write under
    :param author: names of the author and its company, for signatures
    :param copies: instead of mails and texts, their words: see :class:`Sent`
    """
    text = str(body or "")
    if text.count("\n") + text.count("<") > MOST_LINES:
        return body
    root = parse(body)
    if root is None:
        return body
    drop_unseen(root)
    trees = [tree for tree in map(parse, mails) if tree is not None]
    lines = read_lines(root, is_quote, is_signature)
    sent = Sent(trees, texts, copies)
    set_marks(root, lines, _Reading(lines, sent, us, author).find_cut())
    return serialize(root)


def strip_quotes(body):
    """Return HTML without the parts that quote an earlier mail.

    :param body: HTML with Odoo's marks
    """
    root = parse(body)
    if root is None:
        return serialize(None)
    for node in root.xpath(QUOTE_XPATH):
        remove(node)
    return serialize(root)


def find_quoted(lines, introductions):
    """Return the indexes of lines that stand where clients put what they quote.

    :param lines: list of :class:`~.quote_lines.Line`
    :param introductions: of these lines
    """
    quoted = {index for index, line in enumerate(lines) if line.quoted}
    said = find_said(lines)
    for introduction in introductions:
        below = get_below(said, introduction.end, 1)
        if below and not lines[below[0]].quoted:
            quoted.update(range(introduction.end, len(lines)))
            break
    return quoted


def find_said(lines):
    """Return the indexes of the lines with words, those that programs add apart."""
    return [
        index
        for index, line in enumerate(lines)
        if line.words and not is_noise(line.text)
    ]


def get_below(said, index, count):
    """Return the next lines that say something, from an index on.

    :param said: what :func:`find_said` returned
    """
    begin = bisect_left(said, index)
    return said[begin : begin + count]


class _Reading:
    """Tells of each line of a mail whether its readers have it already."""

    def __init__(self, lines, sent, us, author):
        self.lines, self.sent, self.author = lines, sent, author
        self.us = [tuple(get_words(name)) for name in us if name]
        self.introductions = find_introductions(lines)
        self.said = find_said(lines)
        self.ours = set()
        self.open = find_quoted(lines, self.introductions)

    def find_cut(self):
        """Return the indexes of the lines that are to be folded."""
        if self.sent:
            self._find_ours()
        cut = set(self.ours)
        for introduction in self.introductions:
            if self._introduces_ours(introduction):
                cut.update(range(introduction.begin, introduction.end))
        cut |= find_signatures(self.lines, self.author)
        return cut | self._find_between(cut)

    def _find_ours(self):
        """Find the lines that repeat what we have sent, in the order of reading."""
        index, place = 0, None
        while index < len(self.lines):
            line = self.lines[index]
            if not line.words:
                index += 1
                continue
            if index not in self.open and not self._goes_on(index, place):
                index, place = self._find_copy(index, place)
                continue
            end = self.sent.find(line.words, place)
            if end is None and line.text.endswith("?"):
                end = self.sent.find_question(line.words, place)
            if end is not None:
                self.ours.add(index)
                place = end
            index += 1

    def _goes_on(self, index, place):
        """Tell whether a line is what a client has wrapped of the one above it."""
        return index - 1 in self.ours and self.sent.goes_on(
            self.lines[index].words, place
        )

    def _find_copy(self, index, place):
        """Tell whether a copy of our mail begins here that nothing else says is one.

        Answers may stand in it; so many lines are looked at as our layout is long.

        :return: the index and the place to go on with
        """
        count, seen, here = 0, 0, place
        for at in range(index, len(self.lines)):
            words = self.lines[at].words
            if at in self.open or seen == AHEAD or count >= COPIED:
                break
            end = self.sent.find(words, here) if words else None
            if at == index and end is None:
                break
            seen += bool(words)
            if end is not None:
                count, here = count + len(words), end
        if count < COPIED:
            return index + 1, place
        self.open.update(range(index, len(self.lines)))
        return index, place

    def _introduces_ours(self, introduction):
        """Tell whether what follows an introduction is ours, or nothing."""
        rows = range(introduction.begin, introduction.end)
        below = get_below(self.said, introduction.end, BELOW)
        names = self._names_us(introduction)
        if any(index in self.ours for index in below[:1]):
            return True
        if not names:
            # Of a quote that its author has deleted.
            fields = introduction.fields
            return not (below or fields) and self._is_sure(introduction)
        return (
            self._is_sure(introduction)
            or not below
            or any(index in self.ours for index in below)
            or self.lines[below[0]].quoted
            or all(self.lines[index].quoted for index in rows)
        )

    def _is_sure(self, introduction):
        """Tell whether no human writes like this."""
        text = introduction.text
        return bool(
            introduction.fields or ADDRESS.search(text) or DATED.search(text)
        ) or text.startswith(("-", "#", "_"))

    def _names_us(self, introduction):
        """Tell whether an introduction says that we have written what follows."""
        texts = [
            self.lines[index].text
            for index, kind in introduction.fields.items()
            if kind == "from"
        ]
        words = get_words(" ".join(texts) or introduction.text)
        if not introduction.fields and not introduction.forwarded:
            # A separator alone names nobody.
            if not ADDRESS.search(introduction.text) and introduction.text[:1] in "-#":
                return True
        return any(_holds(words, name) for name in self.us)

    def _find_between(self, cut):
        """Return the indexes of lines without words that belong to what is folded."""
        between, above = set(), True
        below = self._get_neighbours(cut)
        for index, line in enumerate(self.lines):
            if line.words:
                above = index in cut
            elif index in cut:
                continue
            elif below[index] and (above or line.rule or line.text):
                between.add(index)
            elif line.quoted and (above or below[index]):
                # A mark of a quote alone, or a blank in one.
                between.add(index)
        return between

    def _get_neighbours(self, cut):
        """Return for each line whether the next one with words is folded, or none."""
        below, state = [True] * len(self.lines), True
        for index in range(len(self.lines) - 1, -1, -1):
            below[index] = state
            if self.lines[index].words or index in cut:
                state = index in cut
        return below


def _holds(words, name):
    size = len(name)
    return size > 0 and any(
        tuple(words[index : index + size]) == name
        for index in range(len(words) - size + 1)
    )
