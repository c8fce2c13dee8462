# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

# What a contact's party follows from; see ``incident_party_id``.
SIDE_FIELDS = {"parent_id", "integrator_id", "is_company"}


class ResPartner(models.Model):
    """Who decides for one company does not decide for the next one."""

    _inherit = "res.partner"

    def write(self, vals):
        """Let a contact that changes sides invite nobody until support says so."""
        if not SIDE_FIELDS & vals.keys():
            return super().write(vals)
        parties = self._get_incident_administered()
        res = super().write(vals)
        appointed = self if vals.get("incident_administrator") else self.browse()
        moved = [one for one, party in parties if one.incident_party_id != party]
        stale = (self.browse().union(*moved) - appointed).exists()
        if stale:
            # SUDO: whoever may move a contact need not know who invites.
            stale.sudo().incident_administrator = False
        return res

    def _get_incident_administered(self):
        """Return who of these, and of theirs, decides for which company: pairs."""
        # SUDO: see above.
        partners = self.sudo().with_context(active_test=False)
        return [
            (one, one.incident_party_id)
            for one in partners.search(
                [("id", "child_of", self.ids), ("incident_administrator", "=", True)]
            )
        ]
