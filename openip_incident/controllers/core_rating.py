# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import werkzeug

from odoo.addons.rating.controllers.main import Rating


class IncidentRating(Rating):
    """Core's links of ratings open no incident: who holds one would speak for it."""

    def _get_rating_and_record(self, token):
        rating, record = super()._get_rating_and_record(token)
        if record._name == "helpdesk.ticket" and record.is_incident:
            raise werkzeug.exceptions.NotFound()
        return rating, record
