# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class IncidentMailRenderer(models.AbstractModel):
    """Sanitises the words of a batch together; see :mod:`.message_body`."""

    _inherit = "incident.mail.renderer"

    @api.model
    def _prepare_bodies(self, words):
        body = self.env["mail.message"]._fields["body"]
        body.sanitize_together(self.env, words)
        return super()._prepare_bodies(words)
