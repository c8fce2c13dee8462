# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class IncidentFollowupEvent(models.Model):
    """A step is executed at most once each time that an outage lets it begin anew."""

    _inherit = "incident.followup.event"

    round = fields.Integer(
        string="Begun anew",
        readonly=True,
        help="After how many outages that held it the step was executed.",
    )

    # At most one event per step and round, forever (G1).
    _step_unique = models.UniqueIndex(
        "(followup_id, step_id, COALESCE(round, 0)) WHERE step_id IS NOT NULL",
        "This step was executed already.",
    )


class IncidentFollowup(models.Model):
    _inherit = "incident.followup"

    def _create_events(self, step, **facts):
        events = {}
        for count, followups in self.grouped("round").items():
            events |= super(IncidentFollowup, followups)._create_events(
                step, round=count, **facts
            )
        return events
