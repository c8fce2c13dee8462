# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ..page.view import LoginPaths


class IncidentPage(models.AbstractModel):
    """Who handles an incident at the integrator; its staff with a login chooses."""

    _inherit = "incident.page"

    def _get_page(self, view):
        handler = view.ticket._get_incident_handler()
        return {
            **super()._get_page(view),
            "handler": handler.name or "",
            "handlers": self._get_handler_choices(view, handler),
        }

    def _get_handler_choices(self, view, handler):
        """Return whom the reader may choose, nobody for who may not."""
        if view.looks_on or not isinstance(view.paths, LoginPaths):
            return []
        return [
            {"id": one.id, "name": one.name or "", "chosen": one == handler}
            for one in view.ticket._get_incident_handlers(view.party)
        ]
