# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.tools import ormcache


class ResourceCalendar(models.Model):
    """Knows in which time zone working hours are, which each mail and page names."""

    _inherit = "resource.calendar"

    def _get_known_zone(self):
        """Return the name of the time zone, or False for no calendar."""
        if self.id:
            return self._read_zone(self.id)
        # One that is being typed says so itself, none at all costs no look.
        return self.tz if self else False

    @api.model
    @ormcache("calendar_id")
    def _read_zone(self, calendar_id):
        # SUDO: one time zone is read.
        return self.sudo().browse(calendar_id).tz

    def write(self, vals):
        res = super().write(vals)
        if "tz" in vals:
            self.env.registry.clear_cache()
            # Another thread may look it up anew before this one has committed.
            self.env.cr.postcommit.add(self.env.registry.clear_cache)
        return res
