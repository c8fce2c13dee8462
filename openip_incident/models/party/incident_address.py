# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize


class IncidentAddress(models.Model):
    """One more address from which a contact writes; we write to its first one only."""

    _name = "incident.address"
    _description = "Further Address of a Contact"
    _order = "email_normalized, id"
    _rec_name = "email"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        required=True,
        index=True,
        ondelete="cascade",
    )
    email = fields.Char(string="Address", required=True)
    email_normalized = fields.Char(
        compute="_compute_email_normalized", store=True, index=True
    )
    listed = fields.Boolean(
        readonly=True,
        help="Stands in the contact's own e-mail field, behind the first address.",
    )

    _partner_email_uniq = models.UniqueIndex(
        "(partner_id, email_normalized)", "The contact has this address already."
    )

    @api.depends("email")
    def _compute_email_normalized(self):
        for address in self:
            address.email_normalized = email_normalize(address.email, strict=False)

    @api.constrains("email")
    def _check_email(self):
        for address in self:
            if not email_normalize(address.email):
                raise ValidationError(
                    self.env._("%(email)s is no e-mail address.", email=address.email)
                )
