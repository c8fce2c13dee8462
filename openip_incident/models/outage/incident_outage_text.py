# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ..outages import KINDS, STATES


class IncidentOutageText(models.Model):
    """A text that is offered when a message about an outage is written."""

    _name = "incident.outage.text"
    _description = "Text about Outages"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, help="How agents find it.")
    sequence = fields.Integer(default=10, help="The order in which texts are offered.")
    active = fields.Boolean(
        default=True, help="Archived texts are not offered any more."
    )
    kind = fields.Selection(
        selection=KINDS, help="Of what it speaks. Empty: of outages and works."
    )
    state = fields.Selection(
        selection=STATES, help="The state in which it is offered. Empty: in all."
    )
    body = fields.Html(
        string="Text",
        required=True,
        translate=True,
        help="What is written into the dialog, in each language that is translated.",
    )

    @api.model
    def _find_texts(self, outage):
        """Return the texts that are offered for an outage as it stands."""
        texts = self.search(
            [
                ("kind", "in", (False, outage.kind)),
                ("state", "in", (False, outage.state)),
            ]
        )
        return texts.sorted(lambda text: (not text.state, text.sequence, text.id))
