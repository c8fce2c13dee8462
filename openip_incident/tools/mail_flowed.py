# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Undoes the line breaks that a mail program put in to keep lines short (RFC 3676)."""

SIGNATURE = "-- "


def unflow(text, delsp=False):
    """Return a text with its paragraphs in one line each, as they were typed.

    :param text: str, of a part with ``format=flowed``
    :param delsp: whether the blank at the end of a line belongs to the break
    """
    lines = []
    # The paragraph being read: how deeply it is quoted, and its lines so far.
    depth, pieces = 0, []
    for line in text.replace("\r\n", "\n").split("\n"):
        level, words = _split(line)
        flows = words.endswith(" ") and words != SIGNATURE
        if pieces and (level != depth or words == SIGNATURE):
            lines.append(_join(depth, pieces))
            pieces = []
        depth = level
        pieces.append(words[:-1] if flows and delsp else words)
        if not flows:
            lines.append(_join(depth, pieces))
            pieces = []
    if pieces:
        lines.append(_join(depth, pieces))
    return "\n".join(lines)


def _split(line):
    """Return how deeply a line is quoted, and its words without the stuffed blank."""
    words = line.lstrip(">")
    return len(line) - len(words), words.removeprefix(" ")


def _join(depth, pieces):
    mark = ">" * depth
    words = "".join(pieces)
    return f"{mark} {words}" if depth and words else mark + words
