# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.fields import Domain


class PartnerMerge(models.TransientModel):
    """Merges contacts that have the same service, and makes one of both."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        self._incident_merge_services(src_partners, dst_partner)
        res = super()._update_foreign_keys(src_partners, dst_partner)
        # Written by SQL: what hangs on the contact does not know of it.
        services = self._find_incident_services(dst_partner)
        services.modified(["partner_id"])
        return res

    def _find_incident_services(self, partners):
        # SUDO: whoever may merge contacts may merge their services.
        services = self.env["incident.service"].sudo()
        return services.search(Domain("partner_id", "in", partners.ids))

    def _incident_merge_services(self, src_partners, dst_partner):
        found = self._find_incident_services(src_partners | dst_partner)
        kept = found.filtered(lambda service: service.partner_id == dst_partner)
        by_name = {service.name: service for service in kept}
        for service in found - kept:
            twin = by_name.setdefault(service.name, service)
            if twin != service:
                self._update_foreign_keys_generic(service._name, service, twin)
                self._update_reference_fields_generic(service._name, service, twin)
                facts = service._prepare_missing_facts(twin)
                service.unlink()
                twin.write(facts)


class IncidentService(models.Model):
    _inherit = "incident.service"

    def _prepare_missing_facts(self, twin):
        """Return what this service says and its twin leaves empty.

        :return: dict of values
        """
        self.ensure_one()
        return {
            name: field.convert_to_write(self[name], self)
            for name, field in self._fields.items()
            if field.store
            and name not in models.MAGIC_COLUMNS
            and not (field.compute or field.related)
            and field.type not in ("one2many", "many2many")
            and self[name]
            and not twin[name]
        }
