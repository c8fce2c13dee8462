# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.fields import Domain

from odoo.addons.openip_incident.models.outages import LASTING

TEMPLATE = "openip_incident_portal.form_link_outages"


class IncidentIntake(models.Model):
    """The mail with the form link names the outages that its reader is hit by.

    Whatever an admin made of its template: they stand above its words. Who is on no
    contact is told nothing.
    """

    _inherit = "incident.intake"

    def _render_form_link(self, template):
        subject, words = super()._render_form_link(template)
        outages = self._get_outage_facts()
        if not outages:
            return subject, words
        box = self.env["ir.qweb"]._render(
            TEMPLATE, {"outages": outages}, lang=self.lang
        )
        return subject, box + words

    def _get_outage_facts(self):
        """Return what the sender may know of the outages that hit it: plain dicts."""
        party = self.partner_id.incident_party_id
        if not party:
            return []
        # SUDO: the gateway reads them; what hits no service of the sender's, or of its
        # customers, is not told, and no service is named.
        outages = self.env["incident.outage"].sudo().with_context(lang=self.lang)
        served = Domain("party_id", "=", party.id) | Domain(
            "party_id.integrator_id.incident_party_id", "=", party.id
        )
        found = outages._find_public(
            Domain("state", "in", LASTING)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("service_ids", "any", served)
        )
        return [one._prepare_public_facts(self.partner_id) for one in found]
