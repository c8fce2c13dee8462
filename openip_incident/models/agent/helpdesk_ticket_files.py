# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

# In the context of an act whose mails carry files; no RPC can forge this object.
FILES = "incident_act_files"


class ActFiles:
    """The files that an agent has chosen, and was seen to be allowed to read."""

    def __init__(self, files):
        files.check_access("read")
        self.ids = files.ids


class HelpdeskTicket(models.Model):
    """The files of an act: each incident has its own, its mails carry them."""

    _inherit = "helpdesk.ticket"

    def _settle_drafts(self, template, drafts):
        """Give entries and mails of an act the files that were chosen for it."""
        res = super()._settle_drafts(template, drafts)
        own = {}
        for draft in drafts if self._get_chosen_files() else ():
            ticket = draft.record
            # What is passed on of an entry goes with the files of the entry.
            if draft.letter.entry:
                continue
            if ticket.id not in own:
                own[ticket.id] = ticket._copy_chosen_files()
            draft.files = (draft.files or own[ticket.id].browse()) | own[ticket.id]
        return res

    def _get_chosen_files(self):
        """Return the files that were chosen for the act in progress."""
        chosen = self.env.context.get(FILES)
        ids = chosen.ids if isinstance(chosen, ActFiles) else []
        # SUDO: that the agent may read them was checked when they were chosen.
        return self.env["ir.attachment"].sudo().browse(ids)

    def _copy_chosen_files(self):
        """Return copies for this incident, but for what must stay inside."""
        self.ensure_one()
        owner = {"res_model": self._name, "res_id": self.id}
        files = self._get_chosen_files().copy(
            {**owner, "access_token": False, "public": False}
        )
        author = self.env.user.partner_id
        # SUDO: what must stay inside is put into a note of the process.
        return self.sudo()._incident_keep_files_inside(files, author.id)

    def _incident_reopen_with(self, reason):
        """Let the note of a reopening have its files."""
        if not self._get_chosen_files():
            return super()._incident_reopen_with(reason)
        reopened = super()._incident_reopen_with(None)
        for ticket in reopened:
            ticket._message_log(
                body=ticket._to_said(reason),
                attachment_ids=ticket._copy_chosen_files().ids,
            )
        return reopened
