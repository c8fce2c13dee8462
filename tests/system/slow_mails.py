"""Mails that are made to occupy who reads them, each just within a limit or beyond it.

None is larger than the limits allow without reading: what is, costs nothing.
"""

import base64
import functools
import struct
import zlib

KILO, MEGA = 1024, 1024**2

TEXT = b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
HTML = b"Content-Type: text/html; charset=utf-8\r\n\r\n"


def fill(piece, size=MEGA - KILO):
    """Return a piece repeated up to a size in bytes."""
    piece = piece.encode() if isinstance(piece, str) else piece
    return piece * (size // len(piece))


def join(*parts, kind=b"mixed"):
    """Return parts side by side."""
    head = b'Content-Type: multipart/%s; boundary="x"\r\n\r\n' % kind
    return head + b"".join(b"--x\r\n" + part + b"\r\n" for part in parts) + b"--x--\r\n"


def attach(content, kind=b"application/octet-stream"):
    """Return a part that is a file."""
    return (
        b"Content-Type: %s; name=a\r\nContent-Disposition: attachment; filename=a\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" % kind
    ) + base64.encodebytes(content)


def draw(width, height):
    """Return a black picture: small to keep, large to look at."""
    head = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    press = zlib.compressobj(9)
    row = bytes(1 + 3 * width)
    data = b"".join(press.compress(row) for _row in range(height)) + press.flush()
    chunks = ((b"IHDR", head), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
        for name, content in chunks
    )


def nest(depth, inner=TEXT + b"Hello"):
    """Return parts within parts."""
    opening = b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n'
    return b"".join(opening % (i, i) for i in range(depth)) + inner


def address(count, pattern=b"user-%d@example.net"):
    """Return a list of addresses for a header."""
    return b",\r\n ".join(pattern % number for number in range(count))


def _make_pages():
    table = b"<table><tr><td>"
    bodies = {
        "tags": fill("<p>x</p>", 110 * KILO),
        "tags with classes": fill('<p class="a b c" style="color: red">x</p>'),
        "tables in tables": table * 3000,
        "elements in elements": b"<div>" * 14_000 + b"x" + b"</div>" * 14_000,
        "never closed": b"<b><i>" * 14_000,
        "crossed": b"<b><p>x</b></p>" * 7_000,
        "quotes in quotes": b"<blockquote>" * 9_000 + b"x",
        "broken": fill("< ", 3900) + fill("x ", 900 * KILO),
        "broken names": b"<html" * 1990 + fill("x ", 900 * KILO),
        "broken comments": b"<!--" * 1990 + fill("- ", 900 * KILO),
        "broken conditions": b"<!--[if mso]>" * 1000 + fill("x ", 900 * KILO),
        "attribute": b'<p style="' + fill("a:b;") + b'">x</p>',
        "attributes": b"<p " + fill("a=b ", 900 * KILO) + b">x</p>",
        "attributes and tags": fill('<p title="a" lang="fr" dir="rtl">x'),
        "style sheet": b"<style>" + fill("a{b:c}") + b"</style><p>x</p>",
        "script": b"<script>"
        + fill("a<b;", 7000)
        + fill("a;", 900 * KILO)
        + b"</script>",
        "entities": b"<p>" + fill("&lt;&#60;") + b"</p>",
        "ampersands": b"<p>" + fill("&") + b"</p>",
        "links": fill(
            '<a href="https://example.com/?a=b&c=d">https://example.com</a> '
        ),
        "pictures": fill('<img src="cid:x@example.com" alt="x">'),
        "picture inside": b'<img src="data:image/png;base64,' + fill("A") + b'">',
        "one word": b"<p>" + fill("x") + b"</p>",
        "spaces": b"<p>" + fill(" ") + b"</p>",
        "breaks": fill("<br>", 110 * KILO),
        "cited lines": b"<pre>" + fill("> > > > x\n") + b"</pre>",
        "neighbours of a quote": b"<p class=gmail_extra>x</p>" + b"<br>" * 980,
        "many neighbours of a quote": b"<p class=gmail_extra>x</p>" + b"<br>" * 10_000,
        "neighbours of a signature": b"<p>--\n<br></p>" * 970,
        "many neighbours of a signature": b"<p>--\n<br></p>" * 9000,
        "quotes with neighbours": b"<p class=yahoo_quoted>" * 990,
        "quotes with many neighbours": b"<p class=yahoo_quoted>" * 9000,
        "signatures": b"<pre>" + fill("--\nx\n") + b"</pre>",
        "unclosed attribute": b'<p title="' + fill("x "),
        "vector": b"<svg>" * 10_000 + b"<style><a title=x>",
        "frames": fill("<iframe src=x></iframe>", 300 * KILO),
    }
    return {f"page: {name}": HTML + body for name, body in bodies.items()}


def _make_texts():
    bodies = {
        "cited lines": fill("> > > > x\r\n"),
        "deeply cited": fill(">" * 900 + "\r\n"),
        "some answers": b"On Monday, somebody wrote:\r\n> x\r\n" * 3800,
        "answers": fill("On Monday, somebody wrote:\r\n> x\r\n"),
        "signatures": fill("-- \r\nx\r\n"),
        "lines": fill("_" * 70 + "\r\n"),
        "empty lines": fill("\r\n"),
        "one line": fill("x"),
        "spaces": fill(" "),
        "tabs": fill("\t"),
        "addresses": fill("https://example.com/?a=b "),
        "mail addresses": fill("a@example.com "),
        "right to left": fill("\u202e\u05d0\u0628 \u200f"),
        "accents": fill("e" + "\u0301" * 50),
        "angles": fill("<"),
        "pages": fill("<p>x</p>\r\n"),
        "ampersands": fill("&amp;"),
        "numbers": fill("HD-0001 INC-2 "),
    }
    return {f"text: {name}": TEXT + body for name, body in bodies.items()}


def _make_structures():
    page = HTML + fill("<p>x</p>", 550)
    large_page = HTML + fill("<p>x</p>", 5 * KILO)
    forwarded = b"Content-Type: message/rfc822\r\n\r\n"
    failure = b"Content-Type: message/delivery-status\r\n\r\n"
    picture = attach(draw(6000, 6000), b"image/png")
    return {
        "parts": join(*[TEXT + b"x"] * 195),
        "pages side by side": join(*[page] * 195),
        "large pages side by side": join(*[large_page] * 23),
        "large pages to choose": join(*[large_page] * 23, kind=b"alternative"),
        "quotes side by side": join(
            *[HTML + b"<p class=gmail_extra>" + b"<br>" * 100] * 195
        ),
        "texts side by side": join(*[TEXT + fill("x\r\n", 5 * KILO)] * 195),
        "texts and pages": join(*[TEXT + fill("x\r\n", 5 * KILO), page] * 97),
        "files": join(TEXT + b"Hello", *[attach(b"x" * 30 * KILO)] * 195),
        "pages as files": join(*[attach(fill("<p>x"), b"text/html")] * 10),
        "large pictures": join(TEXT + b"Hello", *[picture] * 20),
        "nested": nest(49),
        "nested beyond": nest(5000),
        "nested and long": nest(49, TEXT + fill("x\r\n", 600 * KILO)),
        "mails in mails": forwarded * 45 + TEXT + b"Hello",
        "mails in mails beyond": forwarded * 5000,
        "blocks of a report": join(failure + b"A: b\r\n\r\n" * 190, kind=b"report"),
        "blocks beyond": failure + b"A: b\r\n\r\n" * 100_000,
        "digest": join(*[b"\r\nSubject: x\r\n\r\nx"] * 60, kind=b"digest"),
        "empty lines in a file": join(attach(b"") + fill("\n", 20 * MEGA)),
        "fields of parts": join(
            *[b"Content-Type: text/plain" + b"; a*0*=utf-8''%41" * 100 + b"\r\n\r\nx"]
            * 195
        ),
        "slow character set": b"Content-Type: text/plain; charset=punycode\r\n\r\n"
        + fill("ab9z", 500 * KILO),
        "hidden parts": join(*[page] * 195).replace(b'"x"', b'(x)"x"', 1),
    }


def _make_headers():
    rest = TEXT + b"Hello"
    fields = {
        "recipients": b"Cc: " + address(450),
        "named recipients": b"Cc: " + address(270, b"Somebody <user-%d@example.net>"),
        "many fields of recipients": b"\r\n".join([b"Cc: " + address(450)] * 9),
        "thousands of recipients": b"Cc: " + address(5000),
        "references": b"References: "
        + b"\r\n ".join(b"<%d@a>" % i for i in range(2500)),
        "subject": b"Thread-Topic: x\r\nX-Subject: " + fill("a b ", 31 * KILO),
        "encoded words": b"Comments: " + b"\r\n ".join([b"=?utf-8?q?a=C3=A9?="] * 900),
        "comments": b"Reply-To: " + b"(" * 11_000,
        "groups": b"Reply-To: " + fill("a:b;", 11 * KILO),
        "routes": b"\r\n".join([b"Received: " + fill("from a by b; ", 900)] * 120),
        "words": b"Sender: " + fill("a ", 11 * KILO),
        "long word": b"Reply-To: " + fill("a", 11 * KILO),
        "dates": b"Date: " + fill("1 ", 31 * KILO),
        "quotes": b"Reply-To: " + fill('"a" ', 11 * KILO),
        "many": fill("X-A: b\r\n", 120 * KILO) + b"X-B: c",
    }
    return {f"header: {name}": field + b"\r\n" + rest for name, field in fields.items()}


# What makes mails without their first headers, as dict of name: bytes.
def _take_half(make, half):
    return dict([*make().items()][half::2])


# In halves what takes longer than a test should.
KINDS = {
    f"{name}, {half + 1} of 2": functools.partial(_take_half, make, half)
    for name, make in (
        ("pages", _make_pages),
        ("texts", _make_texts),
        ("structures", _make_structures),
    )
    for half in (0, 1)
}
KINDS["headers"] = _make_headers
