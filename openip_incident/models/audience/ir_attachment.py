# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import Command, models
from odoo.exceptions import UserError

from ...tools.file_links import scrub_file
from ..correspondence.letter import Letter


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def action_incident_pass_on(self):
        """Send copies of kept files, without our links, to whom they were meant for.

        :raises UserError: for a file of which no clean copy can be made
        """
        for file in self:
            ticket = file.incident_kept_ticket_id
            ticket._ensure_may_act()
            clean = scrub_file(file.raw, file.name, file.mimetype or "")
            if not clean:
                raise UserError(
                    self.env._(
                        "The link cannot be taken out of %(name)s. Please ask its "
                        "sender for the file without our mail, or write down what "
                        "matters of it.",
                        name=file.name,
                    )
                )
            # SUDO: the agent may write the incident; entry and mail are the
            # consequence, as for every update.
            file.sudo()._incident_pass_on(ticket.sudo(), *clean)
        return True

    def _incident_pass_on(self, ticket, name, content):
        """Post a clean copy, and mail it to the party across the table.

        :param name: of the copy
        :param content: bytes
        """
        note = self.env["mail.message"].browse(self.res_id)
        party = ticket._get_incident_party(note.author_id)
        others = ticket._get_incident_parties() - party
        clean = ticket._scrub_incident_text(name)

        def say(lang):
            return Markup("<p>%s</p>") % ticket.with_context(lang=lang).env._(
                "File of %(author)s: %(name)s",
                author=note.author_id.name or "?",
                name=clean,
            )

        copy = self._create_clean_copy(ticket, name, content)
        sender = ticket._get_correspondence_sender()[ticket.id]
        entry = ticket._create_messages(
            [
                {
                    **ticket._prepare_message_vals(sender),
                    "body": say(ticket._get_correspondence_lang()),
                    "message_type": "auto_comment",
                    "subtype_id": ticket._get_comment_subtype_id(),
                    "attachment_ids": [Command.link(copy.id)],
                }
            ]
        )
        self.incident_kept_ticket_id = False
        if others:
            ticket._correspond(
                ticket.team_id._get_update_template(),
                [Letter(ticket, others, entry=entry, say=say)],
                automatic=False,
            )

    def _create_clean_copy(self, ticket, name, content):
        """Return a new file of an incident, shown as text: nothing in it runs."""
        return self.create(
            {
                "name": ticket._scrub_incident_text(name),
                "raw": content,
                "mimetype": "text/plain",
                "res_model": ticket._name,
                "res_id": ticket.id,
            }
        )
