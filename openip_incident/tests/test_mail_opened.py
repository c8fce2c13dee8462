# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
import datetime
import random
import struct
import time
import zlib

from compressed_rtf import compress
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7

from odoo.tests import BaseCase, tagged

from ..tools.mail_body import read_body
from ..tools.smime import ENCRYPTED, SIGNED, open_smime
from ..tools.tnef import read_tnef
from .mail_shapes import PDF, both, leaf, mail, multi, page, parse, pdf, plain

DATA = bytes.fromhex("06092a864886f70d010701")
SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
ENVELOPED_DATA = bytes.fromhex("06092a864886f70d010703")
COMPRESSED_DATA = bytes.fromhex("060b2a864886f70d0109100109")
VERSION, NO_DIGESTS = b"\x02\x01\x01", b"\x31\x00"
END = b"\x00\x00"

PGP = (
    "-----BEGIN PGP MESSAGE-----\r\nVersion: x\r\n\r\nhQEMA\r\n"
    "-----END PGP MESSAGE-----"
)

TNEF_HEAD = b"\x78\x9f\x3e\x22\x01\x00"
RTF = (
    rb"{\rtf1\ansi\ansicpg1252\fromhtml1 {\fonttbl{\f0\fswiss Arial;}}"
    rb"{\*\htmltag64 <p>}Depuis ce matin, r\'e9ponse \u8364?{\*\htmltag72 </p>}}"
)


def tlv(tag, value):
    """Return an element of BER with its length."""
    size = len(value)
    if size < 128:
        return bytes([tag, size]) + value
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(digits)]) + digits + value


def wrap(octets, oid=SIGNED_DATA, digests=NO_DIGESTS):
    """Return a container around a string that is given as an element."""
    inner = tlv(0x30, DATA + tlv(0xA0, octets))
    content = tlv(0x30, VERSION + digests + inner + tlv(0x31, b""))
    return tlv(0x30, oid + tlv(0xA0, content))


def wrap_open(pieces, digests=NO_DIGESTS):
    """Return one whose elements do not say how long they are."""
    return (
        b"\x30\x80" + SIGNED_DATA + b"\xa0\x80\x30\x80" + VERSION + digests
        + b"\x30\x80" + DATA + b"\xa0\x80\x24\x80" + pieces + END * 3
        + b"\x31\x00" + END * 3
    )  # fmt: skip


