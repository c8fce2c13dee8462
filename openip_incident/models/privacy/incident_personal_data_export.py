# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import io
import json
import zipfile

from odoo import api, fields, models
from odoo.tools import html2plaintext

SCALARS = ("char", "text", "html", "selection", "date", "datetime", "boolean")
CONTACT_FIELDS = (
    "name",
    "email",
    "phone",
    "street",
    "street2",
    "zip",
    "city",
    "vat",
    "function",
    "website",
    "ref",
    "lang",
    "tz",
    "comment",
    "create_date",
    "incident_unreachable_email",
    "incident_unreachable_date",
    "incident_unreachable_reason",
)
TICKET_FIELDS = (
    "number",
    "name",
    "incident_phase",
    "create_date",
    "closed_date",
    "description",
    "partner_name",
    "partner_email",
)
FORMAT_VERSION = 1


class IncidentPersonalData(models.AbstractModel):
    """Hands a person what is kept of it: its own data, nothing internal, and nothing of
    others.
    """

    _inherit = "incident.personal.data"

    @api.model
    def _export(self, partner):
        """Return what is kept of a contact as a zip archive: ``data.json`` and files.

        :param partner: one contact, which the user may read
        :return: bytes
        :raises AccessError: for everybody but helpdesk managers
        """
        self._ensure_manager(partner)
        # The incidents are those that this manager may read.
        tickets = self.env["helpdesk.ticket"].with_context(active_test=False)
        tickets = tickets.search(self._get_party_domain(partner))
        # SUDO: the rows are those of this contact; the user was checked above.
        exporter = self.sudo()
        subject = exporter._get_subject(partner.sudo())
        data, files = exporter._prepare_export(subject, tickets.sudo())
        return self._zip(data, files)

    @api.model
    def _prepare_export(self, subject, tickets):
        """Return what is handed out; addons add theirs.

        :param subject: :class:`Subject`
        :param tickets: the incidents that it is a party of
        :return: what becomes JSON, and the files (``ir.attachment``)
        """
        messages = self._get_exported_messages(subject, tickets)
        files = messages.attachment_ids
        data = {
            "format": FORMAT_VERSION,
            "exported_on": fields.Datetime.to_string(fields.Datetime.now()),
            "contacts": self._read_fields(subject.partners, CONTACT_FIELDS),
            "addresses": self._read_fields(
                subject.partners.incident_address_ids, ("email", "create_date")
            ),
            "logins": self._read_fields(subject.users, ("login", "create_date")),
            "incidents": self._read_fields(tickets, self._get_ticket_fields()),
            "messages": [self._read_message(message) for message in messages],
            "letters": [
                self._read_notice(notice)
                for notice in self._get_exported_notices(subject, tickets)
            ],
        }
        return data, files

    @api.model
    def _get_ticket_fields(self):
        return TICKET_FIELDS

    @api.model
    def _get_exported_messages(self, subject, tickets):
        """Return what a person wrote, but for what was written on others' incidents."""
        own = self.env["mail.message"].browse(subject.ids("messages")).exists()
        written = own.filtered(
            lambda message: (
                message.body
                and (message.model != tickets._name or message.res_id in tickets._ids)
            )
        )
        return written.sorted("id")

    @api.model
    def _get_exported_notices(self, subject, tickets):
        notices = self.env["incident.notice"].browse(subject.ids("notices")).exists()
        return notices.filtered(lambda notice: notice.ticket_id in tickets).sorted("id")

    # What is written down

    @api.model
    def _read_fields(self, records, names):
        """Return the plain values of records, html as text."""
        known = [
            name
            for name in names
            if name in records._fields and records._fields[name].type in SCALARS
        ]
        return [
            {name: self._to_plain(record, name) for name in known} for record in records
        ]

    @api.model
    def _to_plain(self, record, name):
        value = record[name]
        if value is False and record._fields[name].type != "boolean":
            return None
        if record._fields[name].type == "html":
            return html2plaintext(value)
        if hasattr(value, "isoformat"):
            return value.isoformat(sep=" ") if hasattr(value, "hour") else str(value)
        return value

    @api.model
    def _read_message(self, message):
        return {
            **self._read_fields(message, ("date", "email_from", "subject", "body"))[0],
            "on": message.model or None,
            "id": message.res_id or None,
            "files": [self._get_file_path(file) for file in message.attachment_ids],
        }

    @api.model
    def _read_notice(self, notice):
        names = ("email", "status", "sent_date", "create_date")
        words = self._read_fields(notice.message_id, ("subject", "body"))
        return {
            "incident": notice.ticket_id.number,
            **self._read_fields(notice, names)[0],
            **(words[0] if words else {}),
        }

    # The archive

    @api.model
    def _get_file_path(self, file):
        name = (file.name or "file").replace("/", "_").replace("\\", "_")
        return f"files/{file.id}-{name}"

    @api.model
    def _zip(self, data, files):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
            text = json.dumps(data, ensure_ascii=False, indent=2, default=str)
            target.writestr("data.json", text)
            for file in files:
                target.writestr(self._get_file_path(file), file.raw or b"")
        return archive.getvalue()
