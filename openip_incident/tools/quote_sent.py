# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What we have sent, as a sequence of words in which lines of an answer are found.

A quote repeats our words in our order; an answer written into it does not. A line is
ours if runs of our words cover it, one behind the other. That takes time in proportion
to the words: each is looked up in an index of groups of three.
"""

from bisect import bisect_left, bisect_right
from functools import cached_property

from .quote_lines import get_words, read_lines

GROUP = 3
# As many words as a bounded number of mails has; what is more, no reader quotes.
AT_MOST = 60_000
# Left out between two words of a quote: a link, a name, a part that a client dropped.
GAP = 14
# As long is a run that is ours wherever it stands.
LONG = 5
# And where it was quoted above already.
COPY = 8
# How many places of a group of words are looked at.
TRIED = 8
# What people answer in one word, though one of our buttons may say the same.
ANSWERS = frozenset(
    "oui non ok ko nok d'accord fait faite faits done yes no ja nein si vu idem reçu "
    "correct exact confirmé confirmée confirmed parfait rien aucun aucune none".split()
)


class Sent:
    """The words of mails that a reader has got from us, the latest first."""

    def __init__(self, roots=(), texts=(), copies=()):
        """
        :param roots: trees of our mails
        :param texts: their plain-text parts
        :param copies: the same as they were read before: lists of the words of lines
        """
        self.words, self.starts, self.begins = [], {}, []
        for root in roots:
            self._add(read_words(root))
        for text in texts:
            self._add(map(get_words, text.splitlines()))
        for lines in copies:
            self._add(lines)

    @cached_property
    def groups(self):
        """Where groups of words are; most quotes are found line by line, without."""
        groups = {}
        for size in range(2, GROUP + 1):
            rows = [self.words[begin:] for begin in range(size)]
            for index, group in enumerate(zip(*rows, strict=False)):
                groups.setdefault(group, []).append(index)
        return groups

    def __bool__(self):
        return bool(self.words)

    def _add(self, lines):
        """Add one mail, behind a mark over which no run reaches."""
        if len(self.words) > AT_MOST:
            return
        self.words.append(None)
        self.begins.append(len(self.words))
        for words in lines:
            if words:
                self.starts.setdefault(tuple(words), []).append(len(self.words))
                self.words += words

    def find(self, words, place):
        """Return where a line of a quote ends in what we sent, None if it is not ours.

        :param words: of the line
        :param place: where the line before ended, None if nothing is known
        """
        if self.goes_on(words, place):
            return place + len(words)
        whole = self._find_whole(words, place)
        if whole is not None:
            return whole + len(words)
        return self._cover(words, place) if len(words) > 2 else None

    def goes_on(self, words, place):
        """Tell whether words are the very next ones of ours."""
        return place is not None and self._is_at(words, place)

    def find_question(self, words, place):
        """Return where a question of ours ends, short, or with a label in front of it.

        :param words: of a line that ends with a question mark
        """
        if tuple(words) in self.starts and words[0] not in ANSWERS:
            return self.starts[tuple(words)][0] + len(words)
        label, rest = words[:1], words[1:]
        if len(rest) < 2 or label[0] in ANSWERS or not label[0].isalpha():
            return None
        found = self._get_next(tuple(rest[:GROUP]), place or 0)
        if found is None or not self._is_at(rest, found):
            return None
        return found + len(rest)

    def _is_at(self, words, place):
        return self.words[place : place + len(words)] == words

    def _find_whole(self, words, place):
        """Return where a line of ours begins that says the same, None if unlikely."""
        places = self.starts.get(tuple(words), ())
        if not places:
            return None
        found = bisect_left(places, place or 0)
        ahead = places[found] if found < len(places) else None
        if ahead is None and (len(words) >= COPY or self._opens(places[0])):
            # The same mail is quoted once more.
            return places[0] if len(words) > 2 else None
        if len(words) > 2:
            return ahead
        if words[0] in ANSWERS:
            return None
        near = ahead is not None and place is not None and ahead - place <= GAP
        return ahead if near or self._opens(ahead) else None

    def _opens(self, place):
        """Tell whether a place is among the first words of a mail."""
        if place is None:
            return False
        return place - self.begins[self._get_mail(place) - 1] < GAP

    def _get_next(self, group, place):
        places = self.groups.get(group, ())
        found = bisect_left(places, place)
        return places[found] if found < len(places) else None

    def _cover(self, words, place):
        """Return where the runs end that cover a line, None if a word is not ours."""
        done = 0
        while done < len(words):
            begin, size = self._find_run(words, done, place)
            if begin is None:
                return None
            done, place = done + size, begin + size
        return place

    def _find_run(self, words, done, place):
        """Return where the run of ours begins that goes on with a line, and its size.

        :param done: how many words of the line are covered
        :param place: where the last run ended, None if nothing is known
        """
        rest = len(words) - done
        if place is not None and self.words[place : place + 1] == [words[done]]:
            size = self._get_size(words, done, place)
            if done or size == rest or size >= GROUP:
                return place, size
        near = self._find_near(words, done, place)
        if near is not None:
            return near, self._get_size(words, done, near)
        if rest < LONG and not done:
            return None, 0
        return self._find_longest(words, done, place or 0)

    def _find_longest(self, words, done, place):
        """Return the longest run among a few places, and its size.

        Words in front of the place have been quoted above, those of other mails are
        not quoted here: only a long run of them is one more copy, a short one is an
        answer that takes up the question.
        """
        group = tuple(words[done : done + GROUP])
        places = self.groups.get(group, ())
        ahead = bisect_left(places, place)
        best, longest = None, 0
        for begin in (*places[ahead : ahead + TRIED], *places[: min(ahead, TRIED)]):
            size = self._get_size(words, done, begin)
            follows = begin >= place and self._is_same_mail(place, begin)
            least = LONG if follows else COPY
            rest = done and follows and size == len(words) - done >= GROUP
            if size > longest and (size >= least or rest):
                best, longest = begin, size
        return best, longest

    def _find_near(self, words, done, place):
        """Return where a run goes on a little further on, None if it does not."""
        if place is None:
            return None
        for size in (GROUP, 2):
            group = tuple(words[done : done + size])
            begin = self._get_next(group, place) if len(group) == size else None
            near = begin is not None and begin - place <= GAP
            if near and self._is_same_mail(place, begin):
                return begin
        return None

    def _is_same_mail(self, place, begin):
        """Tell whether no other mail begins between two places."""
        return not place or self._get_mail(begin) == self._get_mail(place)

    def _get_mail(self, place):
        return bisect_right(self.begins, place)

    def _get_size(self, words, done, place):
        size = 0
        while (
            done + size < len(words)
            and place + size < len(self.words)
            and self.words[place + size] == words[done + size]
        ):
            size += 1
        return size


def read_words(root):
    """Return the words of a tree, a list of them per line.

    :param root: of lxml
    """
    return [line.words for line in read_lines(root, _never, _never)]


def _never(node):
    return False
