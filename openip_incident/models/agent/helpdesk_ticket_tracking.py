# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class HelpdeskTicket(models.Model):
    """What changed is told in one language, whoever changed it.

    Core writes the names of stages and choices as its caller reads them: scheduled
    actions and rules, who have no language, would write English.
    """

    _inherit = "helpdesk.ticket"

    def _mail_track(self, tracked_fields, initial_values):
        lang = self.is_incident and self._get_correspondence_lang()
        if not lang or lang == (self.env.lang or "en_US"):
            return super()._mail_track(tracked_fields, initial_values)
        record = self.with_context(lang=lang)
        fields_info = record.fields_get(
            tracked_fields, attributes=("string", "type", "selection", "currency_field")
        )
        initial_values = {
            name: value.with_context(lang=lang)
            if isinstance(value, models.BaseModel)
            else value
            for name, value in initial_values.items()
        }
        return super(HelpdeskTicket, record)._mail_track(fields_info, initial_values)
