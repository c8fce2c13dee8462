# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class IncidentNotice(models.Model):
    _inherit = "incident.notice"

    inbound_id = fields.Many2one(
        comodel_name="incident.inbound",
        string="Incoming Mail",
        index="btree_not_null",
        ondelete="cascade",
        help="The mail whose sender is told what became of it.",
    )


class IncidentInbound(models.Model):
    """What an incoming mail says of itself to who is told of it: its sender."""

    _inherit = "incident.inbound"

    def _get_correspondence_company(self):
        self.ensure_one()
        return self.company_id or self.env.company

    def _get_correspondence_sender(self):
        return {
            inbound.id: inbound._get_correspondence_company().email_formatted
            for inbound in self
        }

    def _get_letter_frame(self, draft):
        """Say that somebody else may have written in the reader's name."""
        return {"unasked": True}

    def _prepare_letter_message_vals(self, draft):
        """Have the answer come to the team; no line in the chatter says the same."""
        vals = super()._prepare_letter_message_vals(draft)
        vals |= {"message_type": "email_outgoing", "subtype_id": False}
        # SUDO: the team's address is on every mail.
        address = self.sudo().team_id.alias_full_name
        return {**vals, "reply_to": address} if address else vals

    def _prepare_notice_vals(self, draft):
        """Keep evidence without the address, which the mail has and may forget."""
        return {
            "inbound_id": self.id,
            "channel": draft.channel,
            "message_id": draft.message.id,
        }
