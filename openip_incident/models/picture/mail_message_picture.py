# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.remote_content import has_token

BATCH = 500

# What may load something, or open a file by a token, in what was stored by others.
SUSPICIOUS = (
    r"<(img|image|svg|video|audio|source|picture|object|embed|iframe|input|link|style)"
    r"|url\s*\(|(background|poster|srcset)\s*=|access.{1,8}token"
)


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        """Name no token, not even where core makes a file of a carried picture."""
        messages = super().create(vals_list)
        for message, vals in zip(messages, vals_list, strict=True):
            body = vals.get("body") or ""
            if "base64," in body or has_token(body):
                message._settle_stored_bodies()
        return messages

    def write(self, vals):
        res = super().write(vals)
        if has_token(vals.get("body")):
            self._settle_stored_bodies()
        return res

    def _is_of_guarded(self):
        """Tell whether this message is on a record that guards its files."""
        # SUDO: where a message belongs must not depend on who may read it.
        message = self.sudo()
        if not message.model or not message.res_id or message.model not in self.env:
            return False
        record = message.env[message.model].browse(message.res_id)
        return hasattr(record, "_guards_files") and record.exists()._guards_files()

    @api.model
    def _settle_stored(self, model, record_ids):
        """Hold what was stored before to the rules of what is posted now.

        :param model: name of a model whose records guard their files
        :param record_ids: ids
        """
        self.flush_model(["body", "model", "res_id"])
        of_records = Domain("model", "=", model) & Domain("res_id", "in", record_ids)
        previews = self.env["mail.message.link.preview"]
        previews.search(Domain("message_id", "any", of_records)).unlink()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM mail_message WHERE model = %s AND res_id = ANY(%s) "
                "AND body ~* %s ORDER BY id",
                model,
                list(record_ids),
                SUSPICIOUS,
            )
        )
        ids = [row[0] for row in rows]
        for start in range(0, len(ids), BATCH):
            messages = self.browse(ids[start : start + BATCH])
            messages._settle_stored_bodies()
            # A house with many mails does not keep them all in memory.
            messages.flush_recordset()
            messages.invalidate_recordset()

    def _settle_stored_bodies(self):
        """Let bodies show their own files by bare ids, and load nothing else."""
        # SUDO: which files a body may show it says itself: by having them, or by token.
        for message in self.sudo():
            if not message._is_of_guarded():
                continue
            record = message.env[message.model].browse(message.res_id)
            own = message.attachment_ids

            def allow(address, own=own):
                file = own.browse(address.file_id).exists()
                given = file.access_token and file.access_token == address.token
                return file if file in own or given else own.browse()

            body, used = record._settle_text(message.body, allow)
            if body != message.body:
                message.body = body
            if used - own:
                message.attachment_ids = own | used
