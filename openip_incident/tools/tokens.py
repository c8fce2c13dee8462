# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The signed tokens of our links, found in whatever shape they come back to us.

A personal link is a key. Mail programs break it over lines, filters wrap and encode it;
a browser, and so whoever holds the pieces, undoes all of that. So what is looked for is
neither an address nor a parameter but the token itself, in the text as it stands and
in all that it decodes to.

Everything works on bytes, of which nothing outside ASCII belongs to a token.
"""

import re
from binascii import a2b_base64
from functools import lru_cache
from html.entities import html5

# How deep encodings are undone: a filter of a filter's link, in a file, and one more.
DEPTH = 4
# How much is looked through, in multiples of the text and at least: shapes of the text
# that are nearer to it come first.
EFFORT = 12
LEAST_EFFORT = 1 << 20
MAX_SHAPES = 400
# In how many ways the tokens of one text are encoded.
MAX_KINDS = 40
# Stands for what was found already: part of no token and of no encoding.
MASK = b"\\"

# Core signs: version 1, no date of its own (ours is in the values), 32 bytes of HMAC,
# then our values as JSON: a list that begins with an id.
HEAD = b"AQAAAAAAAAAA"
TOKEN = re.compile(HEAD + rb"[\w+/-]{42}[BFJNRVZdhlptx159]b[M-O]", re.A)
# No shorter text holds a token, or decodes to one that does.
SHORTEST = len(HEAD) + 45
SIGNED_LENGTH = 41
LONGEST = 400
VALUES = re.compile(rb'\[[\w\s,.:"-]*\]?')

# What may stand between the letters of a token without being part of any encoding.
LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
KEPT = LETTERS + b"_-+/=%&;#\\"
DROPPED = bytes(set(range(256)) - set(KEPT))
GAPS = re.compile(b"[^" + re.escape(KEPT) + b"]+")
# A line that quoted-printable has broken, and base64's padding at the end of a line.
SOFT_BREAK = re.compile(rb"=[ \t]*(?=\r|\n|\Z)")
SOFT_BREAK_WHOLE = re.compile(rb"=[ \t]*\r?\n")
# No address in angle brackets: what follows the name tells.
TAG = re.compile(rb"</?[A-Za-z][\w:-]*(?:\s[^<>]*)?/?>|<!--[^<>]{0,400}-->")

# Percent, quoted-printable, entities, and the escapes of JSON and JavaScript. By its
# first character alone Python skips what is none of them.
ESCAPE = re.compile(
    rb"[%=&\\](?:(?<=[%=])([0-9A-Fa-f]{2})"
    rb"|(?<=\\)u00([0-9A-Fa-f]{2})|(?<=\\)x([0-9A-Fa-f]{2})"
    rb"|(?<=&)#[xX]([0-9A-Fa-f]{1,6});|(?<=&)#([0-9]{1,7});|(?<=&)([A-Za-z]{2,24};))"
)
# Proofpoint URL Defense v2.
DASHED = re.compile(rb"-[0-9A-Fa-f]{2}|_")
STANDARD = bytes.maketrans(b"-_", b"+/")


class Runs:
    """Finds where a text has many letters of one kind in a row.

    A regular expression would try anew at each letter of each row that is too short,
    and most of a file is such rows.

    :param letter: a regular expression of one of them
    :param shortest: how many are many
    """

    def __init__(self, letter, shortest):
        pattern = re.compile(letter)
        self.marks = bytes(bool(pattern.match(bytes([code]))) for code in range(256))
        self.many = b"\1" * shortest

    def find(self, data):
        """Yield the rows of a text, as long as they are: where each begins, and it.

        :param data: bytes
        """
        marked = data.translate(self.marks)
        begin = marked.find(self.many)
        while begin >= 0:
            end = marked.find(b"\0", begin + len(self.many))
            end = len(data) if end < 0 else end
            yield begin, data[begin:end]
            begin = marked.find(self.many, end)


# Fewer letters decode to less than a text.
PACKED = Runs(rb"[\w+/-]", 80)
HEXED = Runs(rb"[0-9A-Fa-f]", 120)
# Binary rubbish, unlike text in any charset, has a control character every few bytes.
TEXT = Runs(rb"[^\x01-\x08\x0b\x0c\x0e-\x1f\x7f]", 60)


def holds_token(data):
    """Tell whether one of our tokens is in a text, or in what it decodes to.

    :param data: text, or bytes
    """
    return next(_search(_to_bytes(data)), None) is not None


def find_tokens(text):
    """Return where our tokens, or their encoded forms, are in a text.

    :param text: the text; places are those of its characters
    :return: sorted list of (begin, end) that do not overlap
    """
    data, places = bytearray(_to_bytes(text)), []
    for _time in range(MAX_KINDS):
        path = next(_search(bytes(data)), None)
        if path is None:
            break
        found = list(_locate(bytes(data), path))
        for begin, end in found:
            data[begin:end] = MASK * (end - begin)
        places += found
    return _merge(places)


def _locate(data, path):
    """Yield the places of all tokens that one way of decoding leads to."""
    shape = _Shape(data)
    for decoder in path:
        shape = decoder(shape)
    shape = _drop_gaps(shape)
    for match in TOKEN.finditer(shape.data):
        end = _measure(shape.data, match.start())
        yield shape.begins[match.start()], shape.ends[end - 1]


def _to_bytes(data):
    # One byte for each character, so that places are the same.
    return data if isinstance(data, bytes) else data.encode("ascii", "replace")


def _merge(places):
    merged = []
    for begin, end in sorted(places):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def _measure(data, begin):
    """Return where the token ends: other letters may follow without a gap.

    :param data: text without gaps
    :param begin: where the token begins
    """
    run = re.compile(rb"[\w+/-]*", re.A).match(data, begin, begin + LONGEST).group()
    run = run[: len(run) // 4 * 4] if len(run) % 4 == 1 else run
    values = VALUES.match(_unpack(run), SIGNED_LENGTH)
    length = -(-values.end() * 4 // 3) if values else len(run)
    return begin + min(length, len(run))


def _search(data):
    """Yield the ways of decoding that lead to a token, each as a list of decoders.

    Plainer shapes come before those that are more decoded, and none comes twice.
    """
    effort = max(LEAST_EFFORT, EFFORT * len(data))
    waiting, seen, flattened = [((), data)], {data}, set()
    for count, (path, data) in enumerate(waiting):
        shape = _Shape(data, None, None)
        flat = _drop_gaps(shape).data
        effort -= len(data) + 1
        if effort < 0 or count > MAX_SHAPES:
            return
        if TOKEN.search(flat):
            yield path
        if len(path) == DEPTH or len(flat) < SHORTEST:
            continue
        # Without their gaps most shapes are the same.
        decoders = LINE_DECODERS if flat in flattened else DECODERS
        flattened.add(flat)
        for decoder in decoders:
            decoded = decoder(shape).data
            if len(decoded) >= SHORTEST and decoded not in seen:
                seen.add(decoded)
                waiting.append(((*path, decoder), decoded))


# Decoders


class _Shape:
    """A text on its way through decoders: each byte's place in the original.

    Without places it is only looked at, which is much faster.
    """

    def __init__(self, data, begins=(), ends=()):
        self.data = data
        self.begins, self.ends = begins, ends
        # Itself without gaps, once that was asked for.
        self.flat = None
        # What is encoded in it, once that was asked for: dict of Runs: rows.
        self.found = {}
        if begins == ():
            self.begins, self.ends = range(len(data)), range(1, len(data) + 1)

    def replace(self, pattern, value):
        """Return the shape with what a pattern finds replaced.

        :param pattern: compiled regular expression
        :param value: function of a match that returns bytes
        """
        if self.begins is None:
            return _Shape(pattern.sub(value, self.data), None, None)
        data, begins, ends, done = [], [], [], 0
        for match in pattern.finditer(self.data):
            start, stop = match.span()
            new = value(match)
            data += self.data[done:start], new
            begins += self.begins[done:start]
            ends += self.ends[done:start]
            begins += [self.begins[start]] * len(new)
            ends += [self.ends[stop - 1]] * len(new)
            done = stop
        data.append(self.data[done:])
        begins += self.begins[done:]
        ends += self.ends[done:]
        return _Shape(b"".join(data), begins, ends)

    def unpack(self, runs, decode, shift, group, size):
        """Return the texts in what is found, decoded, on a line each.

        :param runs: :class:`Runs` of what is encoded
        :param decode: function of bytes that returns bytes, never raises
        :param shift: how many bytes are left out at the beginning
        :param group: how many bytes are one
        :param size: how many bytes a group decodes to
        """
        data, begins, ends = [], [], []
        last = len(self.data)
        for begin, run in self._find(runs):
            first = begin + shift
            for start, text in TEXT.find(decode(run[shift:])):
                data.append(text + b"\n")
                if self.begins is None:
                    continue
                sources = [
                    (
                        first + index * group // size,
                        first - (-(index + 1) * group // size),
                    )
                    for index in range(start, start + len(text))
                ]
                begins += [self.begins[source] for source, _stop in sources]
                ends += [self.ends[min(stop, last) - 1] for _source, stop in sources]
                begins.append(begins[-1])
                ends.append(ends[-1])
        if self.begins is None:
            begins = ends = None
        return _Shape(b"".join(data), begins, ends)

    def _find(self, runs):
        """Return the rows that are found, once for all shifts.

        :param runs: :class:`Runs`
        """
        if runs not in self.found:
            self.found[runs] = list(runs.find(self.data))
        return self.found[runs]


def _drop_gaps(shape):
    if shape.flat is None:
        whole = shape.replace(SOFT_BREAK, lambda match: b"")
        if shape.begins is None:
            flat = whole.data.translate(None, DROPPED)
            shape.flat = _Shape(flat, None, None)
        else:
            shape.flat = whole.replace(GAPS, lambda match: b"")
    return shape.flat


def _drop_tags(shape):
    return shape.replace(TAG, lambda match: b"")


def _unescape(shape):
    return _drop_gaps(shape).replace(ESCAPE, _read_escape)


def _unescape_lines(shape):
    """Keep the line breaks: what is decoded may say where lines were broken before."""
    shape = shape.replace(SOFT_BREAK_WHOLE, lambda match: b"")
    return shape.replace(ESCAPE, _read_escape)


def _read_escape(match):
    return _decode_escape(match[0])


@lru_cache(4096)
def _decode_escape(escape):
    """Return what an escape stands for: a text has a few of them, many times."""
    groups = ESCAPE.fullmatch(escape).groups()
    two, escaped, crossed, hexadecimal, decimal, name = groups
    if name:
        text = html5.get(name.decode())
        return text.encode() if text else escape
    digits = two or escaped or crossed or hexadecimal
    code = int(digits, 16) if digits else int(decimal)
    return bytes([code]) if code < 256 else b" "


def _undash(shape):
    return _undash_lines(_drop_gaps(shape))


def _undash_lines(shape):
    if shape.begins is None:
        # No slash that this makes is part of what stands for something else.
        slashed = shape.data.replace(b"_", b"/")
        return _Shape(DASHED.sub(_read_dashed, slashed), None, None)
    return shape.replace(DASHED, _read_dashed)


def _read_dashed(match):
    return _decode_dashed(match[0])


@lru_cache(1024)
def _decode_dashed(dashed):
    return bytes.fromhex(dashed[1:].decode() or "2F")


def _unpack_hex(run):
    return bytes.fromhex(run[: len(run) // 2 * 2].decode())


def _unpack(run):
    # What is too much of the padding does not count.
    run = run[: len(run) - (len(run) % 4 == 1)] + b"=="
    return a2b_base64(run.translate(STANDARD))


def _make_unpacker(runs, decode, shift, group, size):
    """Return a decoder of runs, in front of which other letters may have joined them.

    See :meth:`_Shape.unpack`.
    """

    def unpack(shape):
        return _drop_gaps(shape).unpack(runs, decode, shift, group, size)

    return unpack


# What minds line breaks and brackets.
LINE_DECODERS = (_drop_tags, _unescape_lines, _undash_lines)
DECODERS = (
    _drop_tags,
    _unescape,
    _unescape_lines,
    _undash,
    _undash_lines,
    *(_make_unpacker(HEXED, _unpack_hex, shift, 2, 1) for shift in range(2)),
    *(_make_unpacker(PACKED, _unpack, shift, 4, 3) for shift in range(4)),
)
