# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Pictures of a few kilobytes that fill the memory of whoever draws them."""

import struct
import zlib
from unittest.mock import patch

from PIL.PngImagePlugin import PngImageFile

from odoo.tests import tagged

from .picture_common import PictureCommon

# More dots than Odoo draws; more than Pillow opens; more than there is memory.
SIDES = (8_000, 14_000, 20_000)


def write_bomb(side):
    """Return a PNG of so many dots in width and height, all of them black."""
    row = b"\0" * (1 + -(-side // 8))
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(row * 1000) for _rows in range(side // 1000))
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"IDAT", rows + packer.flush()),
        (b"IEND", b""),
    )
    return (
        b"\x89PNG\r\n\x1a\n"
        + b"".join(
            struct.pack(">I", len(content))
            + kind
            + content
            + struct.pack(">I", zlib.crc32(kind + content))
            for kind, content in chunks
        )
        + str(side).encode()
    )


@tagged("post_install", "-at_install")
class TestPictureBomb(PictureCommon):
    def setUp(self):
        super().setUp()
        self.drawn = []
        load = PngImageFile.load

        def note(picture):
            self.drawn.append(max(picture.size))
            return load(picture)

        self.enterContext(patch.object(PngImageFile, "load", note))

    def test_an_answer_with_a_bomb_counts_and_nobody_draws_it(self):
        for side in SIDES:
            with self.subTest(side=side):
                incident = self._with_mail()
                bomb = write_bomb(side)
                self._reply_with_picture(incident, self.customer, content=bomb)
                self.assertTrue(incident.sudo().last_answer_date)
                self.assertFalse(
                    self.env["incident.inbound"].search([("state", "=", "quarantined")])
                )
                [file] = self.files.search(
                    [
                        ("res_model", "=", "helpdesk.ticket"),
                        ("res_id", "=", incident.id),
                        ("mimetype", "=", "image/png"),
                    ]
                )
                self.assertEqual(file.raw, bomb)
                self.assertNotIn(side, self.drawn)

    def test_a_bomb_that_an_agent_attaches_stays_as_it_is(self):
        incident = self._with_mail()
        for side in SIDES:
            with self.subTest(side=side):
                bomb = write_bomb(side)
                file = self.files.with_user(self.agent).create(
                    {
                        "name": "plan.png",
                        "raw": bomb,
                        "res_model": "helpdesk.ticket",
                        "res_id": incident.id,
                    }
                )
                self.assertEqual(file.raw, bomb)
                self.assertNotIn(side, self.drawn)

    def test_other_pictures_are_made_smaller_as_ever(self):
        file = self.files.create({"name": "photo.png", "raw": write_bomb(4_000)})
        self.assertIn(4_000, self.drawn)
        self.assertEqual(file.mimetype, "image/png")
