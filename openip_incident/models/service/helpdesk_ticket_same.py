# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

from ..phases import CLOSED
from ..words import INTERNAL

SHOWN = 3
OTHERS = 5

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

    @api.depends("is_incident", "partner_id", "service_id")
    def _compute_incident_other_ids(self):
        for ticket in self:
            ticket.incident_other_ids = ticket._find_incidents_open()

    def _find_incidents_open(self):
        """Return the newest few of the others, those on the same service first.

        They are looked for once: banner and counts of a form tell of the same ones.
        """
        self.ensure_one()
        same = self._get_incident_same_domain()
        customer = self._get_incident_customer_domain()
        found = self._search_incidents_open(same | customer)
        if self.service_id and len(found) == OTHERS:
            found = self._search_incidents_open(same) | found
        return (found.filtered_domain(same) | found)[:OTHERS]

    def _search_incidents_open(self, domain):
        """Return the newest few other open incidents of a domain.

        With all columns: the record rules ask for more than is shown. By date, for
        PostgreSQL would walk through the ids where many are open.
        """
        domain &= self._get_incident_open_domain()
        domain &= Domain("id", "not in", self._origin.ids)
        newest = "create_date desc, id desc"
        return self.search_fetch(domain, limit=OTHERS, order=newest)

    @api.depends("incident_other_ids")
    def _compute_incident_open_counts(self):
        if len(self) == 1 and len(self.incident_other_ids) < OTHERS:
            self._count_incident_others()
            return
        by_party, by_service = self._count_incidents_open()
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

    def _count_incident_others(self):
        """Count the others of one incident where so few are open that all are known."""
        others = self.incident_other_ids
        of_customer = others.filtered_domain(self._get_incident_customer_domain())
        on_service = others.filtered_domain(self._get_incident_same_domain())
        self.incident_customer_open_count = len(of_customer)
        self.incident_service_open_count = len(on_service)

    def _count_incidents_open(self):
        """Return how many incidents are open: of each party, and on each service."""
        names = ("customer_party_id", "service_id")
        customers = self._get_incident_customer_domain()
        concerned = customers | self._get_incident_same_domain()
        found = self._read_grouping_sets(
            self._get_incident_open_domain() & concerned,
            [[name] for name in names],
            ["__count"],
        )
        # What has no party, or no service, has nothing in common.
        return [{one: count for one, count in groups if one} for groups in found]

    @api.model
    def _get_incident_open_domain(self):
        return Domain("is_incident", "=", True) & Domain("incident_phase", "!=", CLOSED)

    def _get_incident_customer_domain(self):
        """Return the domain of what concerns the same customer."""
        party = self.partner_id.incident_party_id._origin
        return Domain("customer_party_id", "in", party.ids)

    def _get_incident_same_domain(self):
        """Return the domain of what concerns the same service."""
        return Domain("service_id", "in", self.service_id._origin.ids)

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

    @api.depends("incident_other_ids")
    def _compute_incident_banner(self):
        return super()._compute_incident_banner()

    def _get_incident_banner_lines(self):
        return [*self._get_incident_same_lines(), *super()._get_incident_banner_lines()]

    def _get_incident_same_lines(self):
        """Return the sentence that names the other open incidents on the service."""
        if not self.service_id or self.incident_phase == CLOSED:
            return []
        # Whoever has asked first: each reader is told of what it may read itself.
        others = self.incident_other_ids._origin._filtered_access("read")
        others = others.filtered_domain(self._get_incident_same_domain())
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
