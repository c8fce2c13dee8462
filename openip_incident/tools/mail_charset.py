# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Reads the letters of a text, whatever character set its mail names.

Programs name none, one that nobody knows, one that is smaller than what they wrote
(``gb2312`` for GBK, ``iso-8859-1`` for Windows-1252) or simply another one. As browsers
do (WHATWG Encoding), a name is read as the largest set that it may stand for; what is
no text in it is UTF-8, what the page says of itself, or Windows-1252.
"""

import codecs
import re

WESTERN = "cp1252"

# Names that stand for a smaller set than what is written under them.
LARGER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_cn": "gb18030",
    "x_gbk": "gb18030",
    "cp936": "gb18030",
    "euc_kr": "cp949",
    "ks_c_5601": "cp949",
    "ks_c_5601_1987": "cp949",
    "ks_c_5601_1989": "cp949",
    "ksc5601": "cp949",
    "korean": "cp949",
    "shift_jis": "cp932",
    "sjis": "cp932",
    "x_sjis": "cp932",
    "ms_kanji": "cp932",
    "big5": "cp950",
    "cn_big5": "cp950",
    "x_x_big5": "cp950",
    "tis_620": "cp874",
    "iso8859_11": "cp874",
    "iso8859_9": "cp1254",
    "iso2022_jp": "iso2022_jp_ext",
    "unicode_1_1_utf_7": "utf_7",
    "utf8mb4": "utf_8",
    "unicode": "utf_16",
    "ucs_2": "utf_16",
    "iso_10646_ucs_2": "utf_16",
    "macintosh": "mac_roman",
    "x_mac_roman": "mac_roman",
    "logical": "iso8859_8",
}

# What says nothing about a text: programs write it when they do not know.
NOTHING = re.compile(
    r"^$|default|unknown|undefined|none|null|binary|bits?$|^ansi$|us_?ascii|^ascii"
)
# Windows-1252 under the names that it, and what it includes, goes by.
WESTERN_NAMES = ("cp1252", "iso8859_1", "latin_1", "cp28591")

# A number makes the set, however the words around it are written.
NUMBERED = [
    (re.compile(r"^(?:x_)?(?:windows|win|cp|ms|ibm)_?(\d{3,5})$"), "cp{}"),
    (re.compile(r"^(?:iso_?)?8859_?(\d{1,2})(?:_?[ei])?$"), "iso8859_{}"),
    (re.compile(r"^latin_?(\d)$"), "latin{}"),
    (re.compile(r"^(?:x_)?utf_?(8)(?:_.*)?$"), "utf_{}"),
    (re.compile(r"^(?:x_)?utf_?(16|32)_?(?:bom)?$"), "utf_{}"),
]

MARKS = [
    (codecs.BOM_UTF8, "utf_8"),
    (codecs.BOM_UTF32_LE, "utf_32_le"),
    (codecs.BOM_UTF32_BE, "utf_32_be"),
    (codecs.BOM_UTF16_LE, "utf_16_le"),
    (codecs.BOM_UTF16_BE, "utf_16_be"),
]

# What a page says of itself, at its beginning as browsers look for it.
META_BYTES = 4096
META = re.compile(
    rb"<(?:meta|\?xml)\b[^<>]{0,300}?(?:charset|encoding)\s{0,9}=\s{0,9}[\"']?"
    rb"([\w.:-]{1,40})",
    re.I,
)

# Reading these takes the square of the length, or they are no character sets of texts.
NO_CHARSETS = ("punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined")

# The controls of ISO 8859 are letters and marks in Windows-1252: what is meant.
CONTROLS_1252 = {
    code: bytes([code]).decode(WESTERN, "ignore") or None for code in range(0x80, 0xA0)
}
OTHER_BYTES = {
    0xDC00 + code: CONTROLS_1252.get(code, chr(code)) for code in range(0x80, 0x100)
}
CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


def read_text(content, charset="", page=False):
    """Return what bytes say, and whether that had to be guessed.

    :param content: bytes
    :param charset: what the mail says that they are written in
    :param page: whether they are HTML, which may say so itself
    :return: tuple of str and bool
    """
    for mark, codec in MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(codec, "replace"), False
    codec = get_codec(charset)
    wide = _get_wide_codec(content, codec)
    if wide:
        return content.decode(wide, "replace"), not codec
    if not content.isascii():
        return _read_8bit(content, codec, page)
    if not codec or codec.startswith("utf"):
        codec = codec if codec == "utf_7" else "ascii"
    return content.decode(codec, "replace"), False


def _read_8bit(content, codec, page):
    """Read bytes of which some are no ASCII: by chance none of them are UTF-8."""
    if is_utf8(content):
        return content.decode("utf-8"), codec not in (None, "utf_8")
    if codec == WESTERN:
        return _decode_western(content), False
    if codec and not codec.startswith("utf"):
        return _decode(content, codec)
    own = META.search(content[:META_BYTES]) if page else None
    own = own and get_codec(own[1].decode("ascii", "replace"))
    if own and own != WESTERN and not own.startswith("utf"):
        return _decode(content, own)[0], True
    # What is no UTF-8 in it is Windows-1252, byte by byte.
    return content.decode("utf-8", "surrogateescape").translate(OTHER_BYTES), True


def _decode(content, codec):
    text = content.decode(codec, "replace")
    # ISO 8859 has controls where Windows has letters: single bytes come out so.
    if codec.startswith("iso8859") and any("\x80" <= char < "\xa0" for char in text):
        return text.translate(CONTROLS_1252), True
    return text, "\ufffd" in text


def is_utf8(content):
    """Tell whether bytes are UTF-8.

    :param content: bytes
    """
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def get_codec(charset):
    """Return Python's name of the set that a name stands for, None if it says nothing.

    :param charset: str, as it stands in a mail
    """
    name = re.sub(r"[^a-z0-9]+", "_", charset.lower()[:60]).strip("_")
    name = name.removeprefix("charset_")
    if NOTHING.search(name):
        return None
    for pattern, shape in NUMBERED:
        found = pattern.match(name)
        name = shape.format(found[1]) if found else name
    name = LARGER.get(name, name)
    try:
        # What is no set of characters, base64 for one, refuses this.
        b"    ".decode(name)
        name = codecs.lookup(name).name.replace("-", "_")
    except (LookupError, ValueError):
        return None
    # The name that Python gives it may be in the table, too.
    name = LARGER.get(name, name)
    if name in NO_CHARSETS or name == "ascii":
        return None
    return WESTERN if name in WESTERN_NAMES else name


def remove_controls(text):
    """Return a text without what neither XML nor PostgreSQL takes.

    Form feeds and the like come out of copies from PDF, Word and consoles; each of them
    stands between two words.

    :param text: str
    """
    return CONTROLS.sub(_replace_control, text) if CONTROLS.search(text) else text


def _replace_control(found):
    return " " if found[0] in "\x0b\x0c\x1c\x1d\x1e\x1f" else ""


def _get_wide_codec(content, codec):
    """Tell which bytes of UTF-16 come first where no mark says so (RFC 2781).

    Latin letters and blanks have a zero in every other place; without any zero it is
    no UTF-16, whatever its mail says.
    """
    if codec and codec.startswith(("utf_32", "utf_7")):
        return None
    sample = content[:4000]
    first, second = sample[0::2].count(0), sample[1::2].count(0)
    said = codec and codec.startswith("utf_16")
    if max(first, second) * (200 if said else 8) < len(sample) or first == second:
        return None
    return "utf_16_be" if first > second else "utf_16_le"


def _decode_western(content):
    return content.decode("latin-1").translate(CONTROLS_1252)