def sign(content):
    """Sign a mail as mail programs do, with what signs it inside."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Claire")])
    day = datetime.datetime(2026, 1, 1)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    builder = builder.public_key(key.public_key()).serial_number(1)
    builder = builder.not_valid_before(day).not_valid_after(day.replace(year=2027))
    certificate = builder.sign(key, hashes.SHA256())
    signature = pkcs7.PKCS7SignatureBuilder().set_data(content)
    signature = signature.add_signer(certificate, key, hashes.SHA256())
    return signature.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])


def smime(content, kind="signed-data", name="smime.p7m", media="pkcs7-mime"):
    return leaf(
        f'application/{media}; smime-type={kind}; name="{name}"',
        base64.encodebytes(content),
        Content_Transfer_Encoding="base64",
        Content_Disposition=f'attachment; filename="{name}"',
    )


def attribute(name, value, level=1):
    return struct.pack("<BHHI", level, name, 6, len(value)) + value + b"\0\0"


def prop(kind, name, value):
    head = struct.pack("<HHII", kind, name, 1, len(value))
    return head + value + b"\0" * (-len(value) % 4)


def props(*values):
    return attribute(0x9003, struct.pack("<I", len(values)) + b"".join(values))


def file(title, content, *more):
    values = attribute(0x9002, b"\0" * 14, 2) + attribute(0x8010, title + b"\0", 2)
    values += attribute(0x800F, content, 2)
    if more:
        block = struct.pack("<I", len(more)) + b"".join(more)
        values += attribute(0x9005, block, 2)
    return values


def tnef(*attributes):
    return TNEF_HEAD + b"".join(attributes)


def winmail(content, kind="ms-tnef", name="winmail.dat"):
    return leaf(
        f'application/{kind}; name="{name}"',
        base64.encodebytes(content),
        Content_Transfer_Encoding="base64",
    )


WIDE_NAME = prop(0x1F, 0x3707, "relevé.pdf\0".encode("utf-16-le"))
BODY = attribute(0x800C, "Réponse".encode("cp1252") + b"\0")
PDF_FILE = file(b"RELEV~1.PDF", PDF, WIDE_NAME)


@tagged("post_install", "-at_install")
class TestMailOpened(BaseCase):
    def _read(self, part):
        return read_body(parse(mail(part)))

    def assertRead(self, part, text, files=()):
        body = self._read(part)
        self.assertEqual("\n".join(text.visible.strip() for text in body.texts), text)
        self.assertEqual([file[0] for file in body.files], list(files))
        return body

    def assertUnreadable(self, part, files):
        body = self.assertRead(part, "", files)
        self.assertTrue(body.unreadable)

    # S/MIME

    def test_a_mail_in_its_signature_is_opened(self):
        inner = multi("mixed", both("Réponse", "<p>Réponse</p>"), pdf())
        for signed in (
            sign(inner),
            wrap(tlv(0x04, inner)),
            wrap(tlv(0x24, tlv(0x04, inner[:50]) + tlv(0x04, inner[50:]))),
            wrap_open(tlv(0x04, inner[:50]) + tlv(0x04, inner[50:])),
            wrap_open(b"\x24\x80" + tlv(0x04, inner) + END, digests=b"\x31\x80" + END),
            wrap(tlv(0x04, zlib.compress(inner)), COMPRESSED_DATA, b"\x30\x00"),
        ):
            for part in (
                smime(signed),
                smime(signed, name="mail.p7m", media="x-pkcs7-mime"),
                multi("mixed", smime(signed)),
                multi("mixed", smime(signed, media="octet-stream")),
            ):
                with self.subTest(part=part[:90], signed=signed[:60]):
                    body = self.assertRead(part, "Réponse", ["plan.pdf"])
                    self.assertTrue(body.repaired)
                    self.assertFalse(body.unreadable)
        twice = smime(sign(smime(sign(inner))))
        self.assertRead(twice, "Réponse", ["plan.pdf"])
        footer = multi("mixed", smime(sign(plain("One"))), plain("Two"))
        self.assertRead(footer, "One\nTwo")

    def test_signed_documents_are_files(self):
        for content in (PDF, b"Not a mail\r\n\r\nReally"):
            part = smime(sign(content), name="contrat.pdf.p7m")
            whole = multi("mixed", plain("One"), part)
            self.assertRead(whole, "One", ["contrat.pdf.p7m"])

    def test_what_is_sealed_cannot_be_read(self):
        sealed = wrap(tlv(0x04, b"x"), ENVELOPED_DATA)
        envelope = smime(sealed, "enveloped-data")
        self.assertUnreadable(envelope, ["smime.p7m"])
        self.assertTrue(self._read(multi("mixed", envelope, plain("Legal"))).unreadable)
        self.assertUnreadable(smime(sign(envelope)), ["smime.p7m"])
        pgp = multi(
            "encrypted; protocol=application/pgp-encrypted",
            leaf("application/pgp-encrypted", "Version: 1"),
            leaf("application/octet-stream; name=encrypted.asc", PGP),
        )
        self.assertUnreadable(pgp, ["attachment", "encrypted.asc"])
        rights = leaf("application/x-microsoft-rpmsg-message; name=message.rpmsg", "x")
        protected = multi("mixed", plain("This message is protected"), rights)
        self.assertTrue(self._read(protected).unreadable)

    def test_a_sealed_block_in_a_text(self):
        self.assertTrue(self._read(plain(PGP)).unreadable)
        body = self._read(plain(f"See below\r\n{PGP}\r\n"))
        self.assertFalse(body.unreadable)

    def test_broken_signatures_cannot_be_read(self):
        signed = sign(plain("One"))
        for broken in (b"", b"x", signed[:40], b"\x30\x80" * 50, wrap(b"")[:-4]):
            with self.subTest(broken=broken[:20]):
                self.assertUnreadable(smime(broken), ["smime.p7m"])
        self.assertRead(multi("mixed", plain("One"), smime(b"")), "One", ["smime.p7m"])

    def test_hostile_signatures_end_soon(self):
        began = time.process_time()
        for content in (
            b"\x30\x80" * 2_000_000,
            wrap(b"\x24\x80" * 2_000_000),
            wrap_open(tlv(0x04, b"x") * 1_000_000),
            wrap_open(b"", digests=b"\x31\x80" + b"\x05\x00" * 1_000_000),
            wrap(tlv(0x04, zlib.compress(b"\0" * 60_000_000)), COMPRESSED_DATA),
        ):
            open_smime(content)
        self.assertLess(time.process_time() - began, 5)

    def test_no_signature_raises(self):
        lots = random.Random(4)
        whole = wrap(tlv(0x24, tlv(0x04, b"abc") * 3))
        self.assertEqual(open_smime(whole), (SIGNED, b"abc" * 3))
        self.assertEqual(open_smime(wrap(b"", ENVELOPED_DATA)), (ENCRYPTED, None))
        for _number in range(2_000):
            content = bytearray(whole)
            content[lots.randrange(len(content))] = lots.randrange(256)
            open_smime(bytes(content[: lots.randrange(len(content) + 1)]))

    # winmail.dat

    def test_text_and_files_of_outlook_are_opened(self):
        codepage = attribute(0x9007, struct.pack("<II", 1252, 0))
        wide = prop(0x1F, 0x1000, "Réponse\0".encode("utf-16-le"))
        html = prop(0x102, 0x1013, "<p>Réponse</p>".encode())
        said = struct.pack("<HHI", 3, 0x3FDE, 65001)
        named = (
            struct.pack("<HH", 3, 0x8001) + b"\0" * 16 + struct.pack("<III", 0, 1, 7)
        )
        several = struct.pack("<HHI", 0x1003, 0x1234, 2) + b"\0" * 8
        for content in (
            tnef(codepage, BODY, PDF_FILE),
            tnef(props(wide), PDF_FILE),
            tnef(props(html, said), PDF_FILE),
            tnef(props(named, several, wide), PDF_FILE),
        ):
            for part in (
                winmail(content),
                winmail(content, "octet-stream"),
                multi("mixed", plain(" \r\n"), winmail(content, "vnd.ms-tnef", "x")),
            ):
                with self.subTest(content=content, part=part[:60]):
                    body = self.assertRead(part, "Réponse", ["relevé.pdf"])
                    self.assertEqual(body.files[0][1], PDF)
                    self.assertFalse(body.unreadable)
        beside = multi("mixed", plain("One"), winmail(tnef(BODY, PDF_FILE)))
        self.assertRead(beside, "One", ["relevé.pdf"])

    def test_rich_text_of_outlook_is_read(self):
        for compressed in (True, False):
            content = tnef(props(prop(0x102, 0x1009, compress(RTF, compressed))))
            self.assertRead(winmail(content), "Depuis ce matin, réponse €")

    def test_pictures_of_outlook_are_shown_in_its_page(self):
        html = prop(0x102, 0x1013, b'<p>One</p><img src="cid:img1">')
        picture = file(b"image.png", b"x", prop(0x1E, 0x3712, b"<img1>\0"))
        body = self._read(winmail(tnef(props(html), picture)))
        self.assertEqual(body.files, [("image.png", b"x", {"cid": "img1"})])

    def test_broken_ones_give_what_they_have(self):
        broken = tnef(BODY, PDF_FILE) + b"\x02\x00"
        body = self.assertRead(
            winmail(broken), "Réponse", ["winmail.dat", "relevé.pdf"]
        )
        self.assertTrue(body.lost)
        self.assertFalse(body.unreadable)
        for content in (b"", b"Fixture", TNEF_HEAD + b"x", tnef(BODY)[:12]):
            with self.subTest(content=content):
                self.assertUnreadable(winmail(content), ["winmail.dat"])

    def test_hostile_ones_end_soon(self):
        most = 2**32 - 1
        multiple = struct.pack("<HHI", 0x1002, 1, most)
        began = time.process_time()
        for content in (
            tnef(attribute(0x8004, b"") * 500_000),
            tnef(attribute(0x9002, b"", 2) * 500_000),
            tnef(attribute(0x9003, struct.pack("<I", most) + prop(3, 1, b"") * 99)),
            tnef(attribute(0x9003, struct.pack("<I", most) + multiple * 99)),
            tnef(
                attribute(
                    0x9003,
                    struct.pack("<IHHI", most, 0x101E, 1, most) + b"\0" * 5_000_000,
                )
            ),
        ):
            self.assertFalse(read_tnef(content).text)
        self.assertLess(time.process_time() - began, 5)

    def test_hostile_rich_text_ends_soon(self):
        began = time.process_time()
        for words in (
            rb"\f1" * 90_000,
            rb"{\fonttbl\f0" + rb"\fcharset0" * 25_000,
            rb"{\fonttbl\f0" + rb"\fcharset0 a" * 20_000 + b";}",
            rb"{\field{\*\fldinst{" * 15_000,
            rb'{\field{\*\fldinst{HYPERLINK "' * 9_000,
            rb"{\pict \bin99999999 " * 10_000,
        ):
            rich = rb"{\rtf1 " + words + b"}}"
            head = struct.pack("<II4sI", len(rich) + 12, len(rich), b"MELA", 0)
            read_tnef(tnef(props(prop(0x102, 0x1009, head + rich))))
        self.assertLess(time.process_time() - began, 5)

    def test_none_raises(self):
        lots = random.Random(4)
        whole = tnef(props(WIDE_NAME, prop(0x102, 0x1009, compress(RTF))), PDF_FILE)
        for _number in range(2_000):
            content = bytearray(whole)
            content[lots.randrange(6, len(content))] = lots.randrange(256)
            read_tnef(bytes(content[: lots.randrange(len(content) + 1)]))

    def test_a_page_beside_nothing(self):
        self.assertRead(multi("mixed", page(" "), winmail(tnef(BODY))), "\nRéponse")
