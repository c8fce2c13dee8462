# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from odoo.addons.mail.tools.discuss import Store


class MailMessage(models.Model):
    _inherit = "mail.message"

    incident_notice_ids = fields.One2many(
        comodel_name="incident.notice",
        inverse_name="entry_id",
        string="Notices",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="The mails in which this entry went to the parties of an incident.",
    )

    def _to_store_defaults(self, target):
        """Add to the entries of incidents what became of their mails."""
        field_names = super()._to_store_defaults(target)
        if target.is_internal(self.env):
            field_names.append(self._get_deliveries_attr())
        return field_names

    def _get_deliveries_attr(self):
        return Store.Attr(
            "incident_deliveries",
            # SUDO: internal users may read who was told what they may read.
            value=lambda message: message.sudo().incident_notice_ids._format_delivery(),
            predicate=lambda message: message.model == "helpdesk.ticket",
        )
