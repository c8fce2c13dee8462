# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Pictures travel inside mails; nothing that leaves opens or loads anything else."""

import base64
from email.message import EmailMessage
from unittest.mock import patch

from lxml import html
from markupsafe import Markup

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools.translate import code_translations

from ..models.picture.helpdesk_ticket_picture import CREATING
from ..tools.remote_content import has_token
from .common import (
    CUSTOMER_MAIL,
    INTEGRATOR_MAIL,
)
from .picture_common import CID, OTHER_PNG, PNG, PictureCommon
from .remote_shapes import HOST, URL


@tagged("post_install", "-at_install")
class TestPicture(PictureCommon):
    # Pictures of parties

    def test_picture_of_a_party_is_inside_the_mail_to_the_other(self):
        incident = self._with_mail()
        with self.capture_letters() as letters:
            self._reply_with_picture(incident, self.integrator, file1=b"%PDF-1")
        letter = self._letter_to(letters, CUSTOMER_MAIL)
        self.assertPictureInside(letter, PNG)
        self.assertNothingOpens(letter)
        self.assertEqual(self._get_files(letter), ["file1.pdf"])

    def test_plain_text_names_the_picture(self):
        incident = self._with_mail()
        with self.capture_letters() as letters:
            self._reply_with_picture(incident, self.customer)
        letter = self._letter_to(letters, INTEGRATOR_MAIL)
        self.assertIn("[image: The box]", letter["body_alternative"])
        body = f'<p>a<img src="cid:{CID}">b</p>'
        with self.capture_letters() as letters:
            self._reply_with_picture(incident, self.customer, body, OTHER_PNG)
        letter = self._letter_to(letters, INTEGRATOR_MAIL)
        self.assertIn("[image: box.png]", letter["body_alternative"])

    def test_plain_text_is_in_the_readers_language(self):
        incident = self._with_mail()
        known = code_translations.get_python_translations("openip_incident", "fr_FR")
        french = {**known, "[image: %(name)s]": "[dessin : %(name)s]"}
        words = {("openip_incident", "fr_FR"): french}
        with (
            patch.dict(code_translations.python_translations, words),
            self.capture_letters() as letters,
        ):
            self._reply_with_picture(incident, self.integrator)
        letter = self._letter_to(letters, CUSTOMER_MAIL)
        self.assertIn("[dessin : The box]", letter["body_alternative"])

    def test_entry_shows_the_picture_to_who_may_read_the_incident_only(self):
        incident = self._with_mail()
        self._reply_with_picture(incident, self.integrator)
        entry = self._last_entry(incident)
        file = entry.attachment_ids
        self.assertEqual(
            html.fromstring(entry.body).xpath("//img/@src"), [f"/web/image/{file.id}"]
        )
        self.assertFalse(file.access_token)
        binary = self.env["ir.binary"]
        self.assertTrue(binary.with_user(self.agent)._find_record(res_id=file.id))
        stranger = new_test_user(self.env, "nobody", "base.group_user")
        public = self.env.ref("base.public_user")
        for user in (stranger, public):
            with self.assertRaises(AccessError):
                binary.with_user(user)._find_record(res_id=file.id)

    def test_no_token_opens_a_file_of_an_incident(self):
        incident = self._with_mail()
        self._reply_with_picture(incident, self.integrator)
        file = self._last_entry(incident).attachment_ids
        raw = file._get_raw_access_token()
        file.flush_recordset()
        self.env.cr.execute(
            "UPDATE ir_attachment SET access_token = 'old' WHERE id = %s", [file.id]
        )
        file.invalidate_recordset()
        public = self.env["ir.binary"].with_user(self.env.ref("base.public_user"))
        for token in ("old", raw):
            with self.assertRaises(AccessError):
                public._find_record(res_id=file.id, access_token=token, field="raw")
            agent = self.env["ir.binary"].with_user(self.agent)
            self.assertEqual(
                agent._find_record(res_id=file.id, access_token=token), file
            )
        self.assertEqual(file.with_user(self.agent).generate_access_token(), [""])

    def test_tokens_of_other_files_open_as_ever(self):
        ticket = self._create_plain_ticket()
        for owner in (ticket, self.customer, self.files.browse()):
            file = self.files.create(
                {"name": "x", "raw": PNG, "res_model": owner._name, "res_id": owner.id}
            )
            (token,) = file.generate_access_token()
            public = self.env["ir.binary"].with_user(self.env.ref("base.public_user"))
            self.assertEqual(
                public._find_record(res_id=file.id, access_token=token), file
            )
        mixed = self.files.create(
            [
                {"name": "a", "raw": PNG, "res_model": item._name, "res_id": item.id}
                for item in (self._create_incident(), ticket)
            ]
        )
        tokens = mixed.generate_access_token()
        self.assertEqual(tokens[0], "")
        self.assertTrue(tokens[1])

    def test_a_party_cannot_show_files_that_it_has_not_sent(self):
        incident = self._with_mail()
        secret = self.files.create(
            {
                "name": "internal.png",
                "raw": OTHER_PNG,
                "res_model": incident._name,
                "res_id": incident.id,
                "access_token": "guessed",
            }
        )
        base = incident.get_base_url()
        for index, address in enumerate(
            (
                f"/web/image/{secret.id}",
                f"/web/image/{secret.id}?access_token=guessed",
                f"{base}/web/content/{secret.id}?access_token=guessed",
                f"/web/image?id={secret.id}",
            )
        ):
            body = f'<p>x<img src="{address}" alt="Mine"><a href="{address}">y</a></p>'
            with self.capture_letters() as letters:
                self._reply_with_picture(
                    incident, self.integrator, body, PNG + bytes([index])
                )
            entry = self._last_entry(incident)
            self.assertNotIn(secret, entry.attachment_ids)
            self.assertNotIn(f"/{secret.id}", entry.body)
            self.assertIn("[Mine]", entry.body)
            letter = self._letter_to(letters, CUSTOMER_MAIL)
            self.assertFalse(self._get_pictures(letter))
            self.assertNothingOpens(letter)

    def test_pictures_inside_the_text_itself(self):
        incident = self._with_mail()
        data = f"data:image/png;base64,{base64.b64encode(OTHER_PNG).decode()}"
        with self.capture_letters() as letters:
            self._reply(incident, self.integrator, html=f'<p>x<img src="{data}"></p>')
        letter = self._letter_to(letters, CUSTOMER_MAIL)
        self.assertPictureInside(letter, OTHER_PNG)
        self.assertNothingOpens(letter)
        self.assertFalse(has_token(self._last_entry(incident).body))

    def test_picture_of_a_report_is_shown_in_its_description(self):
        incident = self._with_mail()
        self._report(f'<p>New <img src="cid:{CID}"><img src="{URL}" alt="Z"></p>')
        ticket = self.env["helpdesk.ticket"].search([], order="id desc", limit=1)
        self.assertNotEqual(ticket, incident)
        (file,) = self.files.search(
            [("res_model", "=", ticket._name), ("res_id", "=", ticket.id)]
        )
        (source,) = html.fromstring(ticket.description).xpath("//img/@src")
        self.assertEqual(source, f"/web/image/{file.id}")
        self.assertIn("[Z]", ticket.description)

    def _report(self, body):
        mail = EmailMessage()
        mail["From"], mail["To"] = CUSTOMER_MAIL, self.team.alias_full_name
        mail["Subject"], mail["Message-ID"] = "Dead", f"<{self.id()}@client.example>"
        mail.set_content(body, subtype="html")
        mail.add_related(PNG, "image", "png", cid=f"<{CID}>", filename="box.png")
        self.env["mail.thread"].message_process(
            "helpdesk.ticket",
            mail.as_bytes(),
            custom_values={"team_id": self.team.id, "partner_id": self.customer.id},
        )

    # Limits

    def test_too_large_for_a_mail(self):
        incident = self._with_mail()
        params = self.env["ir.config_parameter"].sudo()
        params.set_param("base.default_max_email_size", "0.05")
        with self.capture_letters() as letters:
            self._reply_with_picture(
                incident, self.integrator, big=b"%PDF" + b"x" * 60_000
            )
        letter = self._letter_to(letters, CUSTOMER_MAIL)
        self.assertPictureInside(letter, PNG)
        self.assertNothingOpens(letter)
        self.assertFalse(self._get_files(letter))
        self.assertIn("big.pdf", letter["body"])
        self.assertIn("big.pdf", letter["body_alternative"])
        with self.capture_letters() as letters:
            self._reply_with_picture(
                incident, self.integrator, content=PNG + b"y" * 60_000
            )
        letter = self._letter_to(letters, CUSTOMER_MAIL)
        self.assertFalse(self._get_pictures(letter))
        self.assertNothingOpens(letter)
        self.assertIn("The box]", letter["body"])

    def test_refused_mail_is_sent_again_with_its_picture(self):
        incident = self._with_mail()
        _file, shown = self._paste()
        with self.mock_mail_gateway(mail_unlink_sent=False):
            incident.with_user(self.agent).incident_update(f"<p>{shown}</p>")
            mails = self._new_mails
        self.assertEqual(len(mails), 2)
        mails.write({"state": "exception"})
        mails.mark_outgoing()
        with self.mock_mail_gateway():
            mails.send()
            for letter in self._mails:
                self.assertPictureInside(letter, PNG)
            self.assertEqual(len(self._mails), 2)

    def test_other_pictures_stay_files(self):
        incident = self._with_mail()
        body = f'<p>x<img src="cid:{CID}" alt="Scan"></p>'
        with self.capture_letters() as letters:
            self._reply_with_picture(
                incident, self.integrator, body, b"<svg xmlns='http://x'/>"
            )
        letter = self._letter_to(letters, CUSTOMER_MAIL)
        self.assertFalse(
            [
                part
                for part in self._get_pictures(letter).values()
                if b"svg" in part.get_content()
            ]
        )

    def test_ticket_that_becomes_an_incident_is_settled_whoever_has_kept_it(self):
        """What its creation has set off keeps it with the context of then."""
        kept, model = [], type(self.env["helpdesk.ticket"])
        say = model._creation_message

        def note(ticket):
            kept.append(ticket)
            return say(ticket)

        with patch.object(model, "_creation_message", note):
            ticket = self._create_plain_ticket()
        [kept] = kept
        self.assertIn(CREATING, kept.env.context)
        file = self.files.create(
            {"name": "x", "raw": PNG, "res_model": ticket._name, "res_id": ticket.id}
        )
        self.assertTrue(file.generate_access_token()[0])
        kept.write({"team_id": self.team.id})
        self.assertTrue(ticket.is_incident)
        self.assertFalse(file.access_token)

    def test_plain_tickets_are_as_ever(self):
        ticket = self._create_plain_ticket()
        message = ticket.message_post(
            body=Markup(f'<p>a<img src="cid:{CID}"><img src="{URL}"></p>'),
            attachments=[("box.png", PNG, {"cid": CID})],
        )
        self.assertTrue(has_token(message.body))
        self.assertIn(HOST, message.body)
