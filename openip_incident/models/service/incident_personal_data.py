# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.tools import SQL

REPORTED_FIELDS = (
    "incident_service",
    "incident_impact",
    "incident_since",
    "incident_tried",
    "incident_onsite",
)


class IncidentPersonalData(models.AbstractModel):
    """Knows what services and incidents keep of who uses them."""

    _inherit = "incident.personal.data"

    @api.model
    def _erase(self, subject):
        self._erase_services(subject)
        self._erase_checklists(subject)
        return super()._erase(subject)

    @api.model
    def _erase_services(self, subject):
        """Empty and archive the services of a person: its numbers are its own."""
        for service in self._get_services(subject.partners):
            service.write(
                {
                    "name": f"#{service.id}",
                    "label": False,
                    "site": False,
                    "phone_numbers": False,
                    "active": False,
                }
            )

    @api.model
    def _erase_checklists(self, subject):
        """Empty what support has noted of what a person has reported."""
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                "UPDATE incident_checklist_line SET note = NULL WHERE ticket_id IN %s",
                subject.ids("reported"),
            )
        )

    @api.model
    def _get_services(self, partners):
        services = self.env["incident.service"].with_context(active_test=False)
        return services.search([("partner_id", "in", partners.ids)])

    @api.model
    def _get_holders(self, partners):
        holders = super()._get_holders(partners)
        # SUDO: what holds a contact is counted, whoever may read it.
        count = len(self.sudo()._get_services(partners))
        if count:
            holders.append(self.env._("%s services", count))
        return holders

    # Handing out

    @api.model
    def _get_ticket_fields(self):
        return (*super()._get_ticket_fields(), *REPORTED_FIELDS)

    @api.model
    def _prepare_export(self, subject, tickets):
        data, files = super()._prepare_export(subject, tickets)
        data["services"] = [
            {
                name: service[name] or ""
                for name in ("name", "label", "site", "phone_numbers")
            }
            for service in self._get_services(subject.partners)
        ]
        return data, files
