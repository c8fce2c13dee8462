# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class IncidentForm(models.AbstractModel):
    _inherit = "incident.form"

    @api.model
    def _register_incident(self, form, values, files):
        """Register the incident once, however many copies of its mail are answered."""
        form.intake._lock()
        return super()._register_incident(form, values, files)

    @api.model
    def _settle_registration(self, form, ticket):
        """Note on the mail what has become of it."""
        if form.intake:
            form.intake._submit(ticket, form.nonce)
        return super()._settle_registration(form, ticket)
