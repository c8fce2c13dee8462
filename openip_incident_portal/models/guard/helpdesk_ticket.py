# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import is_html_empty

from .ir_attachment import FILES_PARAMETER, MAX_FILES

# Everything else would let a party mail to anybody, or speak for somebody else.
POSTED = {"body", "attachment_ids"}
# What every client sends along; other values are refused.
FIXED = {"message_type": "comment", "subtype_xmlid": "mail.mt_comment"}

UNDER_ACCESS = "mail.compose.message"

# The addresses of one party, which are not for the other to read.
ADDRESSES = {"email_cc", "partner_email"}


class HelpdeskTicket(models.Model):
    """What people outside may do with an incident through the chatter and by RPC."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _has_field_access(self, field, operation):
        """Hide addresses from people outside: each party has its own mail."""
        if field.name in ADDRESSES and not self.env.su and self.env.user.share:
            return False
        return super()._has_field_access(field, operation)

    def message_post(self, **kwargs):
        """Let people outside post text and files, as themselves, and nothing else.

        Core forwards whatever else they pass: mail to any address would leave.
        """
        if self._is_outside_call():
            self.check_access("read")
            values = self._prepare_share_post(kwargs)
            # SUDO: a party may answer what it may read, as core lets it; the message
            # is its own, and nothing but text and files comes from outside.
            return super(HelpdeskTicket, self.sudo()).message_post(**values).sudo(False)
        return super().message_post(**kwargs)

    def message_notify(self, **kwargs):
        if self._is_outside_call():
            raise AccessError(self._get_share_refusal())
        return super().message_notify(**kwargs)

    def _is_outside_call(self):
        """Tell whether somebody outside calls on an incident in its own name."""
        if self.env.su or not self.env.user.share:
            return False
        # SUDO: whether it is an incident must not depend on who may read it.
        return any(ticket.is_incident for ticket in self.sudo())

    def _prepare_share_post(self, values):
        """Return what somebody outside may post.

        :param values: arguments of ``message_post`` as they came in
        :raises AccessError: when something is asked for that is not theirs to say
        :raises UserError: when nothing is said: silence is no answer
        """
        given = {key: value for key, value in values.items() if value}
        extra = given.keys() - POSTED - FIXED.keys()
        wrong = [key for key in FIXED if given.get(key, FIXED[key]) != FIXED[key]]
        body = given.get("body") or ""
        # SUDO: whether the incident was put away; the reader sees it either way.
        if extra or wrong or not isinstance(body, str) or not self.sudo().active:
            raise AccessError(self._get_share_refusal())
        attachment_ids = self._filter_share_files(given.get("attachment_ids"))
        if is_html_empty(body) and not attachment_ids:
            raise UserError(self.env._("Please write your answer."))
        return {
            **FIXED,
            "body": body,
            "attachment_ids": attachment_ids,
            "author_id": self.env.user.partner_id.id,
        }

    def _get_share_refusal(self):
        return self.env._("You can send a text and files on this incident only.")

    def _filter_share_files(self, attachment_ids):
        """Return which of the files somebody outside may post: its own, just sent.

        :raises UserError: when there are too many, or of a kind that we do not take
        """
        ids = attachment_ids if isinstance(attachment_ids, (list, tuple)) else []
        ids = [file_id for file_id in ids if isinstance(file_id, int)]
        if not ids:
            return []
        # SUDO: a file waiting to be posted belongs to nobody but its author, whose it
        # is asserted here.
        files = self.env["ir.attachment"].sudo().browse(ids).exists()
        own = files.filtered(
            lambda file: (
                file.res_model == UNDER_ACCESS
                and not file.res_id
                and file.create_uid == self.env.user
            )
        )
        self._ensure_files_taken(own)
        return own.ids

    def _ensure_files_taken(self, files):
        """Hold files that come through the chatter to the limits of our forms."""
        uploads = self.env["ir.attachment"]
        count = uploads._get_upload_limit(FILES_PARAMETER, MAX_FILES)
        if len(files) > count:
            raise UserError(uploads._say_upload_count(count))
        for file in files:
            error = uploads._check_upload(file.name, file.raw)
            if error:
                raise UserError(error)
            file.name = uploads._clean_upload_name(file.name)
