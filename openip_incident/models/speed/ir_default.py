# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json

from odoo import api, models
from odoo.tools import ormcache


class IrDefault(models.Model):
    """Knows the defaults that hold for everybody.

    Core asks for that of the language with each request for a page, by two queries. It
    clears this cache itself when a default is written.
    """

    _inherit = "ir.default"

    @api.model_create_multi
    def create(self, vals_list):
        defaults = super().create(vals_list)
        defaults._forget()
        return defaults

    def write(self, vals):
        self._forget()
        return super().write(vals)

    def unlink(self):
        self._forget()
        return super().unlink()

    def _forget(self):
        if not self:
            # Core deletes the defaults of whatever is deleted: as good as never any.
            return
        # Another thread may look them up anew before this one has committed.
        self.env.cr.postcommit.add(self.env.registry.clear_cache)

    @api.model
    def _get(
        self, model_name, field_name, user_id=False, company_id=False, condition=False
    ):
        if user_id or company_id or condition or not self.env.su:
            return super()._get(
                model_name,
                field_name,
                user_id=user_id,
                company_id=company_id,
                condition=condition,
            )
        return json.loads(self._get_general(model_name, field_name))

    @api.model
    @ormcache("model_name", "field_name")
    def _get_general(self, model_name, field_name):
        """Return a default as JSON, whose values nobody can change in the cache."""
        return json.dumps(super()._get(model_name, field_name))
