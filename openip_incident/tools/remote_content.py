# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""HTML of which nothing loads by itself.

A picture that comes from elsewhere tells its author when and where a mail is read.
There are more ways to load one than can be listed, so what is listed here is what is
left: elements, attributes and styles that load nothing. Addresses stay where a human
has to click on them.
"""

import re
from functools import lru_cache
from html import unescape
from urllib.parse import unquote

from lxml import etree, html
from markupsafe import Markup, escape

# What is not among them is left out, its content stays.
ELEMENTS = frozenset(
    """
    a abbr acronym address article aside b bdi bdo big blockquote br caption center
    cite code col colgroup dd del details dfn dir div dl dt em figcaption figure font
    footer h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd li main mark menu nav ol p
    pre q rp rt ruby s samp section small span strike strong sub summary sup table
    tbody td tfoot th thead time tr tt u ul var wbr
    """.split()
)
VOID = frozenset(("br", "col", "hr", "img", "wbr"))
# Their content is no text.
SILENT = frozenset(("datalist", "noembed", "script", "style", "template", "title"))

ATTRIBUTES = frozenset(
    """
    abbr align alt bgcolor border cellpadding cellspacing class color colspan
    data-o-mail-quote data-o-mail-quote-container data-o-mail-quote-node data-oe-id
    data-oe-model data-oe-type datetime dir face headers height hspace id lang name
    nowrap open rel reversed role rowspan rules scope size span start style target
    title type valign value vspace width
    """.split()
)
PICTURE = re.compile(r"image/(png|jpeg|gif|webp)")

# Schemes of links; what has none leads to where the reader is.
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.I)
LINKS = frozenset(("http:", "https:", "mailto:", "tel:", "sms:", "ftp:"))
# What browsers skip when they read an address, and what looks like one elsewhere.
SKIPPED = re.compile(r"[\x00-\x20\x7f]+")
ADDRESS = re.compile(r"//|url\s*\(|^\s*(?:cid|data|javascript|vbscript):", re.I)

STYLES = re.compile(
    r"background|background-color|border(-(top|right|bottom|left))?"
    r"(-(color|style|width|radius|collapse|spacing))?|border-(top|bottom)-(left|right)"
    r"-radius|caption-side|clear|color|direction|display|empty-cells|float|font"
    r"(-(family|size|style|variant|weight|stretch))?|height|letter-spacing|line-height|"
    r"list-style-type|(margin|padding)(-(top|right|bottom|left))?|(max|min)-(height|"
    r"width)|object-fit|opacity|overflow-wrap|table-layout|text-(align|decoration|"
    r"indent|transform)|unicode-bidi|vertical-align|white-space|width|word-(break|"
    r"spacing|wrap)"
)
# Neither an address nor a function other than a colour can be written with these.
STYLE_VALUE = re.compile(
    r"(?:[\w\s#%.,!'\"+-]|(?<!/)/(?![/*])|\b(?:rgba?|hsla?)\([\d\s.,%]*\))*"
)

# Nothing in these could load anything; whoever writes no more costs no parsing.
PLAIN_TAG = re.compile(r"</?(?:b|br|div|em|i|li|ol|p|span|strong|u|ul) ?/?>", re.I)

TOKEN = re.compile(
    r"(?:[?&]|%(?:25)*(?:3F|26))?access_token(?:\s*=|%(?:25)*3D)[^\s<>\"'()]*", re.I
)
PLAIN_TOKEN = re.compile(r"access_token\s*=", re.I)
# What is shown on a page is read with each visit: so many texts of that length at most
# are kept in memory as they were cleaned.
REMEMBERED = 512
LONGEST_REMEMBERED = 4000
# Nobody encodes an address more often.
DECODINGS = 4


def has_token(text):
    """Tell whether a text contains a token of Odoo's, however it is encoded.

    :param text: HTML, an address or plain text
    """
    text = str(text or "")
    if "%" not in text and "&" not in text:
        return _names_token(text)
    for _time in range(DECODINGS):
        if _names_token(text):
            return True
        decoded = unquote(unescape(text))
        if decoded == text:
            return False
        text = decoded
    return _names_token(text)


def _names_token(text):
    # Most texts have no such sign, which is looked for much faster.
    return "_" in text and bool(PLAIN_TOKEN.search(text))


def is_plain(body):
    """Tell whether HTML is of nothing but plain elements, so that it loads nothing.

    :param body: HTML
    """
    rest = PLAIN_TAG.sub("", body)
    return "<" not in rest and not has_token(rest)


def clean_remote(body, show=None, link=None, local=True):
    """Return HTML that loads nothing but what the caller names.

    :param body: HTML, may be broken
    :param show: function that takes the address of a picture and its alternative text
        and returns a dict of attributes (``src``, ``alt``) under which it is shown, or
        a text to stand there instead, or None for its alternative text
    :param link: function that takes the address of a link and returns another, or None
        for text without link; the default leaves links as they are
    :param local: False where an address without host leads nowhere
    :return: ``Markup``
    """
    if not body or is_plain(body):
        return Markup(body or "")
    body = str(body)
    alone = _clean_alone(body, local) if len(body) <= LONGEST_REMEMBERED else None
    if alone is not None:
        return Markup(alone)
    return Markup(_Writer(show, link, local).rewrite(_parse(body)))


class _Asked(Exception):
    """Only the caller can tell what becomes of a picture or a link."""


def _refuse(*_address):
    raise _Asked


@lru_cache(REMEMBERED)
def _clean_alone(body, local):
    """Return what is the same for every caller, None where one is asked of a part.

    :param body: HTML
    :param local: see :func:`clean_remote`
    """
    try:
        return _Writer(_refuse, _refuse, local).rewrite(_parse(body))
    except _Asked:
        return None


def get_picture_text(alt):
    """Return what stands where a picture is not shown: its alternative text.

    :param alt: as it was written, or None
    """
    alt = " ".join((alt or "").split())
    return f"[{alt}]" if alt and not _is_address(alt) else ""


def clean_style(style):
    """Return the declarations of a style attribute that can load nothing.

    :param style: CSS declarations
    """
    if "\\" in style:
        # Escapes write any word in any way, and honest mails have none.
        return ""
    style = re.sub(r"/\*.*?(?:\*/|\Z)", " ", style, flags=re.DOTALL)
    kept = []
    for declaration in style.split(";"):
        name, colon, value = declaration.partition(":")
        name, value = name.strip().lower(), value.strip()
        if colon and value and STYLES.fullmatch(name) and STYLE_VALUE.fullmatch(value):
            kept.append(f"{name}: {value}")
    return "; ".join(kept)


def redact_tokens(text):
    """Return a text without Odoo's tokens.

    :param text: plain text
    """
    if not has_token(text):
        return text
    short = TOKEN.sub("[…]", text)
    if not has_token(short):
        return short
    # What is encoded in a way of its own is not worth a riddle.
    words = re.split(r"(\s+)", short)
    return "".join("[…]" if "%" in word or "&" in word else word for word in words)


def _parse(body):
    # No NUL, at which the parser would stop reading.
    body = body.replace("\x00", "")
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    source = f"<div>{body}</div>".encode("utf-8", "replace")
    try:
        return html.document_fromstring(source, parser=parser)
    except etree.ParserError:
        return html.Element("div")


def _is_address(text):
    return bool(ADDRESS.search(text))


class _Writer:
    """Writes a document anew, of known parts only."""

    def __init__(self, show, link, local):
        self.show = show or (lambda src, alt: None)
        self.link = link or (lambda href: href)
        self.local = local
        self.parts = []
        self.frame = None

    def rewrite(self, document):
        # Around it all; it may end early.
        self.frame = next(document.iter("div"), None)
        walker = etree.iterwalk(document, events=("start", "end", "comment", "pi"))
        for event, node in walker:
            if event == "end":
                self._end(node)
            elif event != "start":
                self._text(node.tail)
            elif node.tag in SILENT:
                walker.skip_subtree()
            else:
                self._start(node)
        return "".join(self.parts).strip()

    def _start(self, node):
        if node.tag == "img":
            self._picture(node)
        elif node.tag in ELEMENTS and node is not self.frame:
            self._tag(node.tag, self._get_attributes(node))
        elif node.tag in ("input", "area", "image"):
            self._text(get_picture_text(node.get("alt")))
        self._text(node.text)

    def _end(self, node):
        known = node.tag in ELEMENTS and node.tag not in VOID
        if known and node is not self.frame:
            self.parts.append(f"</{node.tag}>")
        self._text(node.tail)

    def _text(self, text):
        if text:
            self.parts.append(str(escape(redact_tokens(text))))

    def _tag(self, name, attributes):
        written = "".join(
            f' {key}="{escape(value)}"' for key, value in attributes.items()
        )
        self.parts.append(f"<{name}{written}>")

    def _picture(self, node):
        alt = node.get("alt")
        shown = self.show(_strip(node.get("src") or ""), alt)
        if not isinstance(shown, dict):
            self._text(get_picture_text(alt) if shown is None else shown)
            return
        attributes = self._get_attributes(node)
        self._tag("img", {**attributes, "alt": attributes.get("alt", ""), **shown})

    def _get_attributes(self, node):
        kept = {}
        for name, value in node.attrib.items():
            if name == "href" and node.tag == "a":
                value = self._get_link(value)
            elif name == "style":
                value = clean_style(value)
            elif not self._is_harmless(name, value):
                continue
            if value or name == "alt":
                kept[name] = value or ""
        return kept

    def _is_harmless(self, name, value):
        known = name in ATTRIBUTES or name.startswith("aria-")
        return known and not _is_address(value) and not has_token(value)

    def _get_link(self, href):
        href = re.sub(r"[\t\r\n]", "", href).strip()
        scheme = SCHEME.match(_strip(href))
        if scheme and scheme[0].lower() not in LINKS:
            return None
        if not scheme and not self.local and not href.startswith("//"):
            return None
        href = self.link(href)
        return None if has_token(href) else href


def _strip(address):
    return SKIPPED.sub("", address)
