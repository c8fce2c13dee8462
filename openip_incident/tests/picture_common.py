# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Pictures in mails that arrive, and those that agents paste."""

import base64
from datetime import timedelta
from email.message import EmailMessage

from lxml import html
from markupsafe import Markup

from odoo import fields

from ..models.answer import helpdesk_ticket_forward
from ..tools.picture import SIGNATURES
from ..tools.remote_content import has_token
from .common import IN_PROGRESS, OPENED, REGISTERED, IncidentCommon
from .remote_shapes import find_loading

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)
OTHER_PNG = PNG + b"other"
CID = "image001.png@01DB.1234"


class PictureCommon(IncidentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.files = cls.env["ir.attachment"].sudo()

    def setUp(self):
        super().setUp()
        # As many mails as a test makes are neither a ticket system's nor collected.
        self.patch(self.registry["mail.thread"], "_judge_habit", lambda *_args: False)
        self.patch(helpdesk_ticket_forward, "COLLECTED_FOR", timedelta())

    def _with_mail(self):
        """Return an incident about which both parties have a mail to answer."""
        incident = self._create_incident_in(IN_PROGRESS)
        incident.with_user(self.agent).incident_update("<p>News</p>")
        self.flush_tracking()
        return incident

    def _last_entry(self, incident):
        return self._entries(incident).sorted("id")[-1:]

    def _reply_with_picture(self, incident, partner, body=None, content=PNG, **files):
        """Answer the latest mail to a party with a picture inside the text.

        :param body: HTML that shows it as ``cid:`` of :data:`CID`
        :param files: name: content of further files
        """
        message = self._hidden_message(incident, partner)
        mail = EmailMessage()
        mail["From"], mail["To"] = partner.email_formatted, message.reply_to
        mail["Subject"] = f"Re: {message.subject}"
        mail["Date"] = fields.Datetime.now()
        mail["Message-ID"] = f"<{self.id()}-{content[-5:].hex()}@client.example.com>"
        mail["In-Reply-To"] = message.message_id
        mail.set_content("See the picture.")
        text = body or f'<p>See <img src="cid:{CID}" alt="The box"> please</p>'
        mail.add_alternative(text, subtype="html")
        mail.get_payload()[1].add_related(
            content, "image", "png", cid=f"<{CID}>", filename="box.png"
        )
        for name, data in files.items():
            mail.add_attachment(data, "application", "pdf", filename=f"{name}.pdf")
        self.env["mail.thread"].message_process("helpdesk.ticket", mail.as_bytes())
        incident.invalidate_recordset()

    def _paste(self, content=PNG, model="incident.act.wizard", res_id=0, name="p.png"):
        """Upload a picture as Odoo's editor does; return what it writes in a text."""
        files = self.env["ir.attachment"].with_user(self.agent)
        file = files.create(
            {"name": name, "raw": content, "res_model": model, "res_id": res_id}
        )
        (token,) = file.generate_access_token()
        file.flush_recordset()
        return file, f'<img src="{file.image_src}?access_token={token}">'

    # What agents do

    def _acts(self):
        """Yield name, phase before, and the act with a text by a colleague."""
        yield (
            "request",
            IN_PROGRESS,
            lambda item, text: item.incident_request("action", text),
        )
        yield "update", IN_PROGRESS, lambda item, text: item.incident_update(text)
        yield "reject", REGISTERED, lambda item, text: item.action_incident_reject(text)
        yield (
            "escalate",
            OPENED,
            lambda item, text: item.action_incident_escalate(self.level, text),
        )
        yield "comment", IN_PROGRESS, self._comment

    def _comment(self, incident, text):
        incident.message_post(
            body=Markup(text),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=(self.customer | self.integrator).ids,
        )

    # What leaves

    def _get_pictures(self, letter):
        """Return dict of Content-ID: part, for the pictures beside the HTML."""
        parts = letter["EmailMessage"].walk()
        return {
            part["Content-ID"].strip("<>"): part
            for page in parts
            if page.get_content_type() == "multipart/related"
            for part in page.iter_parts()
            if part.get_content_type() in SIGNATURES
        }

    def _get_files(self, letter):
        """Return the names of the files that a mail carries beside its text."""
        message = letter["EmailMessage"]
        return [part.get_filename() for part in message.iter_attachments()]

    def assertPictureInside(self, letter, *contents):
        """Assert that the HTML of a mail shows the pictures that it carries."""
        parts = self._get_pictures(letter)
        page = html.fromstring(letter["body"])
        sources = page.xpath("//img/@src")
        self.assertEqual([f"cid:{cid}" for cid in parts], sources, letter["body"])
        carried = [part.get_content() for part in parts.values()]
        self.assertEqual(carried, list(contents))
        for part in parts.values():
            self.assertEqual(part.get_content_disposition(), "inline")
        for file in self._get_files(letter):
            self.assertFalse(file.endswith(".png"), "The picture is there twice.")

    def assertNothingOpens(self, letter):
        """Assert that neither part of a mail has a token or loads from elsewhere."""
        for text in (letter["body"], letter["body_alternative"]):
            self.assertFalse(has_token(text), text)
            self.assertNotIn("/web/", text)
            self.assertNotIn("cid:", letter["body_alternative"])
        self.assertFalse(find_loading(letter["body"], (r"cid:incident-\d+@[\w.]+",)))
