# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import ormcache

from ..words import INTERNAL

SEQUENCE_CODE = "openip.incident"


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    incident_number = fields.Char(
        copy=False,
        readonly=True,
        groups=INTERNAL,
        help="The number drawn for the incident, kept if it leaves the process.",
    )
    former_number = fields.Char(
        copy=False,
        readonly=True,
        index="btree_not_null",
        groups=INTERNAL,
        help="The number before the ticket became an incident.",
    )
    _incident_number_unique = models.UniqueIndex(
        "(number) WHERE is_incident IS TRUE", "This incident number is already in use."
    )

    @api.model
    def _complete_incident_number(self, vals):
        """Return the values of a new ticket with its number, if it is an incident.

        :param vals: values of a ticket to create; its team may not be known yet
        """
        team_id = vals.get("team_id", self.env.context.get("default_team_id"))
        team = self.env["helpdesk.ticket.team"].browse(team_id)
        if not team.incident_process:
            return vals
        number = vals.get("number", "/")
        if number == "/":
            company_id = team.company_id.id or vals.get("company_id")
            number = self._draw_incident_number(
                self.env["res.company"].browse(company_id)
            )
        return {**vals, "number": number, "incident_number": number}

    @api.model
    def _draw_incident_number(self, company):
        """Return the next incident number of a company.

        A company with a sequence of its own for the code counts by itself, the
        others share the one that is shipped.
        """
        sequence = self.env["ir.sequence"].with_company(company or self.env.company)
        # SUDO: whoever may create an incident may draw its number.
        return sequence.sudo().next_by_code(SEQUENCE_CODE) or "/"

    def _ensure_incident_number(self):
        """Give a number to incidents that have none yet, keeping the old one findable.

        The base draws one of its own where the team is computed from the assignee.
        """
        for ticket in self.filtered(
            lambda ticket: ticket.is_incident and not ticket.incident_number
        ):
            number = ticket._draw_incident_number(ticket.company_id)
            former = ticket.number if ticket.number != "/" else False
            ticket.write(
                {
                    "number": number,
                    "incident_number": number,
                    "former_number": former,
                }
            )

    @api.model
    def _get_number_domain(self, numbers):
        """Return the domain of the incidents known by one of these exact numbers."""
        return Domain("is_incident", "=", True) & (
            Domain("number", "in", numbers) | Domain("former_number", "in", numbers)
        )

    @api.model
    @ormcache()
    def _get_number_formats(self):
        """Return what the numbers of incidents look like: see :func:`find_numbers`."""
        # SUDO: how numbers look is on every mail.
        sequences = self.env["ir.sequence"].sudo()
        sequences = sequences.search([("code", "=", SEQUENCE_CODE)])
        return [(item.prefix, item.suffix, item.padding) for item in sequences]
