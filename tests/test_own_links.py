"""Our links in what comes back to us: whatever the shape, no token is left.

What is looked for at the end is looked for by other means than the product's, which
find it in what goes in.
"""

import base64
import json
import random
import re
import time
from html import escape, unescape
from urllib.parse import quote, unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.openip_incident.tools.own_links import (
    strip_own_links,
    strip_own_links_of_text,
    strip_tokens,
)
from odoo.addons.openip_incident.tools.tokens import find_tokens, holds_token

BASE = "https://odoo.operator.example.com"
FORMER = "http://10.1.2.3:8069"

# As few as keep the test quick; each draws encodings, breaks and a token of its own.
QUICK = settings(max_examples=150, deadline=None, derandomize=True, database=None)


def sign(values, noise):
    """Return a token as core signs them, without a database's secret."""
    signature = random.Random(noise).randbytes(32)
    data = b"\x01" + bytes(8) + signature + json.dumps(values).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def to_proofpoint(url):
    coded = quote(url, safe="").replace("-", "%2D").replace("_", "%5F")
    coded = coded.replace("%2F", "_").replace("%", "-")
    return f"https://urldefense.proofpoint.com/v2/url?u={coded}&d=DwMFAg&c=x&r=y"


def to_base64(url):
    return base64.b64encode(url.encode()).decode()


ENCODINGS = {
    "percent": lambda url: quote(url, safe=""),
    "percent all": lambda url: "".join(f"%{byte:02X}" for byte in url.encode()),
    "safe links": lambda url: (
        f"https://eur01.safelinks.example/?url={quote(url, safe='')}&data=05"
    ),
    "proofpoint 2": to_proofpoint,
    "proofpoint 3": lambda url: f"https://urldefense.com/v3/__{url}__;!!abc!def$",
    "base64": to_base64,
    "base64url": lambda url: (
        to_base64(url).translate(str.maketrans("+/", "-_")).rstrip("=")
    ),
    "sophos": lambda url: f"https://x.sophos.example/?d=a.b&u={to_base64(url)}&p=m",
    "entities": lambda url: "".join(f"&#{ord(letter)};" for letter in url),
    "hexadecimal entities": lambda url: "".join(f"&#x{ord(one):x};" for one in url),
    "hexadecimal": lambda url: url.encode().hex(),
    "JSON": lambda url: json.dumps(url).replace("=", "\\u003d"),
}


def _from_base64(text):
    """Return what runs of base64 hold, wherever letters in front may have joined."""
    text = text.replace("-", "+").replace("_", "/")
    runs = re.findall(r"[\w+/]{40,}", text, re.A)
    return ["\n".join(_unpack(run[shift:]) for run in runs) for shift in range(4)]


def _unpack(run):
    run = run[:-1] if len(run) % 4 == 1 else run
    return base64.b64decode(run + "=" * (-len(run) % 4)).decode("latin-1")


