# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class IrAttachment(models.Model):
    """Files that stay inside, as long as the link of a party is in them."""

    _inherit = "ir.attachment"

    incident_kept_ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Kept inside for",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
    )

    def _filter_kept_inside(self):
        """Return the files that nobody outside gets before they were cleaned."""
        # SUDO: whether a file is kept inside must not depend on who asks for it.
        return self.filtered(lambda file: file.sudo().incident_kept_ticket_id)
