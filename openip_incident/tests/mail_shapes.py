# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Builds mails in the shapes that mail programs give them, byte by byte."""

import email
import email.policy
import itertools

HEAD = (
    "From: Claire <claire@boulangerie.example.com>\r\nTo: support@example.com\r\n"
    "Subject: Re: No calls\r\nMIME-Version: 1.0\r\n"
)
PDF = b"%PDF-1.4\n"

_boundaries = itertools.count()


def leaf(kind, body="", **headers):
    """Return a part that holds something.

    :param kind: value of its Content-Type
    :param body: str or bytes
    :param headers: more of its headers, with ``_`` for ``-``
    """
    lines = [f"Content-Type: {kind}"] if kind else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    content = body.encode() if isinstance(body, str) else body
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n" + content


def multi(kind, *parts):
    """Return a part that holds parts.

    :param kind: subtype, with parameters
    :param parts: bytes of each
    """
    boundary = f"b{next(_boundaries)}"
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'
    joined = b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), part) for part in parts)
    return head.encode() + joined + f"--{boundary}--\r\n".encode()


def mail(part, head=HEAD):
    """Return a mail."""
    return head.encode() + part


def plain(text, **headers):
    return leaf("text/plain; charset=utf-8", text, **headers)


def page(text, **headers):
    return leaf("text/html; charset=utf-8", text, **headers)


def both(text, html):
    """Return an alternative of a plain text and a page."""
    return multi("alternative", plain(text), page(html))


def pdf(name="plan.pdf", disposition="attachment"):
    return leaf(
        f'application/pdf; name="{name}"',
        PDF,
        Content_Disposition=f'{disposition}; filename="{name}"',
    )


def enclosed(subject="Panne zone 44", part=None, **headers):
    """Return a mail within a mail."""
    inner = f"From: noc@carrier.example\r\nSubject: {subject}\r\n".encode()
    inner += part or both("INNER", "<p>INNER</p>")
    return leaf("message/rfc822", inner, **headers)


def parse(raw):
    """Parse a mail as Odoo's gateway does."""
    return email.message_from_bytes(raw, policy=email.policy.SMTP)
