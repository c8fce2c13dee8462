# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Mends mails that name another boundary than they have, which core cannot read.

Some mail systems do it in their reports: without its parts a report says nothing.
"""

import re

END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
CONTENT_TYPE = re.compile(
    rb"^Content-Type:[ \t]*(?:\r?\n[ \t]+)?multipart/[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*",
    re.I | re.M,
)
FOLD = re.compile(rb"\r?\n[ \t]+")
BOUNDARY = re.compile(rb"boundary[ \t]*=[ \t]*(?:\"([^\"\r\n]*)\"|([^\s;\"]+))", re.I)
# A line that begins a part: the header of its type, or of its encoding, follows.
BEGINNING = re.compile(rb"^--([^\r\n]{1,70}?)[ \t]*\r?\nContent-[A-Za-z-]+:", re.M)


def mend_boundary(raw):
    """Return a mail whose parts are found, or which is plain text where it has none.

    :param raw: bytes
    :return: bytes, the same where nothing is wrong
    """
    end = END_OF_HEADERS.search(raw)
    head, body = (raw[: end.start()], raw[end.start() :]) if end else (raw, b"")
    found = CONTENT_TYPE.search(head)
    if not found:
        return raw
    kind = FOLD.sub(b" ", found[0])
    named = BOUNDARY.search(kind)
    boundary = named and (named[1] or named[2])
    if boundary and b"\n--" + boundary in body:
        return raw
    actual = BEGINNING.search(body)
    if actual and b'"' not in actual[1]:
        value = b'boundary="%s"' % actual[1]
        mended = (
            kind[: named.start()] + value + kind[named.end() :]
            if named
            else kind.rstrip(b"; \t") + b"; " + value
        )
    else:
        mended = b"Content-Type: text/plain; charset=utf-8"
    return head[: found.start()] + mended + head[found.end() :] + body
