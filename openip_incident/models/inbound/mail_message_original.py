# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from odoo.addons.mail.tools.discuss import Store


class MailMessage(models.Model):
    """Leads agents from what a mail says to the mail as it came (G15)."""

    _inherit = "mail.message"

    incident_original_id = fields.Many2one(
        comodel_name="incident.inbound",
        string="Original mail",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="The mail as it came: not all of it is in this message, or not as it was.",
    )

    def _to_store_defaults(self, target):
        field_names = super()._to_store_defaults(target)
        if target.is_internal(self.env):
            field_names.append(self._get_original_attr())
        return field_names

    def _get_original_attr(self):
        return Store.Attr(
            "incident_original_id",
            # SUDO: internal users are told that there is one; reading it is up to them.
            value=lambda message: message.sudo().incident_original_id.id,
            predicate=lambda message: message.model == "helpdesk.ticket",
        )
