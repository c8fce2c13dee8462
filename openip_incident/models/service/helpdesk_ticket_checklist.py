# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models

from ..words import INTERNAL


class HelpdeskTicket(models.Model):
    """What support asks first, by the kind of service: ticks and notes are kept."""

    _inherit = "helpdesk.ticket"

    service_kind_id = fields.Many2one(
        comodel_name="incident.service.kind",
        string="Kind of service",
        compute="_compute_service_kind_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        ondelete="restrict",
        groups=INTERNAL,
        help="Decides which checklist the incident gets. Follows the service, and can "
        "be chosen where there is none.",
    )
    incident_checklist_ids = fields.One2many(
        comodel_name="incident.checklist.line",
        inverse_name="ticket_id",
        string="Checklist",
        compute="_compute_incident_checklist_ids",
        store=True,
        readonly=False,
        groups=INTERNAL,
        help="What support asks and tries first. The parties read none of it.",
    )

    @api.depends("service_id")
    def _compute_service_kind_id(self):
        for ticket in self:
            kind = ticket.service_id.kind_id
            ticket.service_kind_id = kind or ticket.service_kind_id

    @api.depends("service_kind_id", "incident_impact")
    def _compute_incident_checklist_ids(self):
        """Copy the lines of the kind, and keep what somebody has written down."""
        for ticket in self:
            if not ticket.service_kind_id and not ticket.incident_checklist_ids:
                if not ticket.id:
                    # Only what is not stored yet needs to be told what it has.
                    ticket.incident_checklist_ids = False
                continue
            wanted = ticket._get_incident_questions()
            lines = ticket.incident_checklist_ids
            stale = lines.filtered(
                lambda line, wanted=wanted: (
                    not line._is_touched() and line.question_id not in wanted
                )
            )
            missing = wanted - lines.question_id
            ticket.incident_checklist_ids = [
                *(Command.delete(line.id) for line in stale),
                *(Command.create(vals) for vals in self._prepare_checklist(missing)),
            ]

    def _get_incident_questions(self):
        """Return what the kind of service asks at an impact like this one's."""
        self.ensure_one()
        impacts = (False, self.incident_impact or False)
        return self.service_kind_id.question_ids.filtered(
            lambda question: question.impact in impacts
        )

    @api.model
    def _prepare_checklist(self, questions):
        return [
            {
                "question_id": question.id,
                "name": question.name,
                "sequence": question.sequence,
            }
            for question in questions
        ]
