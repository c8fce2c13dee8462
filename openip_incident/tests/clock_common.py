# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Incidents whose guaranteed time is counted by a contract."""

from odoo import Command

from .followup_common import START, FollowupCommon


class ClockCommon(FollowupCommon):
    """A customer with four hours around the clock, from the freeze on stopped."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract = cls._create_contract("GTR 4 h", around_the_clock=True)
        cls.customer.incident_contract_id = cls.contract
        cls.causes = {
            cause.key or name: cause
            for name in ("no_access", "works", "validation", "waiting_customer")
            for cause in [cls.env.ref(f"openip_incident.clock_cause_{name}")]
        }

    @classmethod
    def _create_contract(cls, name, **version):
        values = {"date_from": "2020-01-01", "gti_hours": 1, "gtr_hours": 4}
        return cls.env["incident.contract"].create(
            {"name": name, "version_ids": [Command.create({**values, **version})]}
        )

    def open(self, **values):
        """Open an incident at the start of the clock."""
        with self.at(START), self.mock_mail_gateway():
            incident = self._create_incident(**values)
            incident.action_incident_open()
            self.flush_tracking()
        return incident

    def get_entries(self, incident):
        return incident.sudo().incident_clock_entry_ids

    def get_kinds(self, incident):
        """Return what the ledger says, in hours after the start."""
        return [
            (entry.kind, (entry.date - START).total_seconds() / 3600)
            for entry in self.get_entries(incident)
        ]

    def assertClock(self, incident, state, consumed, stopped=0):
        """Assert what was counted, in hours."""
        ticket = incident.sudo()
        ticket.invalidate_recordset(
            ["gtr_state", "gtr_consumed_seconds", "gtr_stopped_seconds"]
        )
        self.assertEqual(
            (ticket.gtr_state, ticket.gtr_consumed_seconds, ticket.gtr_stopped_seconds),
            (state, consumed * 3600, stopped * 3600),
        )
