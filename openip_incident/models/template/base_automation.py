# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ..words import ON_TRIAL, TRIAL


class BaseAutomation(models.Model):
    _inherit = "base.automation"

    def _get_actions(self, records, triggers):
        """Let no rule act on what is made up to try a template, and taken back."""
        if self.env.context.get(TRIAL) is ON_TRIAL:
            return self.browse()
        return super()._get_actions(records, triggers)
