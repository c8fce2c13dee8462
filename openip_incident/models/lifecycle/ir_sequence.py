# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from .helpdesk_ticket_number import SEQUENCE_CODE

# What a number looks like.
FORMAT_FIELDS = {"active", "code", "padding", "prefix", "suffix"}


class IrSequence(models.Model):
    """Has what the numbers of incidents look like read anew after it has changed."""

    _inherit = "ir.sequence"

    @api.model_create_multi
    def create(self, vals_list):
        sequences = super().create(vals_list)
        if SEQUENCE_CODE in sequences.mapped("code"):
            self._forget_incident_numbers()
        return sequences

    def write(self, vals):
        res = super().write(vals)
        if FORMAT_FIELDS & vals.keys():
            self._forget_incident_numbers()
        return res

    def unlink(self):
        known = SEQUENCE_CODE in self.mapped("code")
        res = super().unlink()
        if known:
            self._forget_incident_numbers()
        return res

    def _forget_incident_numbers(self):
        self.env["incident.address.mixin"]._forget_incident_addresses()
