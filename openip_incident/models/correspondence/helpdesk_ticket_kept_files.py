# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, fields, models

from ...tools.file_links import file_holds_token


class HelpdeskTicket(models.Model):
    """Keeps files inside by whose content their reader could act as a party.

    They belong to an internal note, and to nothing else that anybody outside may read.
    """

    _inherit = "helpdesk.ticket"

    incident_kept_file_ids = fields.One2many(
        comodel_name="ir.attachment",
        inverse_name="incident_kept_ticket_id",
        string="Files kept inside",
        groups="base.group_user",
        help="Files that hold the personal link of a party. Nobody outside gets them "
        "before they were cleaned.",
    )

    def _process_attachments_for_post(
        self, attachments, attachment_ids, message_values
    ):
        """Take out of a message what must stay inside."""
        values = super()._process_attachments_for_post(
            attachments, attachment_ids, message_values
        )
        # SUDO: whether it is an incident must not depend on who may read it.
        if len(self) != 1 or not self.sudo().is_incident:
            return values
        if self._is_internal_subtype(message_values.get("subtype_id")):
            return values
        # SUDO: keeping a file inside is the process's doing, not its sender's.
        shown = self.sudo()._incident_keep_inside(
            {
                "author_id": message_values.get("author_id"),
                "attachment_ids": values.get("attachment_ids") or [],
            }
        )
        return {**values, "attachment_ids": shown["attachment_ids"]}

    def _incident_keep_inside(self, values):
        """Return values of a message without the files that must stay inside.

        :param values: with ``author_id`` and, as commands, ``attachment_ids``
        """
        commands = values["attachment_ids"]
        linked = [command[1] for command in commands if command[0] == Command.LINK]
        # SUDO: files that are being posted, whoever posts them.
        files = self.env["ir.attachment"].sudo().browse(linked)
        shown = self._incident_keep_files_inside(files, values["author_id"])
        kept = files - shown
        return {
            **values,
            "attachment_ids": [
                command for command in commands if command[1] not in kept.ids
            ],
        }

    def _is_internal_subtype(self, subtype_id):
        # SUDO: what kind of entry it is, is no secret.
        return self.env["mail.message.subtype"].sudo().browse(subtype_id).internal

    def _incident_keep_files_inside(self, files, author_id):
        """Put files that hold our tokens into an internal note.

        :param files: attachments of what a party or a colleague sends
        :param author_id: who sends them
        :return: the other files
        """
        self.ensure_one()
        kept = files.filtered(
            lambda file: (
                file.type == "binary"
                and (
                    file_holds_token(file.name.encode())
                    or file_holds_token(file.raw, file.name, file.mimetype or "")
                )
            )
        )
        if kept:
            self._incident_note_kept_files(kept, author_id)
        return files - kept

    def _incident_note_kept_files(self, files, author_id):
        """Show support what is kept inside, and why."""
        sender = self._get_correspondence_sender()[self.id]
        author = self.env["res.partner"].browse(author_id)
        lang = self._get_correspondence_lang()
        body = self.with_context(lang=lang).env._(
            "Kept inside, because a personal link is in it, by which whoever reads it "
            "could act as the party: %(names)s (sent by %(author)s). Under “Files kept "
            "inside” a cleaned copy can be passed on.",
            names=", ".join(files.mapped("name")),
            author=author.name or "?",
        )
        vals = {
            **self._prepare_message_vals(sender),
            "body": body,
            "message_type": "notification",
            "subtype_id": self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note"),
            "is_internal": True,
            "attachment_ids": [Command.link(file.id) for file in files],
        }
        if author:
            vals["author_id"] = author.id
        note = self._create_messages([vals])
        files.write(
            {
                # Its reader must be a reader of the note.
                "res_model": note._name,
                "res_id": note.id,
                "public": False,
                "access_token": False,
                "incident_kept_ticket_id": self.id,
            }
        )
