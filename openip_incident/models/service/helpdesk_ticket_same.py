# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

from ..phases import CLOSED
from ..words import INTERNAL

SHOWN = 3
OTHERS = 5
SHOWN_OF_OTHERS = ["number", "name", "service_id", "incident_phase", "create_date"]

LINK = Markup("<a href='/odoo/incidents/%s'>%s</a>")


class HelpdeskTicket(models.Model):
    """What else is open: a caller's second incident is seen before it is opened."""

    _inherit = "helpdesk.ticket"

    incident_customer_open_count = fields.Integer(
        string="Open incidents",
        compute="_compute_incident_open_counts",
        groups=INTERNAL,
        help="Other incidents of this customer that are not closed.",
    )
    incident_service_open_count = fields.Integer(
        string="On this service",
        compute="_compute_incident_open_counts",
        groups=INTERNAL,
        help="Other incidents on this service that are not closed.",
    )

    incident_other_ids = fields.Many2many(
        comodel_name="helpdesk.ticket",
        string="Other open incidents",
        compute="_compute_incident_other_ids",
        groups=INTERNAL,
        help="Open incidents of this customer, those on the same service first.",
    )

    @api.depends("incident_customer_open_count", "partner_id", "service_id")
    def _compute_incident_other_ids(self):
        for ticket in self:
            ticket.incident_other_ids = ticket._find_incidents_open()

    def _find_incidents_open(self):
        """Return the other open incidents of the customer: the newest few."""
        self.ensure_one()
        party = self.partner_id.incident_party_id._origin
        if not party:
            return self.browse()
        domain = self._get_incident_open_domain() & Domain(
            "id", "not in", self._origin.ids
        )
        own = Domain("customer_party_id", "=", party.id)
        same = self.search_fetch(
            self._get_incident_same_domain(), SHOWN_OF_OTHERS, limit=OTHERS
        )
        if not self.incident_customer_open_count:
            return same
        others = self.search_fetch(
            domain & own, SHOWN_OF_OTHERS, limit=OTHERS, order="id desc"
        )
        return (same | others)[:OTHERS]

    @api.depends("partner_id", "service_id", "is_incident")
    def _compute_incident_open_counts(self):
        by_party = self._count_incidents_open("customer_party_id", self.partner_id)
        by_service = self._count_incidents_open("service_id", self.service_id)
        for ticket in self:
            own = ticket._origin if ticket._origin.is_incident else ticket.browse()
            # Only what was counted is left out.
            counted = own.active and own.incident_phase != CLOSED
            own = own if counted else own.browse()
            party = ticket.partner_id.incident_party_id._origin
            service = ticket.service_id._origin
            ticket.incident_customer_open_count = by_party.get(party, 0) - bool(
                party and own.customer_party_id == party
            )
            ticket.incident_service_open_count = by_service.get(service, 0) - bool(
                service and own.service_id == service
            )

    @api.model
    def _count_incidents_open(self, name, records):
        """Return how many incidents are open, by party or by service.

        :param name: field by which they are counted
        :param records: contacts, whose parties are meant, or services
        """
        if name == "customer_party_id":
            records = records.incident_party_id
        if not records._origin:
            return {}
        groups = self._read_group(
            self._get_incident_open_domain() & Domain(name, "in", records._origin.ids),
            [name],
            ["__count"],
        )
        return dict(groups)

    @api.model
    def _get_incident_open_domain(self):
        return Domain("is_incident", "=", True) & Domain("incident_phase", "!=", CLOSED)

    def _get_incident_same_domain(self):
        """Return the domain of the other open incidents on the same service."""
        self.ensure_one()
        return (
            self._get_incident_open_domain()
            & Domain("service_id", "in", self.service_id._origin.ids)
            & Domain("id", "not in", self._origin.ids)
        )

    def action_view_incidents_of_customer(self):
        """Show the open incidents of the same customer."""
        self.ensure_one()
        party = self.partner_id.incident_party_id
        return self._view_incidents_open(Domain("customer_party_id", "=", party.id))

    def action_view_incidents_of_service(self):
        """Show the open incidents on the same service."""
        self.ensure_one()
        return self._view_incidents_open(Domain("service_id", "=", self.service_id.id))

    def _view_incidents_open(self, domain):
        action = self.env["ir.actions.actions"]._for_xml_id(
            "openip_incident.incident_action"
        )
        return {
            **action,
            "path": False,
            "domain": list(domain & Domain("is_incident", "=", True)),
            "view_mode": "list,kanban,form",
            "views": [
                (view_id, mode)
                for wanted in ("list", "kanban", "form")
                for view_id, mode in action["views"]
                if mode == wanted
            ],
            "context": {"search_default_open": 1, "incident_stages": True},
        }

    # The banner

    @api.depends("service_id")
    def _compute_incident_banner(self):
        return super()._compute_incident_banner()

    def _get_incident_banner_lines(self):
        return [*self._get_incident_same_lines(), *super()._get_incident_banner_lines()]

    def _get_incident_same_lines(self):
        """Return the sentence that names the other open incidents on the service."""
        if not self.service_id or self.incident_phase == CLOSED:
            return []
        others = self.search(
            self._get_incident_same_domain(), order="id desc", limit=SHOWN + 1
        )
        if not others:
            return []
        links = Markup(", ").join(
            LINK % (other.id, f"{other.number} {other.name}")
            for other in others[:SHOWN]
        )
        if len(others) > SHOWN:
            links += Markup("…")
        return [
            self.env._(
                "Open already on %(service)s: %(incidents)s",
                # SUDO: the name of what is on an incident that the user reads.
                service=Markup("%s") % self.sudo().service_id.display_name,
                incidents=links,
            )
        ]
