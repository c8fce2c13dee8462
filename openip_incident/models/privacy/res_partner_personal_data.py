# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    """Says what holds a contact, and offers what can be done instead of deleting."""

    _inherit = "res.partner"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_held(self):
        """Refuse to delete whom incidents, mails or intakes are about.

        :raises UserError: says what holds the contact
        """
        for partner in self:
            holders = self.env["incident.personal.data"]._get_holders(partner)
            if holders:
                raise UserError(
                    self.env._(
                        "%(name)s cannot be deleted, because of:\n%(holders)s\n\n"
                        "Instead, a helpdesk manager can anonymise the contact (Action "
                        "menu, Anonymise): the incidents stay as numbers, its personal "
                        "data goes.",
                        name=partner.display_name,
                        holders="\n".join(f"- {holder}" for holder in holders),
                    )
                )

    def action_incident_anonymise(self):
        """Open the dialog that says what is removed of these contacts."""
        self.env["incident.personal.data"]._ensure_manager(self)
        wizard = self.env["incident.anonymise.wizard"].create(
            {"partner_ids": [Command.set(self.ids)]}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Anonymise"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "views": [[False, "form"]],
            "target": "new",
        }

    def action_incident_export(self):
        """Download what is kept of this contact."""
        self.ensure_one()
        self.env["incident.personal.data"]._ensure_manager(self)
        return {
            "type": "ir.actions.act_url",
            "url": f"/incident/personal-data/{self.id}",
            "target": "download",
        }
