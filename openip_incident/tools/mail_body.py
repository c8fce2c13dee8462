# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Chooses what a mail says, and which files are beside it (RFC 2045, RFC 2046).

All texts count, in their order: mail programs put words before, between and behind
files, and give parts of them a name. Of an alternative it is the best that a human can
see. A mail within the mail is a file: its words are somebody else's. Nothing is left
out in silence: what is not shown is told (:class:`MailBody`).
"""

import re
from dataclasses import dataclass, field
from email import message_from_bytes

from .data_images import take_images
from .mail_charset import read_text, remove_controls
from .mail_enclosed import is_enclosed, read_enclosed
from .mail_flowed import unflow
from .mail_reader import (
    ReadingEndedError,
    get_bytes,
    get_content_type,
    get_value,
)
from .mail_repair import repair_parts
from .mail_words import get_page_text, lacks_words, says_something, strip_tags
from .smime import ENCRYPTED, open_smime
from .tnef import read_tnef

PLAIN, PAGE = "text/plain", "text/html"
SIGNED_TYPES = ("application/pkcs7-mime", "application/x-pkcs7-mime")
SIGNED_NAME = "smime.p7m"
TNEF_TYPES = ("application/ms-tnef", "application/vnd.ms-tnef")
TNEF_NAME = "winmail.dat"
# What only the addressee's own program opens.
SEALED_TYPES = (
    "multipart/encrypted",
    "application/x-microsoft-rpmsg-message",
)
PGP_BLOCK = re.compile(
    r"-----BEGIN PGP MESSAGE-----(?:[^-]|-(?!----END))*(?:-----END PGP MESSAGE-----)?"
)
# Exchange gives this name to the words that follow a file.
WORDS_BEHIND_FILE = re.compile(r"^ATT\d{1,9}\.(?:txt|html?)$", re.I)
# These are read by programs, whatever their main type.
DATA_TYPES = re.compile(r"^text/(?:calendar|x?-?vcard|directory|rfc822-headers)\b")

# How files end that were a mail, or went through DOS.
ENDS = "\x00\x0c\x1a"
# Controls in a page that its parser makes of references; XML has none of them.
CONTROL_REFERENCE = re.compile(
    r"&#(?:0{0,9}(?:[1-8]|1[124-9]|2\d|3[01])|x0{0,9}(?:[1-8bcef]|1[0-9a-f]))"
    r"(?:;|(?![\da-f]))",
    re.I,
)

# What has a name and is longer is a log rather than words, beside words without name.
MAX_NAMED = 10_000
# A sealed mail in a sealed mail; deeper ones are somebody's game.
MAX_OPENED = 3
MAX_DEPTH = 60
# The name that Odoo gives to what has none.
NO_NAME = "attachment"


@dataclass
class MailText:
    """A text of a mail.

    :ivar text: str, HTML if it is a page
    :ivar page: whether it is
    :ivar visible: what a human sees of it, as str
    :ivar named: whether it has the name of a file
    :ivar affordable: whether it may be shown, as far as time goes
    """

    text: str
    page: bool = False
    visible: str = ""
    named: bool = False
    affordable: bool = True

    @property
    def speaks(self):
        return says_something(self.visible)


@dataclass
class MailBody:
    """What a mail says.

    :ivar texts: list of :class:`MailText`, in their order
    :ivar files: list of tuple of name, bytes and information, as Odoo has them
    :ivar lost: whether words of it are not among the texts
    :ivar repaired: whether letters were guessed, or something was opened
    :ivar unreadable: whether its words are sealed or broken
    :ivar broken: whether a part that may hold them is
    """

    texts: list = field(default_factory=list)
    files: list = field(default_factory=list)
    lost: bool = False
    repaired: bool = False
    unreadable: bool = False
    broken: bool = False

    @property
    def speaks(self):
        """Tell whether a human sees any word of it."""
        return any(text.speaks for text in self.texts)

    @property
    def is_complete(self):
        """Tell whether nobody will miss the source of this mail."""
        return self.speaks and not (self.lost or self.repaired or self.unreadable)


def read_body(message, is_affordable=None):
    """Return what a mail says: :class:`MailBody`.

    :param message: ``email.message.Message``, however broken
    :param is_affordable: function of a text and whether it is HTML, which tells whether
        showing it takes too long; called once for each of them
    """
    reader = _Reader(is_affordable or (lambda _text, _page: True))
    reader.read_part(message, root=True)
    return reader.finish()


def has_words(message):
    """Tell whether a human sees any word of a mail: a bare acceptance has none.

    :param message: ``email.message.Message``, however broken
    """
    return read_body(message).speaks


class _Reader:
    """Reads the parts of a mail, or of an alternative in it."""

    def __init__(self, is_affordable, depth=0, opened=0):
        self.is_affordable = is_affordable
        self.depth = depth
        self.opened = opened
        self.body = MailBody()
        # Texts that are files: shown only if nothing else is.
        self.spare = []

    def finish(self):
        body = self.body
        if any(text.speaks and not text.named for text in body.texts):
            body.texts = [
                text
                for text in body.texts
                if not text.named or len(text.text) <= MAX_NAMED
            ]
        body.texts = [text for text in body.texts if text.page or text.visible.strip()]
        spare = [text for text in self.spare if text.speaks and text.affordable]
        if not body.speaks and not body.unreadable:
            body.texts += spare[:1]
        body.unreadable |= body.broken and not body.speaks
        return body

    # Parts

    def read_part(self, part, root=False):
        kind = _get_kind(part)
        if self.depth > MAX_DEPTH:
            self._add_file(part, get_bytes(part))
        elif is_enclosed(part):
            self.body.files.append(read_enclosed(part))
        elif isinstance(part.get_payload(), list):
            self._read_parts(part, kind)
        elif _is_signed(part, kind, root):
            self._open_signed(part)
        elif kind in TNEF_TYPES or _get_name(part).lower() == TNEF_NAME:
            self._open_tnef(part)
        elif kind in SEALED_TYPES:
            self.body.unreadable = True
            self._add_file(part, get_bytes(part))
        elif kind in (PLAIN, PAGE) or self._is_root_text(part, kind, root):
            self._read_text(part, kind, root)
        else:
            self._add_file(part, get_bytes(part))

    def _read_parts(self, part, kind):
        children = [item for item in part.get_payload() if hasattr(item, "get_payload")]
        if kind in SEALED_TYPES:
            self.body.unreadable = True
        if kind == "multipart/alternative":
            self._read_alternative(children)
            return
        for child in children:
            self.depth += 1
            self.read_part(child)
            self.depth -= 1

    @staticmethod
    def _is_root_text(part, kind, root):
        """Tell whether a mail is nothing but a text of another kind."""
        return root and kind.startswith("text/") and not DATA_TYPES.search(kind)

    # Alternatives

    def _read_alternative(self, children):
        """Take the best one of which something is seen; files count in all of them."""
        readings = []
        for child in children:
            reader = _Reader(self.is_affordable, self.depth + 1, self.opened)
            reader.read_part(child)
            readings.append(reader)
            self.spare += reader.spare
            self._merge(reader.body, texts=False)
        best = max(readings, key=_rate, default=None)
        if best:
            self._take_best(best, [one for one in readings if one is not best])

    def _take_best(self, best, others):
        texts = list(best.body.texts)
        seen = _join(texts)
        for other in others:
            words = _join(other.body.texts)
            if lacks_words(words, seen):
                self.body.lost = True
                # A page with less than the plain text beside it is not its best.
                if len(words) > len(seen) and all(
                    text.affordable for text in other.body.texts
                ):
                    texts = other.body.texts + texts
        self.body.texts += texts

    def _merge(self, body, texts=True):
        self.body.texts += body.texts if texts else []
        self.body.files += body.files
        self.body.lost |= body.lost
        self.body.repaired |= body.repaired
        self.body.unreadable |= body.unreadable
        self.body.broken |= body.broken

    # Texts

    def _read_text(self, part, kind, root):
        name, declared = _get_name(part), _get_disposition(part)
        attached = declared == "attachment" and not WORDS_BEHIND_FILE.match(name)
        content = get_bytes(part)
        if not root and (name or declared == "attachment"):
            self._add_file(part, content)
        text, guessed = read_text(content, _get_charset(part), page=kind == PAGE)
        if kind != PAGE:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if get_value(part, "Content-Type").lower().find("flowed") > 0 and kind == PLAIN:
            text = unflow(text, delsp=_is_deleting(part))
        named = bool(name) and not root and not WORDS_BEHIND_FILE.match(name)
        read = self._make_text(text, kind == PAGE, named)
        if attached and not root:
            self.spare.append(read)
            return
        self.body.repaired |= guessed
        self.body.texts.append(read)

    def _make_text(self, text, page, named=False):
        text = text.rstrip(ENDS)
        clean = remove_controls(text)
        self.body.repaired |= clean != text
        if page:
            clean = CONTROL_REFERENCE.sub(" ", clean)
            clean, images = take_images(clean)
            self.body.files += images
        affordable = self.is_affordable(clean, page)
        visible = clean
        if page:
            visible = (get_page_text if affordable else strip_tags)(clean)
        elif "-----BEGIN PGP MESSAGE-----" in clean:
            visible = PGP_BLOCK.sub("", clean)
            self.body.unreadable |= not says_something(visible)
        return MailText(clean, page, visible, named, affordable)

    def _add_file(self, part, content):
        info = {"encoding": _get_charset(part) or None}
        cid = get_value(part, "Content-ID").strip().strip("<>")
        if cid:
            info["cid"] = cid
        self.body.files.append((_get_name(part) or NO_NAME, content, info))

    # What is wrapped

    def _open_signed(self, part):
        content = get_bytes(part)
        kind, found = open_smime(content)
        inner = _parse(found, part.policy) if self.opened < MAX_OPENED else None
        if inner:
            self._read_opened(inner)
            return
        self.body.unreadable |= kind == ENCRYPTED
        said = get_value(part, "Content-Type").lower()
        self.body.broken |= kind is None and "certs-only" not in said
        self._add_file(part, content)

    def _read_opened(self, inner):
        """Read the mail in a wrapping with the limits of the mail around it."""
        reader = _Reader(self.is_affordable, self.depth + 1, self.opened + 1)
        reader.read_part(inner, root=True)
        self._merge(reader.body)
        self.spare += reader.spare
        self.body.repaired = True

    def _open_tnef(self, part):
        content = get_bytes(part)
        found = read_tnef(content)
        self.body.repaired = True
        if not found.complete:
            # What could be read is shown; the file stays for who can read more.
            self._add_file(part, content)
            self.body.lost = True
        for file in found.files:
            info = {"cid": file.cid} if file.cid else {}
            self.body.files.append((file.name or NO_NAME, file.content, info))
        page = bool(found.page) and not found.text
        wrapped = self._make_text(found.page if page else found.text, page)
        # Beside a text it says the same in another form.
        self.spare.insert(0, wrapped)
        self.body.broken |= not found.complete


def _is_signed(part, kind, root):
    """Tell whether a part is the mail itself in a wrapping, and no signed document."""
    name = _get_name(part).lower()
    if kind in SIGNED_TYPES:
        return root or name in ("", SIGNED_NAME)
    return name == SIGNED_NAME


def _parse(raw, policy):
    """Return the mail in a wrapping, None if it is something else or none."""
    try:
        inner = message_from_bytes(raw, policy=policy) if raw else None
    except ReadingEndedError:
        raise
    except Exception:
        return None
    if inner is None or not inner.keys():
        return None
    repair_parts(inner)
    return inner


def _rate(reader):
    """Return how good an alternative is: seen at all, quickly shown, a page."""
    texts = reader.body.texts
    return (
        reader.body.speaks,
        bool(texts) and all(text.affordable for text in texts),
        any(text.page for text in texts),
        len(texts),
    )


def _join(texts):
    return "\n".join(text.visible for text in texts)


def _get_kind(part):
    """Return the type of a part; some programs name the second half only."""
    if get_value(part, "Content-Type").lower().startswith("pdf"):
        return "application/pdf"
    return get_content_type(part)


def _get_name(part):
    try:
        return part.get_filename() or ""
    except Exception:
        return ""


def _get_disposition(part):
    return get_value(part, "Content-Disposition").strip().partition(";")[0].lower()


def _get_charset(part):
    try:
        return part.get_content_charset("") or ""
    except Exception:
        return ""


def _is_deleting(part):
    try:
        return str(part.get_param("delsp", "")).lower() == "yes"
    except Exception:
        return False
