# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ..impacts import DEGRADED, DOWN


class IncidentServiceKind(models.Model):
    """A kind of service, with what support asks first when one does not work."""

    _name = "incident.service.kind"
    _description = "Kind of Service"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, help="Internet access, SIP…")
    sequence = fields.Integer(
        default=10, help="Kinds are offered in this order, the lowest first."
    )
    active = fields.Boolean(
        default=True,
        help="A kind that is archived is offered no more; services keep it.",
    )
    question_ids = fields.One2many(
        comodel_name="incident.service.question",
        inverse_name="kind_id",
        string="Checklist",
        copy=True,
        help="What support asks and tries first. Each incident gets a copy of it.",
    )


class IncidentServiceQuestion(models.Model):
    """One line of a kind's checklist."""

    _name = "incident.service.question"
    _description = "Line of a Kind's Checklist"
    _order = "sequence, id"

    kind_id = fields.Many2one(
        comodel_name="incident.service.kind",
        required=True,
        index=True,
        ondelete="cascade",
        help="The kind of service whose incidents are asked this.",
    )
    sequence = fields.Integer(
        default=10, help="Lines are asked in this order, the lowest first."
    )
    name = fields.Char(
        string="To ask or to try",
        required=True,
        translate=True,
        help="A short question or check, as the agent reads it on the incident.",
    )
    impact = fields.Selection(
        selection=[
            (DOWN, "Nothing works any more"),
            (DEGRADED, "It works badly, or in part"),
        ],
        string="Only when",
        help="Whether the line belongs to a complete or a partial failure. Empty: it "
        "belongs to both.",
    )
