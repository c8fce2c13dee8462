# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import plaintext2html

from ..impacts import IMPACTS, PRIORITIES
from ..words import INTERNAL


class HelpdeskTicket(models.Model):
    """What is concerned: as the reporter named it, and the service that this is.

    A service is entered by itself where what the reporter wrote names exactly one of
    the customer's; agents choose among the others.
    """

    _inherit = "helpdesk.ticket"

    service_id = fields.Many2one(
        comodel_name="incident.service",
        compute="_compute_service_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="The customer's service that does not work. Entered by itself when the "
        "reporter has named exactly one of them by its reference or number.",
    )
    incident_service_party_ids = fields.Many2many(
        comodel_name="res.partner",
        compute="_compute_incident_service_party_ids",
        groups=INTERNAL,
        help="Whose services are offered.",
    )
    incident_customer_phone = fields.Char(
        string="Phone of the customer",
        compute="_compute_incident_phones",
        groups=INTERNAL,
        help="The contact's telephone number, else its company's.",
    )
    incident_integrator_phone = fields.Char(
        string="Phone of the integrator",
        compute="_compute_incident_phones",
        groups=INTERNAL,
        help="The integrator's telephone number, else its company's.",
    )
    # As reported
    incident_service = fields.Char(
        string="Service or line", help="What is concerned, as the reporter named it."
    )
    incident_impact = fields.Selection(
        selection=IMPACTS,
        string="Impact",
        help="How bad it is, as the reporter says. It sets the priority.",
    )
    incident_tried = fields.Text(
        string="Already tried", help="What the reporter has tried already."
    )
    incident_onsite = fields.Text(
        string="On site",
        help="Who is on site: name, telephone number and hours.",
    )

    @api.depends("partner_id", "integrator_id")
    def _compute_incident_service_party_ids(self):
        for ticket in self:
            parties = ticket._get_incident_parties()
            ticket.incident_service_party_ids = parties.incident_party_id

    @api.depends("partner_id.phone", "integrator_id.phone")
    def _compute_incident_phones(self):
        for ticket in self:
            for side in ("customer", "integrator"):
                party = (
                    ticket.partner_id if side == "customer" else ticket.integrator_id
                )
                phones = party._get_incident_phones()
                ticket[f"incident_{side}_phone"] = phones[0] if phones else False

    @api.depends("company_id", "incident_service", "integrator_id", "partner_id")
    def _compute_service_id(self):
        """Keep a service of the parties, else enter the one that is named for sure."""
        unsettled = self.browse()
        for ticket in self:
            service = ticket.service_id
            if service and ticket._is_incident_service_known(service):
                ticket.service_id = service
            else:
                ticket.service_id = False
                unsettled |= ticket
        for ticket, found in unsettled._find_incident_services().items():
            if len(found) == 1:
                ticket.service_id = found

    def _is_incident_service_known(self, service):
        """Tell whether a service belongs to a party of this incident."""
        self.ensure_one()
        if service.company_id and service.company_id != self.company_id:
            return False
        parties = self._get_incident_parties().incident_party_id
        return not parties or service.party_id in parties

    def _find_incident_services(self):
        """Return the customer's services that the reporter has named.

        :return: dict of ticket: ``incident.service``, for those who have named any
        """
        asking = self.filtered(
            lambda ticket: ticket.incident_service and ticket.partner_id
        )
        if not asking:
            return {}
        services = self.env["incident.service"].search(
            [("party_id", "in", asking.partner_id.incident_party_id.ids)]
        )
        by_party = services.grouped("party_id")
        found = {}
        for ticket in asking:
            party = ticket.partner_id.incident_party_id
            own = by_party.get(party._origin, services.browse()).filtered(
                lambda one, ticket=ticket: (
                    not one.company_id or one.company_id == ticket.company_id
                )
            )
            named = own._find_named(ticket.incident_service)
            if named:
                found[ticket] = named
        return found

    @api.constrains("service_id")
    def _check_service_id(self):
        """Refuse the service of somebody else: the parties would read of it (G9)."""
        for ticket in self.filtered("service_id"):
            # SUDO: whose service it is must not depend on what the user may read.
            ticket = ticket.sudo()
            if not ticket._is_incident_service_known(ticket.service_id):
                raise ValidationError(
                    self.env._(
                        "%(service)s is a service of %(owner)s, who is no party of "
                        "%(number)s.",
                        service=ticket.service_id.display_name,
                        owner=ticket.service_id.party_id.display_name,
                        number=ticket.number,
                    )
                )

    @api.onchange("service_id")
    def _onchange_service_id(self):
        """Enter the customer of a line that a caller has named."""
        if self.is_incident and self.service_id and not self.partner_id:
            self.partner_id = self.service_id.partner_id

    @api.onchange("incident_impact")
    def _onchange_incident_impact(self):
        """Make urgent what is bad, as the form does."""
        if self.is_incident and self.incident_impact:
            self.priority = PRIORITIES[self.incident_impact]

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        """Let the title of an incident say it all: nobody types twice in a call."""
        return super().create(
            [self._complete_incident_description(vals) for vals in vals_list]
        )

    @api.model
    def _complete_incident_description(self, vals):
        if not vals.get("name") or vals.get("description"):
            return vals
        team_id = vals.get("team_id", self.env.context.get("default_team_id"))
        if not self.env["helpdesk.ticket.team"].browse(team_id).incident_process:
            return vals
        return {**vals, "description": plaintext2html(vals["name"])}
