# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResPartner(models.Model):
    """Knows the contacts that were merged into it, whose links are in old mails."""

    _inherit = "res.partner"

    incident_merged_ids = fields.Json(
        copy=False,
        readonly=True,
        groups="base.group_system",
        help="The numbers of the contacts that were merged into this one. A link of "
        "theirs shows nothing, but has a fresh one mailed to this contact.",
    )

    def _get_merged(self):
        # SUDO: only compared with what a signed link says.
        return self.sudo().incident_merged_ids or []


class PartnerMerge(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_values(self, src_partners, dst_partner):
        partners = src_partners | dst_partner
        former = {number for row in partners for number in row._get_merged()}
        # SUDO: whoever may merge contacts need not know of links.
        person = dst_partner.sudo()
        mailbox, generation = person._get_mailbox(), person.incident_link_generation
        res = super()._update_values(src_partners, dst_partner)
        # How often the other's mailbox changed is nothing to the links of this one.
        person.write(
            {
                "incident_merged_ids": sorted(former | set(src_partners.ids)),
                "incident_link_generation": generation
                + (person._get_mailbox() != mailbox),
            }
        )
        return res
