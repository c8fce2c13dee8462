# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..outages import LASTING
from ..phases import CLOSED
from ..words import INTERNAL


class HelpdeskTicket(models.Model):
    """The outage that a caller's service is hit by: told before anything is typed."""

    _inherit = "helpdesk.ticket"

    incident_outage_candidate_id = fields.Many2one(
        comodel_name="incident.outage",
        string="Hit by",
        compute="_compute_incident_outage_candidate_id",
        groups=INTERNAL,
        help="An outage that lasts and hits the service, or another service of the "
        "customer: the incident can be attached to it.",
    )
    incident_outage_notice = fields.Char(
        string="What is known of it",
        compute="_compute_incident_outage_candidate_id",
        groups=INTERNAL,
        help="Which outage hits the service or the customer, and since when.",
    )

    @api.depends(
        "service_id",
        "partner_id",
        "company_id",
        "outage_id",
        "is_incident",
        "incident_phase",
    )
    @api.depends_context("lang", "tz")
    def _compute_incident_outage_candidate_id(self):
        outages = self.env["incident.outage"]
        for ticket in self:
            outage, notice = outages, False
            if ticket._may_incident_be_told():
                outage = ticket._find_incident_outage()
            if outage:
                notice = ticket._describe_outage(outage)
            ticket.incident_outage_candidate_id = outage
            ticket.incident_outage_notice = notice

    def _may_incident_be_told(self):
        """Tell whether this incident may still turn out to be part of an outage."""
        return self.is_incident and not self.outage_id and self.incident_phase != CLOSED

    def _find_incident_outage(self):
        """Return the outage that hits the service, else one that hits the customer."""
        self.ensure_one()
        outages = self.env["incident.outage"]
        company = Domain("company_id", "=", self.company_id.id)
        found = outages._find_lasting_of(self.service_id).filtered_domain(company)
        party = self.partner_id.incident_party_id._origin
        if found or self.service_id or not party:
            return found[:1]
        hit = Domain("service_ids.party_id", "=", party.id)
        return outages._find_current(company & Domain("state", "in", LASTING) & hit)[:1]

    def _describe_outage(self, outage):
        """Return in a sentence what an agent tells a caller."""
        facts = {
            "outage": outage.display_name,
            "state": outage.state_words,
            "date": outage._say_date(outage.begin_date),
        }
        service = self.service_id & outage.service_ids
        if service:
            sentence = self.env._(
                "%(service)s is hit by %(outage)s (%(state)s, since %(date)s).",
                service=service.display_name,
                **facts,
            )
        else:
            sentence = self.env._(
                "This customer is hit by %(outage)s (%(state)s, since %(date)s).",
                **facts,
            )
        if not outage.expected_end_date:
            return sentence
        end = self.env._(
            "Expected end: %(date)s.", date=outage._say_date(outage.expected_end_date)
        )
        return f"{sentence} {end}"

    def action_incident_attach_candidate(self):
        """Attach incidents to the outage that their service is hit by."""
        for ticket in self:
            outage = ticket.incident_outage_candidate_id
            if not outage:
                raise UserError(
                    self.env._(
                        "%(number)s is hit by no outage any more.", number=ticket.number
                    )
                )
            outage.action_attach(ticket)
        return True
