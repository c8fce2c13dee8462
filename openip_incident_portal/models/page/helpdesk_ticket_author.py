# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

# Context key: the contact whose link is used; heard of visitors only.
ACTING = "incident_acting"


class HelpdeskTicket(models.Model):
    """Shows the party in the chatter for what its link has done, never a visitor."""

    _inherit = "helpdesk.ticket"

    def _message_create(self, values_list):
        ids = self.env["ir.model.data"]
        if self.env.uid != ids._xmlid_to_res_id("base.public_user"):
            return super()._message_create(values_list)
        visitor = ids._xmlid_to_res_id("base.public_partner")
        values_list = [
            {**values, **self._get_acting_author()}
            if values.get("author_id") == visitor
            else values
            for values in values_list
        ]
        return super()._message_create(values_list)

    def _get_acting_author(self):
        """Return as whom a visitor writes: whoever holds the link, else for us."""
        # SUDO: a name and an address of who is no stranger to the incident.
        partners = self.env["res.partner"].sudo()
        party = partners.browse(self.env.context.get(ACTING) or ())
        author = (
            party
            or self.sudo()[:1].company_id.partner_id
            or partners.browse(self.env.company.partner_id.id)
        )
        return {"author_id": author.id, "email_from": author.email_formatted or False}
