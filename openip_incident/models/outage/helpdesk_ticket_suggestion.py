# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.full_stop import end_once
from ..outages import LASTING
from ..words import INTERNAL
from .helpdesk_ticket_cluster import SITE


class HelpdeskTicket(models.Model):
    """The suggestion on the incident: declare an outage, or attach to one."""

    _inherit = "helpdesk.ticket"

    incident_outage_suggestion = fields.Char(
        string="Reported together",
        compute="_compute_incident_outage_suggestion",
        groups=INTERNAL,
        help="How many other incidents of the same site or kind came with this one.",
    )
    incident_outage_near_id = fields.Many2one(
        comodel_name="incident.outage",
        string="Outage nearby",
        compute="_compute_incident_outage_suggestion",
        groups=INTERNAL,
        help="An outage that lasts and hits the same site or the same kind of service.",
    )

    @api.depends("service_id", "outage_id", "incident_phase")
    @api.depends_context("lang")
    def _compute_incident_outage_suggestion(self):
        for ticket in self:
            key, ids = ticket._find_incident_cluster()
            name = key and ticket._name_cluster(key)
            ticket.incident_outage_suggestion = key and end_once(
                ticket.env._(
                    "%(count)s other incidents at the same time concern %(what)s.",
                    count=len(ids),
                    what=name,
                ),
                name,
            )
            ticket.incident_outage_near_id = key and ticket._find_outage_near(key)

    def _find_incident_cluster(self):
        """Return what this incident came together with: the site counts first.

        :return: (key or nothing, ids of the others)
        """
        self.ensure_one()
        ticket = self._origin
        if (
            not ticket.service_id
            or ticket.company_id.incident_outage_count <= 1
            or ticket.incident_outage_candidate_id
            or not ticket._may_incident_be_told()
        ):
            return None, []
        keys = ticket._get_outage_clusters()
        if not keys:
            return None, []
        # SUDO: how many there are; which ones are opened with the user's own rights.
        clusters = ticket.sudo()._find_outage_clusters(
            ticket.company_id, *ticket._get_outage_window()
        )
        for key in keys:
            if key in clusters:
                return key, [row[0] for row in clusters[key] if row[0] != ticket.id]
        return None, []

    def _find_outage_near(self, key):
        """Return the outage that lasts and has hit the same site or kind.

        :param key: (kind of key, value)
        """
        service = self.sudo().service_id  # SUDO: of what is on the incident.
        same = (
            Domain("service_ids.site", "=ilike", service.site)
            if key[0] == SITE
            else Domain("service_ids.kind_id", "=", service.kind_id.id)
        )
        company = Domain("company_id", "=", self.company_id.id)
        return self.env["incident.outage"]._find_current(
            Domain("state", "in", LASTING) & company & same
        )[:1]

    def action_incident_declare_outage(self):
        """Open the window that makes an outage of what came together."""
        return self._open_outage_window()

    def action_incident_join_outage(self):
        """Open the window that attaches what came together to the outage nearby."""
        return self._open_outage_window(
            default_outage_id=self.incident_outage_near_id.id
        )

    def _open_outage_window(self, **context):
        self.ensure_one()
        key, ids = self._find_incident_cluster()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "openip_incident.incident_outage_attach_wizard_action"
        )
        # Those that the user may change, and this one in any case.
        others = self.search([("id", "in", ids)])
        return {
            **action,
            "context": {
                "active_model": self._name,
                "active_ids": (self | others).ids,
                "default_name": key and self._name_cluster(key),
                **context,
            },
        }
