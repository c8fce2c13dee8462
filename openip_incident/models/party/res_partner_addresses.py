# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import SQL, email_normalize
from odoo.tools.mail import email_normalize_all


class ResPartner(models.Model):
    """From where else a contact writes, and whether a program writes for it."""

    _inherit = "res.partner"

    incident_address_ids = fields.One2many(
        comodel_name="incident.address",
        inverse_name="partner_id",
        string="Further addresses",
        groups="base.group_user",
        help="Mail from these addresses is the contact's, too. We write to the first "
        "address of its e-mail field.",
    )
    incident_ticket_system = fields.Boolean(
        string="Answers through a ticket system",
        groups="base.group_user",
        help="What the ticket system of this company sends about our incidents counts "
        "as its answer, though a program has sent it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        several = partners.browse(
            partner.id
            for partner, vals in zip(partners, vals_list, strict=True)
            if (vals.get("email") or "").count("@") > 1
        )
        several._settle_listed_addresses()
        return partners

    def write(self, vals):
        res = super().write(vals)
        if "email" in vals:
            self._settle_listed_addresses()
        return res

    def _settle_listed_addresses(self):
        """Keep the addresses behind the first one of the e-mail field findable."""
        # SUDO: whoever may write the e-mail field writes what follows from it.
        addresses = self.env["incident.address"].sudo()
        known = addresses.search([("partner_id", "in", self.ids)])
        known.filtered("listed").unlink()
        kept = {(row.partner_id.id, row.email_normalized) for row in known.exists()}
        rows = [
            {"partner_id": partner.id, "email": email, "listed": True}
            for partner in self
            for email in dict.fromkeys(email_normalize_all(partner.email or "")[1:])
            if email != partner.email_normalized and (partner.id, email) not in kept
        ]
        if rows:
            addresses.create(rows)

    @api.model
    def _find_by_incident_address(self, email):
        """Return whose an address is: contacts that have it as theirs, in any place.

        :param email: any notation
        :return: ``res.partner``, archived ones last
        """
        address = email_normalize(email or "", strict=False)
        partners = self.with_context(active_test=False)
        if not address:
            return partners.browse()
        partners.flush_model(["email_normalized"])
        self.env["incident.address"].flush_model(["email_normalized", "partner_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM res_partner WHERE email_normalized = %(address)s "
                "UNION SELECT partner_id FROM incident_address "
                "WHERE email_normalized = %(address)s",
                address=address,
            )
        )
        found = partners.browse(row[0] for row in rows)
        return found.sorted(lambda partner: (not partner.active, partner.id))

    def _remember_incident_address(self, email):
        """Note that a contact writes from one more address.

        :param email: any notation
        """
        self.ensure_one()
        address = email_normalize(email or "", strict=False)
        known = self.incident_address_ids.mapped("email_normalized")
        if address and address != self.email_normalized and address not in known:
            self.env["incident.address"].create(
                {"partner_id": self.id, "email": address}
            )
