# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import models

from ..correspondence.letter import Letter


class HelpdeskTicket(models.Model):
    """What was said on a private line, shown to the other party after all."""

    _inherit = "helpdesk.ticket"

    def _get_passing_parties(self, message):
        """Return to whom a message of a private line may be passed on."""
        line = message.incident_private_party_id
        return self._get_incident_parties().filtered(
            lambda party: line and party.incident_party_id != line
        )

    def _incident_pass_on(self, message):
        """Show a message of a private line to the other party, and mail it there."""
        others = self._get_passing_parties(message)
        message.incident_private_party_id = False
        said = message.body
        if self._get_incident_party(message.author_id):
            said = self._get_forwarded_text(others, message)
        self._correspond(
            self.team_id._get_update_template(),
            [Letter(self, others, entry=message)],
            Markup(said),
            automatic=False,
        )
