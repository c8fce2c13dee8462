# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Pictures on pages come by the page's own route; nothing comes from elsewhere."""

import re
from email.message import EmailMessage

from lxml import html
from markupsafe import Markup

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import html2plaintext

from odoo.addons.openip_incident.tests.common import IN_PROGRESS, INTEGRATOR_MAIL
from odoo.addons.openip_incident.tests.picture_common import (
    CID,
    OTHER_PNG,
    PNG,
    PictureCommon,
)
from odoo.addons.openip_incident.tests.remote_shapes import (
    URL,
    find_loading,
    vary_shapes,
)
from odoo.addons.openip_incident.tools.file_address import get_shown_ids
from odoo.addons.openip_incident.tools.remote_content import has_token

from .intake_common import UNKNOWN, IntakeCommon
from .page_common import PageCommon, make_view

OWN = (r"/incident/\d+/file/\d+\?token=[\w.-]+", r"/my/ticket/\d+/file/\d+")
REMOTE = f'<p x="1">Kept <img src="{URL}" alt="Plan"></p>'


@tagged("post_install", "-at_install")
class TestPagePicture(PictureCommon, PageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prepare_once()

    def prepare(self):
        self.incident = self._create_incident_in(IN_PROGRESS)
        self.incident.with_user(self.agent).incident_update("<p>News</p>")
        self.files = self.env["ir.attachment"].sudo()
        self.flush_tracking()

    def _last_entry(self):
        return self._entries(self.incident).sorted("id")[-1:]

    def _get_texts(self, page):
        return page.xpath("//div[contains(@class, 'o_incident_text')]")

    def _get_sources(self, page):
        return page.xpath("//div[contains(@class, 'o_incident_text')]//img/@src")

    def assertTextsLoadOwnOnly(self, page):
        for text in self._get_texts(page):
            source = html.tostring(text, encoding="unicode")
            source = re.sub(r'^<div class="[^"]*"', "<div", source)
            self.assertFalse(find_loading(source, OWN), source)
        self.assertFalse(has_token(page.response.text))

    # Personal pages

    def test_picture_of_a_party_on_the_page_of_the_other(self):
        self._reply_with_picture(self.incident, self.integrator)
        file = self._last_entry().attachment_ids
        for party in (self.customer, self.integrator):
            page = self.visit(self.get_path(self.incident, party))
            (source,) = self._get_sources(page)
            self.assertIn(f"/incident/{self.incident.id}/file/{file.id}?token=", source)
            self.assertEqual(page.xpath("//img/@alt"), ["The box"])
            # It is there once, not among the files, too.
            self.assertFalse(page.xpath("//a[contains(@href, '/file/')]"))
            self.assertTextsLoadOwnOnly(page)
            response = self.url_open(source)
            self.assertEqual(response.content, PNG)
            self.assertEqual(response.headers["Content-Type"], "image/png")
            disposition = response.headers["Content-Disposition"]
            self.assertTrue(disposition.startswith("inline"), disposition)
            self.assertIn("sandbox", response.headers["Content-Security-Policy"])
            self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")

    def test_pasted_picture_of_an_agent(self):
        for act in ("incident_update", "incident_request"):
            with self.subTest(act=act):
                _file, shown = self._paste()
                text = f"<p>Look {shown}</p>"
                incident = self.incident.with_user(self.agent)
                if act == "incident_update":
                    incident.incident_update(text)
                else:
                    incident.incident_request("action", text)
                for party in (self.customer, self.integrator):
                    page = self.visit(self.get_path(self.incident, party))
                    self.assertTextsLoadOwnOnly(page)
                    for source in self._get_sources(page):
                        self.assertEqual(self.url_open(source).content, PNG)
                    self.assertTrue(self._get_sources(page))
        page = self.visit(self.get_path(self.incident, self.customer, "answer"))
        (source,) = (
            page.xpath("//main//img/@src")[:1]
            or page.xpath("//div[@id='wrap']//img/@src")[:1]
        )
        self.assertEqual(self.url_open(source).content, PNG)

    def test_pictures_of_the_description(self):
        _file, shown = self._paste()
        self.incident.with_user(self.agent).description = f"<p>Look {shown}</p>{REMOTE}"
        page = self.visit(self.get_path(self.incident))
        (source,) = self._get_sources(page)
        self.assertEqual(self.url_open(source).content, PNG)
        self.assertTextsLoadOwnOnly(page)
        self.assertIn("[Plan]", self.read_page(page))

    def test_pages_load_nothing_that_was_stored_before(self):
        self._reply(self.incident, self.integrator, html="<p>x</p>")
        entry = self._last_entry()
        secret = self.files.create(
            {
                "name": "internal.png",
                "raw": OTHER_PNG,
                "res_model": self.incident._name,
                "res_id": self.incident.id,
            }
        )
        old = (
            f'{REMOTE}<img src="/web/image/{secret.id}?access_token=x">'
            f'<a href="/web/content/{secret.id}?access_token=x">file</a>'
        )
        self.env.flush_all()
        for table, record in (
            ("mail_message", entry),
            ("helpdesk_ticket", self.incident),
        ):
            column = "body" if table == "mail_message" else "description"
            self.env.cr.execute(
                f"UPDATE {table} SET {column} = %s WHERE id = %s", [old, record.id]
            )
        self.env.invalidate_all()
        page = self.visit(self.get_path(self.incident))
        self.assertTextsLoadOwnOnly(page)
        self.assertIn("[Plan]", self.read_page(page))

    def test_no_variant_loads_on_a_page(self):
        files, view = self.files, make_view(self.incident, self.customer)
        for body in list(vary_shapes())[::5]:
            text, shown = view.page._get_body(view, body, files)
            self.assertFalse(find_loading(text), body)
            self.assertFalse(shown)

    def test_internal_pictures_are_not_reached(self):
        note_file, shown = self._paste()
        self.incident.with_user(self.agent).message_post(
            body=Markup(f"<p>Internal {shown}</p>"),
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )
        self.assertEqual(note_file.res_id, self.incident.id)
        token = self.get_token(self.incident)
        path = f"/incident/{self.incident.id}/file/{note_file.id}?token={token}"
        self.assertEqual(self.url_open(path).status_code, 404)
        page = self.visit(self.get_path(self.incident))
        self.assertNotIn(f"/file/{note_file.id}", page.response.text)

    def test_old_addresses_open_nothing(self):
        self._reply_with_picture(self.incident, self.integrator)
        file = self._last_entry().attachment_ids
        page = self.visit(self.get_path(self.incident))
        (source,) = self._get_sources(page)
        self.env.cr.execute(
            "UPDATE ir_attachment SET access_token = 'old' WHERE id = %s", [file.id]
        )
        self.env.invalidate_all()
        for address in (
            f"/web/image/{file.id}?access_token=old",
            f"/web/content/{file.id}?access_token=old",
            f"/web/image/{file.id}?access_token={file._get_raw_access_token()}",
            f"/web/image/{file.id}",
        ):
            response = self.url_open(address)
            self.assertNotEqual(response.content, PNG, address)
        # Who is no party any more does not open it by the page's route, either.
        self.incident.sudo().partner_id = self.stranger
        self.env.flush_all()
        self.assertEqual(self.url_open(source).status_code, 404)

    def test_what_only_calls_itself_a_picture_is_handed_out_as_a_file(self):
        page = b"<html><script>alert(1)</script></html>"
        self.incident.sudo().message_post(
            author_id=self.integrator.id,
            body=Markup("<p>x</p>"),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=[("box.png", page), ("box.svg", b"<svg/>"), ("a.html", page)],
        )
        token = self.get_token(self.incident)
        for file in self._last_entry().attachment_ids:
            path = f"/incident/{self.incident.id}/file/{file.id}?token={token}"
            response = self.url_open(path)
            disposition = response.headers["Content-Disposition"]
            self.assertTrue(disposition.startswith("attachment"), file.name)

    # Portal

    def test_picture_on_the_portal(self):
        self._reply_with_picture(self.incident, self.integrator)
        file = self._last_entry().attachment_ids
        self._create_portal_user(self.baker, "baker_portal")
        self.authenticate("baker_portal", "baker_portal")
        page = self.visit(f"/my/ticket/{self.incident.id}")
        (source,) = self._get_sources(page)
        self.assertEqual(source, f"/my/ticket/{self.incident.id}/file/{file.id}")
        self.assertEqual(self.url_open(source).content, PNG)
        self.assertTextsLoadOwnOnly(page)

    def test_chatter_of_the_portal_has_no_token_in_its_texts(self):
        self._reply_with_picture(self.incident, self.integrator, None)
        self._create_portal_user(self.baker, "baker_portal")
        self.authenticate("baker_portal", "baker_portal")
        data = self.make_jsonrpc_request(
            "/mail/thread/messages",
            {"thread_model": "helpdesk.ticket", "thread_id": self.incident.id},
        )
        bodies = [str(row.get("body")) for row in data["data"].get("mail.message", [])]
        self.assertTrue(any("/web/image/" in body for body in bodies), bodies)
        for body in bodies:
            self.assertFalse(has_token(body))

    def test_post_of_a_portal_user_loads_nothing(self):
        user = self._create_portal_user(self.baker, "baker_portal")
        ticket = self.env["helpdesk.ticket"].with_user(user).browse(self.incident.id)
        with self.capture_letters() as letters:
            ticket.message_post(body=Markup(REMOTE))
        self.assertFalse(find_loading(self._last_entry().body))
        self.assertNothingOpens(self._letter_to(letters, INTEGRATOR_MAIL))


@tagged("post_install", "-at_install")
class TestIntakePicture(PictureCommon, IntakeCommon):
    def _write_in_with_picture(self, html):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = UNKNOWN, self.address, "Dead line"
        mail["Date"] = fields.Datetime.now()
        mail["Message-ID"] = f"<{self.id()}@unknown.example.com>"
        mail.set_content(html, subtype="html")
        mail.add_related(PNG, "image", "png", cid=f"<{CID}>", filename="box.png")
        self._process(mail.as_bytes())
        return self.intakes.search([], order="id desc", limit=1)

    def test_intake_shows_the_pictures_of_its_mail_only(self):
        intake = self._write_in_with_picture(f'<p>x<img src="cid:{CID}"></p>{REMOTE}')
        file = intake.file_ids.filtered(lambda item: item.name == "box.png")
        for body in (intake.body, intake.original_id.body):
            self.assertIn(f'src="/web/image/{file.id}"', body)
            self.assertEqual(find_loading(body, (r"/web/image/\d+",)), [])
            self.assertIn("[Plan]", body)
        self.assertFalse(any(intake.file_ids.sudo().mapped("access_token")))
        public = self.env["ir.binary"].with_user(self.env.ref("base.public_user"))
        token = file._get_raw_access_token()
        with self.assertRaises(AccessError):
            public._find_record(res_id=file.id, access_token=token, field="raw")

    def test_incident_of_an_intake_has_the_pictures(self):
        intake = self._write_in_with_picture(f'<p>x<img src="cid:{CID}"></p>')
        action = intake.with_user(self.agent).action_convert()
        ticket = self.env["helpdesk.ticket"].browse(action["res_id"])
        for body in (
            ticket.description,
            ticket.message_ids.filtered("attachment_ids").body,
        ):
            (file_id,) = get_shown_ids(body)
            file = self.env["ir.attachment"].browse(file_id)
            self.assertEqual((file.res_model, file.res_id), (ticket._name, ticket.id))
            self.assertEqual(file.raw, PNG)

    def test_prefilled_form_loads_nothing(self):
        intake = self._write_in_with_picture(f'<p>x<img src="cid:{CID}"></p>{REMOTE}')
        text = html2plaintext(intake.body, include_references=False)
        self.assertNotIn("/web/", text)
        self.assertNotIn("tracker", text)

    def test_migration_settles_what_was_stored(self):
        intake = self._write_in_with_picture(f'<p>x<img src="cid:{CID}"></p>')
        file = intake.file_ids.filtered(lambda item: item.name == "box.png")
        old = f'<p>x<img src="/web/image/{file.id}?access_token=old"></p>{REMOTE}'
        self.env.flush_all()
        for query, record in (
            ("UPDATE ir_attachment SET access_token = 'old' WHERE id = %s", file),
            ("UPDATE mail_message SET body = %s WHERE id = %s", intake.original_id),
            ("UPDATE incident_intake SET body = %s WHERE id = %s", intake),
        ):
            params = [record.id] if record == file else [old, record.id]
            self.env.cr.execute(query, params)
        self.env.invalidate_all()
        intake._settle_files()
        self.assertFalse(file.sudo().access_token)
        for body in (intake.body, intake.original_id.body):
            self.assertIn(f'src="/web/image/{file.id}"', body)
            self.assertEqual(find_loading(body, (r"/web/image/\d+",)), [])
