# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ...tools.act import Act
from ...tools.arguments import to_body
from ...tools.file_address import get_file_path
from ...tools.remote_content import clean_remote, is_plain

CARRIED = "cid:"

# In the context of tickets while they are being created, and while texts are settled.
CREATING = "incident_creating"
SETTLED = "incident_settled"


class HelpdeskTicket(models.Model):
    """The pictures of incidents: shown to who may read them, and nothing from afar."""

    _inherit = "helpdesk.ticket"

    def _guards_files(self):
        return bool(self) and all(ticket.is_incident for ticket in self)

    # What was reported

    @api.model_create_multi
    def create(self, vals_list):
        with Act() as creation:
            creating = self.with_context(**{CREATING: creation})
            tickets = super(HelpdeskTicket, creating).create(vals_list)
        tickets = tickets.with_env(self.env)
        for ticket, vals in zip(tickets, vals_list, strict=True):
            if not is_plain(vals.get("description") or "") and ticket.is_incident:
                ticket._settle_description()
        return tickets

    def write(self, vals):
        res = super().write(vals)
        settled = Act.find(self.env.context, SETTLED)
        if not settled and not is_plain(vals.get("description") or ""):
            for ticket in self.filtered("is_incident"):
                ticket._settle_description()
        return res

    def _settle_description(self, cids=None):
        """Let what was reported show the incident's own files, and load nothing else.

        :param cids: dict of Content-ID: file of the mail that reports; while the mail
            is read its pictures are not there yet and stay named
        """
        # SUDO: whoever may write the text; files are checked one by one.
        ticket = self.sudo()
        before = str(ticket.description or "")
        body, files = self._keep_carried(before, {})
        for cid, file in (cids or {}).items():
            body = body.replace(f'"{CARRIED}{cid}"', f'"{get_file_path(file.id)}"')
            files |= file
        text, _new = self._settle_body(
            body, files, adopt=self._is_agent_at_work(), waiting=cids is None
        )
        if text != before:
            ticket._write_settled(text)

    def _create_attachments_for_post(self, values_list, extra_list):
        files = super()._create_attachments_for_post(values_list, extra_list)
        if self._has_named_pictures():
            named = zip(files, extra_list, strict=True)
            self._settle_description({extra[0]: file for file, extra in named})
        return files

    def _process_attachments_for_post(
        self, attachments, attachment_ids, message_values
    ):
        values = super()._process_attachments_for_post(
            attachments, attachment_ids, message_values
        )
        if message_values.get("message_type") == "email" and self._has_named_pictures():
            # The mail does not carry what it names.
            self._settle_description({})
        return values

    def _has_named_pictures(self):
        # SUDO: the gateway reads what it has written.
        ticket = self.sudo()
        return ticket._guards_files() and CARRIED in (ticket.description or "")

    # What agents write in acts

    def _to_said(self, body):
        """Return safe HTML for what a caller wants to say in an act.

        Its pictures are given to the incident, and nothing of it loads from afar.

        :param body: HTML, or nothing
        """
        body = to_body(body)
        ticket = self[:1]
        if is_plain(body) or not ticket:
            return clean_remote(body)
        text, files = ticket._keep_carried(body, {})
        return ticket._settle_body(text, files, self._is_agent_at_work())[0]

    # What there was before

    def _incident_drop_outsiders(self):
        """Void the addresses that have opened files of plain tickets to everybody."""
        res = super()._incident_drop_outsiders()
        if not Act.find(self.env.context, CREATING):
            self._settle_files()
        return res

    def message_change_thread(self, new_thread, new_parent_message=False):
        """Hold what is merged into an incident to its rules."""
        res = super().message_change_thread(new_thread, new_parent_message)
        if new_thread._name == self._name and new_thread._guards_files():
            new_thread._settle_files()
        return res

    def _settle_files(self):
        """Show the files of these incidents by rights only, old texts included."""
        if not self:
            return
        # SUDO: texts and tokens belong to the process, whoever makes it an incident.
        tickets = self.sudo()
        tickets.env["mail.message"]._settle_stored(self._name, self.ids)
        for ticket in tickets:
            if not is_plain(ticket.description or ""):
                ticket._settle_stored_description()
        tickets._void_file_tokens()

    def _settle_stored_description(self):
        def allow(address):
            file = self.env["ir.attachment"].browse(address.file_id).exists()
            own = (file.res_model, file.res_id) == (self._name, self.id)
            given = file.access_token and file.access_token == address.token
            return file if own and given else file.browse()

        text, _used = self._settle_text(self.description, allow)
        if text != self.description:
            self._write_settled(text)

    def _write_settled(self, text):
        with Act() as settling:
            self.with_context(**{SETTLED: settling}).write({"description": text})

    def _void_file_tokens(self):
        files = self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("access_token", "!=", False),
            ]
        )
        files.write({"access_token": False})
