# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import AccessError

# What a reader may change of a message: nothing that anybody else sees.
OWN_MARKS = {"starred_partner_ids"}


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse messages on incidents that people outside write past ``message_post``.

        Core lets them choose date, type, Message-ID and recipients.
        """
        if self._is_written_outside():
            ticket_ids = {
                vals.get("res_id", self.env.context.get("default_res_id"))
                for vals in vals_list
                if vals.get("model", self.env.context.get("default_model"))
                == "helpdesk.ticket"
            }
            self._ensure_no_incident(ticket_ids)
        return super().create(vals_list)

    def write(self, vals):
        """Keep what was said on an incident as it was said: it was mailed on."""
        if self._is_written_outside() and not set(vals) <= OWN_MARKS:
            self._ensure_not_of_incident()
        return super().write(vals)

    def unlink(self):
        if self._is_written_outside():
            self._ensure_not_of_incident()
        return super().unlink()

    def _is_written_outside(self):
        return not self.env.su and self.env.user.share

    def _ensure_not_of_incident(self):
        # SUDO: where a message belongs must not depend on who may read it.
        messages = self.sudo().filtered(lambda item: item.model == "helpdesk.ticket")
        self._ensure_no_incident(set(messages.mapped("res_id")))

    def _ensure_no_incident(self, ticket_ids):
        """Raise unless none of these tickets is an incident."""
        # SUDO: whether a ticket is an incident must not depend on who may read it.
        tickets = self.env["helpdesk.ticket"].sudo()
        ids = [ticket_id for ticket_id in ticket_ids if isinstance(ticket_id, int)]
        if any(ticket.is_incident for ticket in tickets.browse(ids).exists()):
            raise AccessError(
                self.env._("Messages on incidents are written on their page only.")
            )
