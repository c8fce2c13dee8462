"""Looking for our tokens quickly finds what looking slowly does.

The slow way are the patterns alone, as they say what an encoding is.
"""

import base64
import re
from html.entities import html5

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from odoo.addons.openip_incident.tools import tokens as product
from odoo.addons.openip_incident.tools.file_links import PRINTABLE, file_holds_token
from odoo.addons.openip_incident.tools.tokens import HEXED, PACKED, TEXT, holds_token

from .test_own_links import ENCODINGS, QUICK, chains, encode, places, put_in, tokens

ROWS = {
    PRINTABLE: rb"[\t\r\n\x20-\x7e]{60,}",
    PACKED: rb"[\w+/-]{80,}",
    HEXED: rb"[0-9A-Fa-f]{120,}",
    TEXT: rb"[^\x01-\x08\x0b\x0c\x0e-\x1f\x7f]{60,}",
}
ESCAPE = re.compile(
    rb"[%=]([0-9A-Fa-f]{2})|\\u00([0-9A-Fa-f]{2})|\\x([0-9A-Fa-f]{2})"
    rb"|&#[xX]([0-9A-Fa-f]{1,6});|&#([0-9]{1,7});|&([A-Za-z]{2,24};)"
)
DASHED = re.compile(rb"-([0-9A-Fa-f]{2})|_")
# Pieces of encodings, whole, broken and in each other.
PIECES = (
    b"%41", b"%25", b"%2", b"=3D", b"=", b"=\r\n", b"= \n", b"-2D", b"-", b"_", b"-5F",
    b"\\u0041", b"\\u00", b"\\x5f", b"\\", b"&#65;", b"&#x41;", b"&#", b"&amp;", b"&",
    b"&plus;", b"&nosuch;", b";", b"<b>", b"<", b">", b"<!--", b"-->", b" ", b"\n",
    b"\x00", b"\x01", b"\x7f", b"\xff", b"AQAAAAAAAAAA", b"A" * 59, b"Q" * 60,
    b"z" * 79, b"+/" * 40, b"41" * 60, b"e" * 119, b"QUFB" * 21, b"\xc3\xa9" * 30,
)  # fmt: skip

pieces = st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=90)))
texts = pieces.map(b"".join)
long_texts = st.tuples(texts, st.integers(1, 60)).map(lambda both: both[0] * both[1])
coded = st.builds(
    lambda token, chain, where: put_in(
        encode("https://a/?token=" + token, chain), where, ["\n", "<wbr>", "=\n", " "]
    ).encode("ascii", "replace"),
    tokens,
    chains,
    places,
)
# An encoding of what another one was put around, with something else on both sides.
files = st.tuples(texts, coded, texts).map(b"".join)


def unpack(run):
    run = run[: len(run) - (len(run) % 4 == 1)].replace(b"-", b"+").replace(b"_", b"/")
    return base64.b64decode(run + b"=" * (-len(run) % 4))


def unpack_hex(run):
    return bytes.fromhex(run[: len(run) // 2 * 2].decode())


def unpack_all(data, letters, decode, shift):
    return b"".join(
        text + b"\n"
        for run in re.findall(letters, data)
        for text in re.findall(ROWS[TEXT], decode(run[shift:]))
    )


def unescape(data):
    return ESCAPE.sub(read_escape, data)


def read_escape(match):
    *digits, decimal, name = match.groups()
    if name:
        text = html5.get(name.decode())
        return text.encode() if text else match.group()
    code = int(decimal) if decimal else int(next(filter(None, digits)), 16)
    return bytes([code]) if code < 256 else b" "


def undash(data):
    return DASHED.sub(lambda match: bytes.fromhex((match[1] or b"2F").decode()), data)


def drop_gaps(data):
    return re.sub(rb"=[ \t]*(?=\r|\n|\Z)", b"", data).translate(None, product.DROPPED)


def decode_slowly(data):
    """Return what each decoder makes of a text, in the product's order."""
    flat = drop_gaps(data)
    return [
        product.TAG.sub(b"", data),
        unescape(flat),
        unescape(re.sub(rb"=[ \t]*\r?\n", b"", data)),
        undash(flat),
        undash(data),
        # Of fewer than eighty letters no text can come.
        *(unpack_all(flat, ROWS[HEXED], unpack_hex, shift) for shift in range(2)),
        *(unpack_all(flat, rb"[\w+/-]{60,}", unpack, shift) for shift in range(4)),
    ]


@pytest.mark.parametrize("rows", ROWS)
@QUICK
@given(data=st.one_of(long_texts, files))
@example(data=b"")
@example(data=b"41" * 60)
def test_rows_are_those_of_the_pattern(rows, data):
    found = [(match.start(), match[0]) for match in re.finditer(ROWS[rows], data)]
    assert list(rows.find(data)) == found


@QUICK
@given(st.one_of(texts, files))
def test_each_encoding_is_undone_as_its_pattern_says(data):
    shape = product._Shape(data, None, None)
    found = [decoder(shape).data for decoder in product.DECODERS]
    assert found == decode_slowly(data)


@QUICK
@given(files)
def test_places_are_those_of_what_is_looked_at(data):
    """Where a token is cut is found by another way than whether there is one."""
    looked_at, placed = product._Shape(data, None, None), product._Shape(data)
    for decoder in product.DECODERS:
        shape = decoder(placed)
        assert shape.data == decoder(looked_at).data
        assert len(shape.begins) == len(shape.ends) == len(shape.data)


@QUICK
@given(tokens, st.sampled_from(sorted(ENCODINGS)), texts)
def test_token_is_found_in_what_is_around_it(token, name, around):
    """A control character ends a row: the token's own is as long as without."""
    data = around + b"\x01\n" + encode("https://a/?t=" + token, [name]).encode()
    assert file_holds_token(data, "log.bin") or not holds_token(data)
    assert file_holds_token(b"\x00" + data[len(around) + 2 :], "log.bin")
