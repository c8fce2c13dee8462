# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.clock_ledger import CONTRACT, START
from ..words import INTERNAL


class HelpdeskTicket(models.Model):
    """By which contract an incident is counted.

    That of its service, else of its customer, of its integrator, of its team: chosen
    until the incident is opened, kept from then on.
    """

    _inherit = "helpdesk.ticket"

    contract_id = fields.Many2one(
        comodel_name="incident.contract",
        compute="_compute_contract_id",
        store=True,
        readonly=False,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        groups=INTERNAL,
        help="By which the guaranteed times of the incident are counted: that of its "
        "service, else of its customer, of its integrator, of its team. From the "
        "opening on it is kept.",
    )
    incident_contract_version_id = fields.Many2one(
        comodel_name="incident.contract.version",
        string="Version of the contract",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        groups=INTERNAL,
        help="What was agreed when the clock began: later versions do not touch it.",
    )

    @api.depends("service_id", "partner_id", "integrator_id", "team_id")
    def _compute_contract_id(self):
        if not self.env["incident.contract"]._are_there():
            self.contract_id = False
            return
        for ticket in self:
            begun = ticket.incident_contract_version_id
            ticket.contract_id = begun.contract_id or ticket._find_incident_contract()

    def _find_incident_contract(self):
        """Return the contract that counts for this incident."""
        self.ensure_one()
        # SUDO: what was promised does not depend on who registers the incident.
        ticket = self.sudo()
        if not ticket.team_id.incident_process:
            return self.env["incident.contract"]
        no_company = self.env["res.company"]
        candidates = (
            ticket.service_id.contract_id,
            ticket.partner_id.incident_contract_id,
            ticket.partner_id.incident_party_id.incident_contract_id,
            ticket.integrator_id.incident_contract_id,
            ticket.integrator_id.incident_party_id.incident_contract_id,
            ticket.team_id.incident_contract_id,
        )
        return next(
            (
                contract
                for contract in candidates
                if contract.active
                and contract.company_id in (ticket.company_id, no_company)
            ),
            self.env["incident.contract"],
        )

    @api.constrains("contract_id", "incident_contract_version_id")
    def _check_contract_id(self):
        """Refuse another contract than the ledger's: changing it is an act."""
        # SUDO: what the ledger says does not depend on who may read it.
        tickets = self.sudo()
        begun = tickets.filtered(
            lambda ticket: (
                ticket.incident_contract_version_id or ticket.incident_clock_entry_ids
            )
        )
        for ticket in begun:
            version = ticket.incident_clock_entry_ids._get_version()
            if (ticket.incident_contract_version_id, ticket.contract_id) != (
                version,
                version.contract_id or ticket.contract_id,
            ):
                raise ValidationError(
                    self.env._(
                        "The clock of %(number)s has begun: say why another contract "
                        "counts (Change the contract).",
                        number=ticket.number,
                    )
                )


class IncidentClockEntry(models.Model):
    _inherit = "incident.clock.entry"

    def _get_version(self):
        """Return by which version the clock of these entries is counted now."""
        return self._get_version_at(datetime.max)

    def _get_version_at(self, moment):
        """Return by which version the clock of these entries is counted at a moment.

        :param moment: naive UTC
        """
        later = self._get_alive(CONTRACT).filtered(lambda one: one.date <= moment)
        alive = later or self._get_alive(START)
        return alive.sorted(lambda entry: (entry.date, entry.id))[-1:].version_id
