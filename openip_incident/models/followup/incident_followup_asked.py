# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ..phases import REQUEST_KINDS


class IncidentFollowup(models.Model):
    """What is waited for: what was asked, and of whom.

    Kept from its beginning: an incident that is frozen does not say it any more.
    """

    _inherit = "incident.followup"

    request_kind = fields.Selection(
        selection=REQUEST_KINDS,
        string="Requested from the parties",
        readonly=True,
        help="Whether the parties were asked for information or for an action; empty "
        "where nothing was requested.",
    )
    asked_party_id = fields.Many2one(
        comodel_name="res.partner",
        string="Asked alone",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The party that alone was asked what is waited for: the other one reads "
        "of no question.",
    )

    @api.model
    def _prepare_asked(self, ticket):
        """Return what a follow-up notes of the request that it begins with.

        :param ticket: the incident, in the stage that it has entered
        """
        return {
            "request_kind": ticket.stage_id.incident_request_kind,
            "asked_party_id": ticket._is_private_request()
            and ticket.private_request_party_id.id,
        }
