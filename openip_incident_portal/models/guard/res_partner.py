# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _compute_display_name(self):
        """Name nobody's address to people outside, whatever their context asks.

        A party reads the other one's name on its incident; by RPC it chooses the
        context in which that name is computed.
        """
        partners = self
        if self.env.context.get("show_email") and self.env.user.share:
            partners = self.with_context(show_email=False)
        res = super(ResPartner, partners)._compute_display_name()
        if partners is not self:
            for partner, named in zip(self, partners, strict=True):
                partner.display_name = named.display_name
        return res
