# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from io import BytesIO

from PIL import Image

from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import OPENED

from .page_common import PageCommon


@tagged("post_install", "-at_install")
class TestPersonalPageFiles(PageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visitor = cls.env.ref("base.public_user")

    def _attach(self, incident, name, user=None, content=b"content", **values):
        return (
            self.env["ir.attachment"]
            .with_user(user or self.agent)
            .sudo()
            .create(
                {
                    "name": name,
                    "raw": content,
                    "res_model": "helpdesk.ticket",
                    "res_id": incident.id,
                    **values,
                }
            )
        )

    def _get_file_path(self, incident, attachment, party=None, purpose="view"):
        token = self.get_token(incident, party, purpose)
        return f"/incident/{incident.id}/file/{attachment.id}?token={token}"

    def test_files_of_report_and_conversation_are_handed_out(self):
        incident = self._create_incident_in(OPENED)
        reported = self._attach(incident, "report.pdf", self.visitor)
        posted = self._attach(incident, "plan.pdf")
        incident.message_post(
            body="See the plan",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachment_ids=posted.ids,
            partner_ids=(self.customer | self.integrator).ids,
        )
        page = self.visit(self.get_path(incident))
        links = page.xpath("//a[contains(@href, '/file/')]/@href")
        self.assertEqual(len(links), 2)
        for attachment in (reported, posted):
            path = self._get_file_path(incident, attachment)
            self.assertTrue([link for link in links if f"/{attachment.id}?" in link])
            response = self.url_open(path)
            self.assertEqual(response.status_code, 200)
            self.assertEqual(response.content, b"content")
            disposition = response.headers["Content-Disposition"]
            self.assertTrue(disposition.startswith("attachment"), disposition)
            self.assertIn(attachment.name, disposition)
            self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
            self.assertIn("no-store", response.headers["Cache-Control"])

    def test_pictures_are_shown_small_where_they_were_sent(self):
        """A phone loads a preview; the picture itself is one tap away."""
        incident = self._create_incident_in(OPENED)
        image = BytesIO()
        Image.new("RGB", (2000, 1000), "red").save(image, "JPEG")
        photo = self._attach(incident, "a.jpg", self.visitor, image.getvalue())
        broken = self._attach(incident, "b.png", self.visitor, b"\x89PNG\r\n\x1a\nno")
        text = self._attach(incident, "c.txt", self.visitor, b"no picture")
        page = self.visit(self.get_path(incident))
        shown = page.xpath("//img[hasclass('o_incident_preview')]/@src")
        self.assertEqual(len(shown), 2, shown)
        self.assertFalse([path for path in shown if f"/{text.id}?" in path])
        for file, size in ((photo, (480, 240)), (broken, None)):
            (path,) = [path for path in shown if f"/{file.id}?" in path]
            response = self.url_open(path)
            self.assertEqual(response.status_code, 200)
            self.assertIn("sandbox", response.headers["Content-Security-Policy"])
            self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
            if size:
                self.assertEqual(Image.open(BytesIO(response.content)).size, size)
            else:
                self.assertEqual(response.content, file.raw)
            whole = self.url_open(self._get_file_path(incident, file))
            self.assertEqual(whole.content, file.raw)

    def test_files_of_colleagues_stay_inside(self):
        incident = self._create_incident_in(OPENED)
        other = self._create_incident_in(OPENED)
        filed = self._attach(incident, "contract.pdf")
        noted = self._attach(incident, "note.pdf", self.visitor)
        incident.message_post(
            body="Look", subtype_xmlid="mail.mt_note", attachment_ids=noted.ids
        )
        foreign = self._attach(other, "other.pdf", self.visitor)
        page = self.visit(self.get_path(incident))
        self.assertFalse(page.xpath("//a[contains(@href, '/file/')]"))
        for attachment in (filed, noted, foreign):
            with self.subTest(name=attachment.name):
                path = self._get_file_path(incident, attachment)
                self.assertNeutral(self.url_open(path))

    def test_file_that_a_page_would_run_is_only_saved(self):
        incident = self._create_incident_in(OPENED)
        evil = self._attach(
            incident,
            "evil.html",
            self.visitor,
            content=b"<script>alert(1)</script>",
        )
        response = self.url_open(self._get_file_path(incident, evil))
        self.assertTrue(
            response.headers["Content-Disposition"].startswith("attachment")
        )
        self.assertIn("sandbox", response.headers["Content-Security-Policy"])
