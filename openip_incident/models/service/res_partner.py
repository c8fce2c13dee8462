# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.fields import Domain

from ...tools.phone_numbers import DEFAULT_CODE

AGENTS = "helpdesk_mgmt.group_helpdesk_user_own"


class ResPartner(models.Model):
    _inherit = "res.partner"

    incident_service_count = fields.Integer(
        string="Services",
        compute="_compute_incident_service_count",
        groups=AGENTS,
        help="Services and lines of this contact's company.",
    )

    def _compute_incident_service_count(self):
        groups = self.env["incident.service"]._read_group(
            [("party_id", "in", self.incident_party_id.ids)],
            ["party_id"],
            ["__count"],
        )
        counts = {party.id: count for party, count in groups}
        for partner in self:
            partner.incident_service_count = counts.get(partner.incident_party_id.id, 0)

    def action_view_incident_services(self):
        """Show the services of this contact's company."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "openip_incident.incident_service_action"
        )
        party = self.incident_party_id
        return {
            **action,
            "domain": list(Domain("party_id", "=", party.id)),
            "context": {"default_partner_id": party.id},
        }

    def _get_phone_code(self, company=None):
        """Return the calling code of the country whose numbers are written without it.

        :param company: ``res.company`` that asks, where the contact has no country
        :return: digits
        """
        country = self.country_id or self.incident_party_id.country_id
        country = country or (company or self.env.company).country_id
        return str(country.phone_code or DEFAULT_CODE)

    def _get_incident_phones(self):
        """Return the telephone numbers of these contacts and of their companies."""
        people = self | self.incident_party_id
        return list(dict.fromkeys(filter(None, people.mapped("phone"))))
