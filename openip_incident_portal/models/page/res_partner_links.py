# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

# What decides into whose mailbox a link was sent.
MAILBOX = ("email_normalized", "active")


class ResPartner(models.Model):
    """Counts how often a contact's mailbox became another one.

    A link that was mailed to the former mailbox belongs to whoever reads that one now.
    """

    _inherit = "res.partner"

    incident_link_generation = fields.Integer(
        copy=False,
        readonly=True,
        groups="base.group_system",
        help="Links that were signed for an earlier address of this contact, or before "
        "it was archived, open nothing.",
    )

    def write(self, vals):
        if not {"email", *MAILBOX} & vals.keys():
            return super().write(vals)
        # SUDO: whoever corrects an address need not know of links; nothing is written
        # but the count.
        partners = self.sudo()
        before = {partner.id: partner._get_mailbox() for partner in partners}
        res = super().write(vals)
        for partner in partners:
            if partner._get_mailbox() != before[partner.id]:
                partner.incident_link_generation += 1
        return res

    def _get_mailbox(self):
        """Return where links of this contact go, and whether they do."""
        return (self.email_normalized, self.active)
