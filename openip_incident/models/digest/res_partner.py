# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ...tools.arguments import ensure_key

AT_ONCE, DIGEST, NONE = "at_once", "digest", "none"
PREFERENCES = [
    (AT_ONCE, "Each one at once"),
    (DIGEST, "Together, in one mail each morning"),
    (NONE, "Not by mail"),
]


class ResPartner(models.Model):
    _inherit = "res.partner"

    incident_update_preference = fields.Selection(
        selection=PREFERENCES,
        string="Updates on incidents",
        default=AT_ONCE,
        help="When this contact is mailed news that asks nothing. Whatever opens or"
        " closes an incident, or asks for something, is always mailed at once.",
    )

    def _set_incident_update_preference(self, preference):
        """Note how a person wants to read updates; those that wait already still come.

        :param preference: key of ``PREFERENCES``
        :raises UserError: for anything else
        """
        self.ensure_one()
        ensure_key(self.env, preference, PREFERENCES)
        if self.incident_update_preference != preference:
            self.incident_update_preference = preference

    def _get_incident_preference_url(self):
        """Return where this person says how to read updates: to be extended."""
        self.ensure_one()
        return ""
