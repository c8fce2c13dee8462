# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from markupsafe import Markup

from odoo import models

from ...tools.file_address import get_shown_ids
from ...tools.remote_content import has_token

# What templates may load something by, in small letters; the texts of acts are clean
# already. Each begins with a letter that is looked for as such, which is much faster
# than one expression for all.
LOADING = (
    re.compile(
        r"<(?:img|image|svg|video|audio|source|picture|object|embed|iframe|input|link|"
        r"style)\b"
    ),
    re.compile(r"url\s*\("),
    re.compile(r"background="),
    re.compile(r"/web/(?:image|content)"),
)


class IncidentCorrespondenceMixin(models.AbstractModel):
    """The pictures in what an act says: of its text, or of its template."""

    _inherit = "incident.correspondence.mixin"

    def _settle_drafts(self, template, drafts):
        """Let what an act says show its own files, and load nothing else.

        Each record has each file once, whoever reads it in which language.

        :param drafts: list of ``Draft``, rendered
        """
        showing = [draft for draft in drafts if self._is_loading(draft.content)]
        known, shown = {}, {}
        for draft in showing:
            record = draft.record
            files = known.setdefault(record.id, {})
            used = record._settle_draft(draft, template, files)
            shown[record.id] = shown.get(record.id, used) | used
        entries = {draft.record.id: draft.letter.entry for draft in showing}
        for record_id, files in shown.items():
            entry = entries[record_id]
            if entry and files - entry.attachment_ids:
                entry.attachment_ids |= files
        for draft in drafts:
            if draft.record.id in shown and not draft.channel:
                draft.files = shown[draft.record.id]
        return super()._settle_drafts(template, drafts)

    def _is_loading(self, content):
        text = str(content).lower()
        return any(loading.search(text) for loading in LOADING) or has_token(content)

    def _settle_draft(self, draft, template, files):
        """Settle one text; return the files that it shows.

        :param files: dict of (id or content): file of this record, shared by its texts
        """
        entry = draft.letter.entry or self.env["mail.message"]
        trusted = set(entry.attachment_ids.ids) | get_shown_ids(draft.text)
        before = str(draft.content)
        body, carried = self._keep_carried(before, files)
        trusted.update(carried.ids)

        def allow(address):
            # SUDO: whether the text may show the file is what is found out here.
            file = self.env["ir.attachment"].sudo().browse(address.file_id).exists()
            right = file.id in trusted or self._opens(file, address.token, template)
            if not file or not right:
                return file.browse()
            if file.id not in files:
                files[file.id] = self._own_file(file)
            return files[file.id]

        draft.content, draft.files = self._settle_text(body, allow)
        # Around it is the layout, which is the operator's own.
        mail = str(draft.body_html).replace(before, str(draft.content), 1)
        draft.body_html = Markup(mail)
        return draft.files

    def _opens(self, file, token, template):
        """Tell whether a template may show a file: by its token, or as its own."""
        own = (file.res_model, file.res_id) == (template._name, template.id)
        return own or file.public or bool(token) and file.access_token == token

    def _own_file(self, file):
        """Return a file as one of this record."""
        owner = {"res_model": self._name, "res_id": self.id}
        if (file.res_model, file.res_id) == tuple(owner.values()):
            return file
        return file.copy({**owner, "access_token": False, "public": False})
