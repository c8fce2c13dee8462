# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from urllib.parse import urlsplit

from odoo import models
from odoo.tools.mail import append_content_to_html

from ...tools.file_address import read_file_address
from ...tools.mail_picture import (
    carry_pictures,
    get_carried_ids,
    get_content_id,
    name_pictures,
)
from ...tools.mail_text import write_text
from ...tools.picture import get_kind
from ...tools.remote_content import has_token
from .ir_mail_server import WHOLE, InlinePicture

MEGABYTE = 1024**2


class MailMail(models.Model):
    """Mails about incidents carry their pictures; nothing in them opens for others."""

    _inherit = "mail.mail"

    def _guards_files(self):
        """Tell whether what this mail is about keeps its files from everybody else."""
        return self.mail_message_id._is_of_guarded()

    def _prepare_outgoing_body(self):
        body = super()._prepare_outgoing_body()
        shows = "<img" in body or "/web/" in body or has_token(body)
        if not shows or not self._guards_files():
            return body
        # SUDO: the files of a mail go where the mail goes.
        known = {file.id: file for file in self.sudo().attachment_ids}
        base_url = self.env["mail.thread"].get_base_url()
        host = urlsplit(base_url).netloc

        def find(address):
            found = read_file_address(address, (host,))
            if not found:
                return None
            file = known.get(found.file_id) or self._open_by_token(found)
            if not file or not get_kind(file.raw or b""):
                return ""
            return get_content_id(file.id, urlsplit(base_url).hostname)

        return carry_pictures(body, find)

    def _open_by_token(self, address):
        """Return the file that an address has the right token for.

        As in a template, or in what an agent has written to many records at once.
        """
        # SUDO: the token is the right to the file.
        file = self.env["ir.attachment"].sudo().browse(address.file_id).exists()
        opened = file.public or (address.token and file.access_token == address.token)
        return file if opened else file.browse()

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        """Carry pictures inside, and send no link to what is too large."""
        if not (self.attachment_ids or "<img" in (self.body_html or "")):
            return super()._prepare_outgoing_list(mail_server, doc_to_followers)
        if not self._guards_files():
            return super()._prepare_outgoing_list(mail_server, doc_to_followers)
        server = mail_server or self.env["ir.mail_server"]
        limit = server.sudo()._get_max_email_size() * MEGABYTE
        emails = super(
            MailMail, self.with_context(**{WHOLE: True})
        )._prepare_outgoing_list(
            mail_server and mail_server.with_context(**{WHOLE: True}), doc_to_followers
        )
        for email in emails:
            self._carry_inside(email, limit)
        return emails

    def _carry_inside(self, email, limit):
        """Put pictures inside a mail, and leave out what is too large for it.

        :param email: what core is about to send
        :param limit: bytes
        """
        pictures = self._read_carried(email["body"])
        # Already inside: the same file is no file beside the text, too.
        shown = [picture[:2] for picture in pictures]
        others = [file for file in email["attachments"] if file[:2] not in shown]
        reader = self._with_language_of(email["partner_id"])
        left_out = []
        if self._is_too_large(email, pictures + others, limit):
            left_out, others = others, []
        if self._is_too_large(email, pictures, limit):
            left_out, pictures = pictures + left_out, []
            email["body"] = reader._name_pictures(email["body"])
        email["attachments"] = pictures + others
        if left_out:
            names = ", ".join(file[0] for file in left_out)
            email["body"] = append_content_to_html(
                email["body"], reader._tell_left_out(names), plaintext=True
            )
        if pictures or left_out:
            text = reader._name_pictures(email["body"])
            email["body_alternative"] = write_text(text)

    def _read_carried(self, body):
        # SUDO: the mail shows them already.
        files = self.env["ir.attachment"].sudo().browse(get_carried_ids(body))
        hostname = urlsplit(self.env["mail.thread"].get_base_url()).hostname
        return [
            InlinePicture.make(
                file.name,
                file.raw,
                get_kind(file.raw),
                get_content_id(file.id, hostname),
            )
            for file in files
        ]

    def _is_too_large(self, email, files, limit):
        sizes = [len(file[1]) for file in files]
        size = self._estimate_email_size(email["headers"], email["body"], sizes)
        return bool(files) and size > limit

    def _with_language_of(self, partner):
        # SUDO: in which language somebody reads is no secret to who writes to them.
        fallback = self.env.lang or "en_US"
        lang = partner.sudo()._get_incident_lang(fallback) if partner else fallback
        return self.with_context(lang=lang)

    def _name_pictures(self, body):
        def name(alt):
            if not alt:
                return self.env._("[image]")
            return self.env._("[image: %(name)s]", name=alt)

        return name_pictures(body, name)

    def _tell_left_out(self, names):
        return self.env._(
            "Too large for a mail: %(names)s. You find it on the page of the incident.",
            names=names,
        )
