# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Writes what a mail says of itself so that every reader reads it as it was meant."""

from email import base64mime, quoprimime
from functools import lru_cache

# RFC 2047: no line of encoded words is longer.
LONGEST_LINE = 76
CHARSET = "utf-8"
# What is around an encoded word.
FRAME = len(f"=?{CHARSET}?q??=")


class EncodedSubject(str):
    """A subject that is written as one run of encoded words (RFC 2047).

    Python encodes word by word, and its versions before 3.12.4 lose blanks between an
    encoded word and the next one. Readers drop what separates encoded words, so that
    the blanks have to be inside of them.

    ``email.policy`` asks a value that has a name to fold itself.
    """

    name = "Subject"
    defects = ()

    def fold(self, *, policy):
        """Return the header as it is sent.

        :param policy: ``email.policy.Policy`` of the mail
        """
        text = "".join(self.splitlines())
        words = _encode_words(text, len(f"{self.name}: "))
        encoded = f"{policy.linesep} ".join(words)
        return f"{self.name}: {encoded}{policy.linesep}"


def _encode_words(text, begin):
    """Return encoded words, each of which has a line of its own.

    ``email.header.Header`` writes the same, measuring each line again for each letter.

    :param text: one line
    :param begin: how much of the first line is taken
    """
    data = text.encode()
    shorter = base64mime.header_length(data) < quoprimime.header_length(data)
    module, measure = (base64mime, len) if shorter else (quoprimime, _measure)
    words, word, length = [], b"", 0
    room = _get_room(begin, shorter)
    for letter in map(str.encode, text):
        size = measure(letter)
        if length + size > room:
            words.append(module.header_encode(word, CHARSET))
            word, length, room = b"", 0, _get_room(1, shorter)
        word += letter
        length += size
    return [*words, module.header_encode(word, CHARSET)]


_measure = lru_cache(quoprimime.header_length)


def _get_room(begin, base64):
    """Return what fits in a line: of base64 bytes, of quoted text characters."""
    room = LONGEST_LINE - FRAME - begin
    return room // 4 * 3 if base64 else room


def get_language_tag(lang):
    """Return a language as HTML names it (BCP 47).

    :param lang: code of Odoo, as ``fr_FR`` or ``sr@latin``
    """
    return (lang or "").partition("@")[0].replace("_", "-")
