# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class IncidentClockEntry(models.Model):
    """An outage proves that it was not the parties who kept us waiting."""

    _inherit = "incident.clock.entry"

    outage_id = fields.Many2one(
        comodel_name="incident.outage",
        index="btree_not_null",
        ondelete="set null",
        help="The outage by which a wait has ended that had stopped the clock.",
    )
