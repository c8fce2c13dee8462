# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class IncidentPage(models.AbstractModel):
    """The frame around a page."""

    _inherit = "incident.page"

    @api.model
    def _get_html_data(self):
        """Return language and direction of a page, as attributes of its root."""
        lang = self.env["res.lang"]._get_data(code=self.env.lang)
        return {
            "lang": (lang.code or "en").replace("_", "-"),
            "dir": lang.direction or "ltr",
        }
