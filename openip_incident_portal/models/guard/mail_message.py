# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import AccessError

# What a reader may change of a message: nothing that anybody else sees.
OWN_MARKS = {"starred_partner_ids"}

# Where a mail came from and went to: one party's addresses are not the other's.
ADDRESSES = {
    "email_from",
    "incoming_email_cc",
    "incoming_email_to",
    "outgoing_email_to",
    "reply_to",
}


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse messages on incidents that people outside write past ``message_post``.

        Core lets them choose date, type, Message-ID and recipients.
        """
        if self._is_outside_call():
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
        if self._is_outside_call() and not set(vals) <= OWN_MARKS:
            self._ensure_not_of_incident()
        return super().write(vals)

    def unlink(self):
        if self._is_outside_call():
            self._ensure_not_of_incident()
        return super().unlink()

    def _read_format(self, fnames, load="_classic_read"):
        """Tell nobody outside the addresses in the conversation of an incident."""
        rows = super()._read_format(fnames, load=load)
        hidden = ADDRESSES.intersection(fnames)
        if not hidden or not self._is_outside_call():
            return rows
        incident_ids = set(self._filter_of_incidents().ids)
        for row in rows:
            if row["id"] in incident_ids:
                row.update(dict.fromkeys(hidden, False))
        return rows

    def _to_store(self, store, fields, **kwargs):
        """Take out of the chatter what it parses of the addresses itself."""
        formatted = "message_format" in fields
        res = super()._to_store(store, fields, **kwargs)
        if formatted and self._is_outside_call():
            visible = self - self._get_share_hidden()
            for message in visible._filter_of_incidents():
                store.add_records_fields(
                    message, {"incoming_email_cc": [], "incoming_email_to": []}
                )
        return res

    @api.model
    def _is_share_key(self, name):
        """Tell no address letter by letter."""
        return name not in ADDRESSES and super()._is_share_key(name)

    def _filter_of_incidents(self):
        # SUDO: where a message belongs must not depend on who may read it.
        messages = self.sudo().filtered(lambda item: item.model == "helpdesk.ticket")
        tickets = self.env["helpdesk.ticket"].sudo().browse(messages.mapped("res_id"))
        incident_ids = set(tickets.exists().filtered("is_incident").ids)
        return messages.filtered(lambda item: item.res_id in incident_ids)

    def _is_outside_call(self):
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
