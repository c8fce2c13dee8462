# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class IncidentReview(models.Model):
    """Mails that became an intake, though they may be answers."""

    _inherit = "incident.review"

    intake_id = fields.Many2one(
        comodel_name="incident.intake",
        string="Intake",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )

    _intake_uniq = models.UniqueIndex(
        "(ticket_id, intake_id) WHERE intake_id IS NOT NULL",
        "This mail holds this incident already.",
    )

    @api.model
    def _get_thing_fields(self):
        return [*super()._get_thing_fields(), "intake_id"]

    def _count_intake(self, speaker, _body):
        self.intake_id._become_answer(self.ticket_id, speaker)

    def _hand_intake(self, target):
        self.intake_id._become_answer(target)
