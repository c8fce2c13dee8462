# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from urllib.parse import urlsplit

from markupsafe import Markup

from odoo import Command, api, models

from ...tools.file_address import get_file_path, read_file_address
from ...tools.picture import SIGNATURES, take_carried
from ...tools.remote_content import clean_remote, get_picture_text

# Where files wait for the message or the act that they were added to.
PENDING = (
    False,
    "incident.act.wizard",
    "mail.compose.message",
    "mail.scheduled.message",
)


class MailThread(models.AbstractModel):
    """Shows the pictures of a conversation to who may read it, and to nobody else.

    Core shows each picture under an address that opens it for everybody, for ever.
    Here a text refers to its pictures by their bare id: whoever reads it in Odoo has
    the right to the record, mails carry the picture, pages have a route of their own.
    """

    _inherit = "mail.thread"

    def _guards_files(self):
        """Tell whether no token of core's opens the files of this record."""
        return False

    @api.model
    def _get_own_hosts(self):
        """Return under which host names our own files are found."""
        return {urlsplit(self.get_base_url()).netloc}

    # Posting

    def _process_attachments_for_post(
        self, attachments, attachment_ids, message_values
    ):
        """Let a text show its own files, and load nothing else."""
        posted = "message_type" in message_values and self._guards_files()
        if not posted:
            return super()._process_attachments_for_post(
                attachments, attachment_ids, message_values
            )
        body, carried = take_carried(message_values.get("body"))
        body = body and Markup(body)
        values = super()._process_attachments_for_post(
            [*(attachments or ()), *carried],
            attachment_ids,
            {**message_values, "body": body},
        )
        agent = message_values["message_type"] != "email" and self._is_agent_at_work()
        body, files = self._settle_body(
            values.get("body") or body, self._get_linked_files(values), adopt=agent
        )
        values["body"] = body
        values["attachment_ids"] += [Command.link(file.id) for file in files]
        return values

    def _create_attachments_for_post(self, values_list, extra_list):
        """Give the pictures of a mail no token that opens them for everybody."""
        if self._guards_files():
            for values in values_list:
                values.pop("access_token", None)
        return super()._create_attachments_for_post(values_list, extra_list)

    def _message_update_content(self, message, /, *, body, **kwargs):
        """Hold what an agent corrects to the same rules as what was posted."""
        if body and self._guards_files():
            # SUDO: only which files the text has already.
            known = message.sudo().attachment_ids
            body, files = self._settle_body(body, known, self._is_agent_at_work())
            if files:
                message.sudo().attachment_ids |= files
        return super()._message_update_content(message, body=body, **kwargs)

    @api.model
    def _is_agent_at_work(self):
        """Tell whether somebody of ours is writing, not the gateway or the process."""
        user = self.env.user
        return not user._is_superuser() and user._is_internal()

    @api.model
    def _get_linked_files(self, values):
        # SUDO: the message that is being posted has them.
        files = self.env["ir.attachment"].sudo()
        ids = [command[1] for command in values["attachment_ids"] if command[0] == 4]
        return files.browse(ids)

    # What a text refers to

    def _settle_body(self, body, files, adopt=False, waiting=False):
        """Return a text that shows the files it has, and which it has newly got.

        :param body: HTML
        :param files: ``ir.attachment`` that the text has
        :param adopt: whether the user's other files become the record's
        :param waiting: whether the files of a mail are not there yet
        :return: ``Markup`` and ``ir.attachment``
        """
        # SUDO: which files a text has was decided by whoever posts it.
        known = {file.id: file for file in files.sudo()}

        def allow(address):
            if address.file_id not in known and adopt:
                known[address.file_id] = self._adopt_file(*address)
            return known.get(address.file_id, files.browse())

        text, used = self._settle_text(body, allow, waiting)
        return text, used - files.sudo()

    def _settle_text(self, body, allow, waiting=False):
        """Return a text that shows files of ours only, and which they are.

        :param body: HTML
        :param allow: function that takes a ``FileAddress`` and returns the file that
            may be shown for it, or an empty ``ir.attachment``
        :param waiting: whether pictures that a mail carries stay named
        :return: ``Markup`` and ``ir.attachment``
        """
        hosts, used = self._get_own_hosts(), []

        def find(address):
            found = read_file_address(address, hosts)
            file = allow(found) if found else None
            used.extend([file] if file else [])
            return file

        def show(source, alt):
            if waiting and source.startswith("cid:"):
                return {"src": source}
            return self._show_picture(find(source), alt)

        def link(href):
            # A file of ours is in the list of files; any other address stays.
            find(href)
            return None if read_file_address(href, hosts) else href

        text = clean_remote(body, show, link)
        # SUDO: as the caller allows.
        return text, self.env["ir.attachment"].sudo().union(*used)

    @api.model
    def _show_picture(self, file, alt):
        """Return how a text shows one of its files: as a picture, or by its name."""
        if not file:
            return None
        name = get_picture_text(alt)[1:-1] or file.name
        if file.mimetype not in SIGNATURES:
            return f"[{name}]"
        return {"src": get_file_path(file.id), "alt": name}

    def _keep_carried(self, body, known):
        """Make files of the pictures that a text carries itself.

        :param body: HTML
        :param known: dict of content: file, filled with what is made
        :return: HTML that refers to the files, and ``ir.attachment``
        """
        # SUDO: who writes on a record gives it its pictures.
        files = self.env["ir.attachment"].sudo()
        text, carried = take_carried(str(body))
        for name, content, info in carried:
            if content not in known:
                known[content] = files.create(
                    {
                        "name": name,
                        "raw": content,
                        "res_model": self._name,
                        "res_id": self.id,
                    }
                )
            files |= known[content]
            text = text.replace(f"cid:{info['cid']}", get_file_path(known[content].id))
        return text, files

    def _adopt_file(self, file_id, token):
        """Make a file that the user has shown in a text one of this record.

        :param token: what the text's address of the file says of the right to it
        :return: ``ir.attachment``, empty for a file that is not the user's to show
        """
        # SUDO: whether the user may show the file is what is found out here.
        file = self.env["ir.attachment"].sudo().browse(file_id).exists()
        nothing = file.browse()
        if not file or file.type != "binary" or file.res_field:
            return nothing
        if not self._may_show_file(file, token):
            return nothing
        owner = {"res_model": self._name, "res_id": self.id}
        if (file.res_model, file.res_id) == tuple(owner.values()):
            return file
        values = {**owner, "access_token": False, "public": False}
        waiting = file.res_model in PENDING or not file.res_id
        if waiting and file.create_uid == self.env.user:
            file.write(values)
            return file
        return file.copy(values)

    @api.model
    def _may_show_file(self, file, token):
        if token and file.access_token == token:
            return True
        return file.sudo(False).has_access("read")
