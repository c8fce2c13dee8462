# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Takes the mail out of a signature that is wrapped around it (RFC 8551, RFC 5652).

Only the few elements on the way to the content are read, in a time that grows with
their size. The libraries that read all of CMS take half a minute for three hostile
megabytes, or refuse strings in several pieces, which are usual. Signatures are not
checked: the sender is no more believed than that of any other mail.
"""

import base64
import zlib

SIGNED = "signed"
ENCRYPTED = "encrypted"

PKCS7 = bytes.fromhex("2a864886f70d0107")
SMIME = bytes.fromhex("2a864886f70d0109100109")
AUTH_ENVELOPED = bytes.fromhex("2a864886f70d0109100117")
KINDS = {
    PKCS7 + b"\x02": SIGNED,
    SMIME: SIGNED,
    PKCS7 + b"\x03": ENCRYPTED,
    PKCS7 + b"\x04": ENCRYPTED,
    PKCS7 + b"\x06": ENCRYPTED,
    AUTH_ENVELOPED: ENCRYPTED,
}

# What is signed is smaller than its mail; what is compressed may not be.
MAX_INFLATED = 30 * 1024 * 1024

# Programs write pieces of a thousand bytes and more.
MAX_ELEMENTS = 200_000

CONSTRUCTED = 0x20
OCTETS = 0x04
END_OF_CONTENTS = 0


def open_smime(content):
    """Return what an S/MIME container is, and the mail in it.

    :param content: bytes of an ``application/pkcs7-mime`` part
    :return: tuple of ``SIGNED``, ``ENCRYPTED`` or None for what is neither, and the
        bytes of the mail, None where there is none that can be read
    """
    try:
        return _open(_decode(content))
    except (ValueError, IndexError, zlib.error):
        return None, None


def _open(content):
    reader = _Reader(content)
    reader.enter()
    oid = reader.take()
    kind = KINDS.get(oid)
    if kind != SIGNED:
        return kind, None
    reader.enter()
    reader.enter()
    # The version; the digests, or how it is compressed.
    reader.skip()
    reader.skip()
    reader.enter()
    reader.take()
    if reader.is_at_end():
        # A signature of something else, or certificates only.
        return None, None
    reader.enter()
    found = reader.read_octets()
    if oid == SMIME:
        found = zlib.decompressobj().decompress(found, MAX_INFLATED)
    return kind, found


def _decode(content):
    """Undo the text form that some programs put into the part once more."""
    text = content.strip()
    if text.startswith(b"-----BEGIN"):
        text = b"".join(line for line in text.splitlines() if b"-" not in line)
    if text.startswith(b"MI"):
        return base64.b64decode(text)
    return content


class _Reader:
    """Reads elements of BER one after the other (X.690, section 8)."""

    def __init__(self, content):
        self.content = content
        self.position = 0
        self.ends = [len(content)]
        self.elements = 0

    def enter(self):
        """Go on with the first element inside the next one."""
        _tag, end = self._read_head()
        self.ends.append(end)

    def take(self):
        """Return the bytes of the next element, which has none inside."""
        _tag, end = self._read_head()
        start, self.position = self.position, self._check(end)
        return bytes(self.content[start:end])

    def skip(self):
        """Go past the next element, and all that is inside."""
        for _piece in self._iterate_pieces():
            pass

    def read_octets(self):
        """Return the string that the next element is, in one or in many pieces."""
        return b"".join(
            self.content[start:end]
            for tag, start, end in self._iterate_pieces()
            if tag == OCTETS
        )

    def is_at_end(self):
        """Tell whether the element that was entered last has no more in it."""
        end = self.ends[-1]
        at = self.position
        return at >= end if end is not None else self.content[at : at + 2] == b"\0\0"

    def _iterate_pieces(self):
        """Iterate over what is inside the next element and has nothing inside itself.

        :return: iterator of tuple of tag, start and end
        """
        ends = []
        while True:
            while ends and ends[-1] is not None and self.position >= ends[-1]:
                ends.pop()
            start_of_element = self.position
            tag, end = self._read_head()
            if end is None or tag & CONSTRUCTED:
                ends.append(end)
            elif tag == END_OF_CONTENTS and start_of_element != self.ends[-1]:
                ends.pop()
            else:
                yield tag, self.position, self._check(end)
                self.position = end
            while ends and ends[-1] is not None and self.position >= ends[-1]:
                ends.pop()
            if not ends:
                return

    def _read_head(self):
        """Read tag and length; the end is None where the content tells it."""
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            raise ValueError("More elements than anybody writes")
        tag = self.content[self.position]
        length = self.content[self.position + 1]
        self.position += 2
        if length == 0x80:
            return tag, None
        if length > 0x80:
            size = length & 0x7F
            digits = self.content[self.position : self.position + min(size, 8)]
            length = int.from_bytes(digits, "big")
            self.position += size
        return tag, self.position + length

    def _check(self, end):
        if end is None or end > len(self.content):
            raise ValueError("An element is longer than what there is")
        return end
