# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class IncidentChecklistLine(models.Model):
    """What support has asked or tried on one incident, and what came of it."""

    _name = "incident.checklist.line"
    _description = "Checklist of an Incident"
    _order = "sequence, id"

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        required=True,
        index=True,
        ondelete="cascade",
        help="The incident that this was asked on.",
    )
    question_id = fields.Many2one(
        comodel_name="incident.service.question",
        index="btree_not_null",
        ondelete="set null",
        help="The line of the kind that this is a copy of.",
    )
    sequence = fields.Integer(
        default=10, help="Lines are shown in this order, the lowest first."
    )
    name = fields.Char(
        string="To ask or to try", required=True, help="What is asked or tried."
    )
    done = fields.Boolean(help="It was asked, or tried.")
    note = fields.Char(
        help="The answer, or what was seen. The parties read none of it."
    )

    def _is_touched(self):
        """Tell whether somebody has written something down here."""
        self.ensure_one()
        return bool(self.done or self.note or not self.question_id)