def _from_hexadecimal(text):
    return [
        "\n".join(
            bytes.fromhex(run[shift:][: len(run[shift:]) // 2 * 2]).decode("latin-1")
            for run in re.findall(r"[0-9a-f]{40,}", text)
        )
        for shift in range(2)
    ]


def _from_proofpoint(text):
    return [unquote(re.sub("-(?=[0-9A-F]{2})", "%", text.replace("_", "/")))]


# What undoes each encoding, by other means than the product's.
DECODINGS = {
    "percent": lambda text: [unquote(text)],
    "percent all": lambda text: [unquote(text)],
    "safe links": lambda text: [unquote(text)],
    "proofpoint 2": _from_proofpoint,
    "proofpoint 3": lambda text: [text],
    "base64": _from_base64,
    "base64url": _from_base64,
    "sophos": _from_base64,
    "entities": lambda text: [unescape(text)],
    "hexadecimal entities": lambda text: [unescape(text)],
    "hexadecimal": _from_hexadecimal,
    "JSON": lambda text: [text.replace("\\u003d", "=")],
}
BREAKS = (
    "\n", "\r\n> ", " ", "<wbr>", "</span><span>", "<br>", "\u200b", "\u00ad",
    "\ufeff", "=\n", "&shy;", "&#8203;", "</p>\n<p>", "<!-- x -->",
)  # fmt: skip
PLAIN_BREAKS = ("\n", "\r\n> ", " ", "\u200b", "\u00ad", "\n>> ", "=\n", "<wbr>")
PATHS = (
    "/incident/34?token=%s",
    "/incident/34/answer?token=%s",
    "/incident/34/closure?token=%s",
    "/incident/form/%s",
    "/incident/34/file/5?token=%s",
)

tokens = st.builds(
    sign,
    st.one_of(
        st.tuples(
            st.integers(1, 10**7),
            st.integers(1, 10**7),
            st.sampled_from(["view", "answer", "closure"]),
            st.integers(1, 99),
            st.integers(1_600_000_000, 2_000_000_000),
        ),
        st.tuples(
            st.integers(1, 10**6),
            st.integers(1, 99),
            st.integers(1_600_000_000, 2_000_000_000),
        ),
    ),
    st.integers(0, 2**32),
)
chains = st.lists(st.sampled_from(sorted(ENCODINGS)), max_size=3)
hosts = st.sampled_from([BASE, FORMER, "HTTPS://SUPPORT.example.org", ""])
places = st.lists(st.floats(0, 1, exclude_max=True), max_size=4)


def encode(url, chain):
    for name in chain:
        url = ENCODINGS[name](url)
    return url


def put_in(text, where, breaks):
    spots = sorted({int(place * len(text)) for place in where}, reverse=True)
    for at, piece in zip(spots, breaks, strict=False):
        text = text[:at] + piece + text[at:]
    return text


def leads_to(token, text, chain=()):
    """Tell whether whoever undoes a chain of encodings finds a token.

    :param chain: the names of the encodings, as they were applied
    """
    plain = re.sub(r"<[a-z/!][^<>]*>", "", text)
    shapes = {
        re.sub(r"=\s|[^\w+/%=&;#\\-]", "", shape, flags=re.A)
        for shape in (text, plain, unescape(plain), unescape(text))
    }
    for name in reversed(chain):
        shapes = {found for shape in shapes for found in DECODINGS[name](shape)}
    return any(token in re.sub(r"[^\w+/-]", "", shape, flags=re.A) for shape in shapes)


def assert_gone(token, text, chain=()):
    for end in range(len(chain) + 1):
        assert not leads_to(token, text, chain[end:])
    assert not holds_token(text)


@QUICK
@given(tokens, chains, hosts, st.sampled_from(PATHS))
def test_link_of_a_page_is_cut(token, chain, host, path):
    """As the target of a link, and as its text."""
    url = encode(host + path % token, chain)
    body = f'<p>It works</p><p><a href="{escape(url)}">{escape(url)}</a> again</p>'
    assert leads_to(token, body, chain)
    scrubbed = strip_own_links(body, BASE)
    assert_gone(token, scrubbed, chain)
    assert "It works" in scrubbed
    assert " again" in scrubbed


@QUICK
@given(
    tokens,
    chains,
    hosts,
    st.sampled_from(PATHS),
    places,
    st.permutations(PLAIN_BREAKS),
)
def test_broken_link_in_plain_text_is_cut(token, chain, host, path, where, breaks):
    """Breaks come after all encodings, as lines are broken on the way."""
    url = put_in(encode(host + path % token, chain), where, breaks)
    text = f"It works, see {url} -- Alice"
    for scrubbed in (
        strip_own_links_of_text(text, BASE),
        strip_own_links(f"<p>{escape(text)}</p>", BASE),
    ):
        assert_gone(token, scrubbed, chain)
        assert scrubbed.removeprefix("<p>").startswith("It works, ")


@QUICK
@given(tokens, hosts, st.sampled_from(PATHS), places, st.permutations(BREAKS))
def test_broken_link_in_markup_is_cut(token, host, path, where, breaks):
    body = (
        f"<p><span>It works {put_in(host + path % token, where, breaks)} .</span></p>"
    )
    scrubbed = strip_own_links(body, BASE)
    assert_gone(token, scrubbed)
    assert "It works" in scrubbed
    assert not holds_token(strip_tokens(body))


@pytest.mark.parametrize("attribute", ["title", "alt", "data-saferedirecturl", "src"])
def test_link_in_any_attribute_is_cut(attribute):
    token = sign([1, 2, "answer", 1, 1790000000], 3)
    url = f"https://www.google.com/url?q={FORMER}/incident/1?token={token}"
    body = f'<p>yes <img {attribute}="{url}"> no</p>'
    assert_gone(token, strip_own_links(body, BASE))


def test_what_quotes_link_to_is_left_out():
    """A filter's redirect tells nobody where it leads; it may lead to our page."""
    body = (
        '<p><a href="https://shop.example/a/b">shop</a></p>'
        '<blockquote data-o-mail-quote="1">'
        '<a href="https://protect.filter.example/s/Ab12Cd">Answer</a> '
        "https://protect.filter.example/s/Ab12Cd end</blockquote>"
    )
    scrubbed = strip_own_links(body, BASE)
    assert scrubbed.count("href") == 1
    assert "https://shop.example/a/b" in scrubbed
    assert "Ab12Cd" not in scrubbed
    assert "https://protect.filter.example/[…] end" in scrubbed


def test_only_the_token_is_cut_from_what_one_reads():
    token = sign([1, 2, "view", 1, 1790000000], 5)
    text = f"Look at {FORMER}/incident/1?token={token} and call me back, please."
    assert strip_own_links_of_text(text, BASE) == (
        f"Look at {FORMER}/incident/1?token=[…] and call me back, please."
    )
    body = f"<p>Look <b>at</b> /i?token={token[:30]}<i> {token[30:]}</i> now</p>"
    cut = "<p>Look <b>at</b> /i?token=[…]<i></i> now</p>"
    assert strip_tokens(body) == cut


# What people and programs write that is long and looks random.
ORDINARY = (
    "The line is dead since this morning, please help. Ça ne marche plus à Orléans.",
    "<CAKx0Zr7T9vQ4b=J8wD5pXq2nM1yL6kH3gF0eC9aB_z7-uYtRsQw@mail.gmail.com>",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" * 3,
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ."
    "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42"
    "mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
    "data:image/x-icon;base64,AAABAAEAEBAAAAEAIABoBAAAFgAAACgAAAAQAAAAIAAAAAEAIAAA"
    + "A" * 600,
    "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "https://shop.example/item?token=0123456789abcdef0123456789abcdef0123456789abcdef",
    "https://x.example/reset?access_token=6fa459ea-ee8a-3ca4-894e-db77e160355e&a=%2D%3D",
    "550e8400-e29b-41d4-a716-446655440000 SIP/2.0 INVITE sip:+33123456789@10.0.0.1",
    "https://urldefense.proofpoint.com/v2/url?u=https-3A__shop.example_a-2Db&d=DwMF",
    "GET /index.php?id=1%20AND%201%3D1 HTTP/1.1 &amp;lt;b&amp;gt; =3D=20 \\u0041",
)


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_stays_as_it_is(text):
    assert strip_own_links_of_text(text, BASE) == text
    body = f'<p title="x">{escape(text)}<br>&nbsp;<a href="https://a.example">a</a></p>'
    assert strip_own_links(body, BASE) == body
    assert strip_tokens(body) == body


@QUICK
@given(st.binary(max_size=4000), st.text(max_size=400))
def test_random_text_stays_as_it_is(data, text):
    for coded in (to_base64(data.hex()), base64.b64encode(data).decode(), text):
        assert strip_own_links_of_text(coded, BASE) == coded


def test_empty_text_stays_as_it_is():
    for text in ("", None, False):
        assert strip_own_links(text, BASE) == text
        assert strip_own_links_of_text(text, BASE) == text


# Texts by which patterns that go back are stopped.
HOSTILE = {
    "prose": "Bonjour, la ligne est en panne depuis hier. ",
    "tags": "<a ",
    "comments": "<!--",
    "entities": "&#",
    "percent": "%41",
    "dashes": "-41",
    "soft breaks": "= ",
    "zeros": "A",
    "heads": "AQAAAAAAAAAA",
    "signatures": "AQAAAAAAAAAA" + "x" * 42 + "Bb",
    "addresses": "https://a/",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_time_grows_with_the_size_only(name):
    """Ten times the text, a bit more than ten times as long: never a hundred times."""

    def measure(size):
        text = HOSTILE[name] * (size // len(HOSTILE[name]))
        begin = time.process_time()
        find_tokens(text)
        strip_own_links(f"<p>{escape(text)}</p>", BASE)
        return time.process_time() - begin

    assert measure(300_000) < 30 * max(measure(30_000), 0.02)
