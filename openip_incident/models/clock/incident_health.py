# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain

from ..health.incident_health import Source
from ..words import INTERNAL

BATCH = 2000
CHECKED = "openip_incident.clock_checked"


class IncidentHealth(models.Model):
    """Shows ledgers that were tampered with, and clocks that are not counted anew."""

    _inherit = "incident.health"

    kind = fields.Selection(
        selection_add=[
            ("clock", "Ledgers of clocks that were tampered with"),
            ("recount", "Clocks that are not counted anew"),
        ],
        ondelete={"clock": "cascade", "recount": "cascade"},
    )

    def _get_clock_source(self):
        broken = Domain("incident_clock_broken", "=", True)
        return Source("helpdesk.ticket", broken, "create_date", late=True)

    def _get_recount_source(self):
        """Return what waits to be counted anew: what cannot be is tried for ever."""
        return Source("incident.clock.recount", Domain.TRUE, "date")


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    incident_clock_broken = fields.Boolean(
        string="Ledger tampered with",
        copy=False,
        readonly=True,
        groups=INTERNAL,
        help="The checksums of the clock's ledger are not those of its entries, or "
        "entries are missing.",
    )
    _clock_seal_idx = models.Index("(id) WHERE incident_clock_seal IS NOT NULL")
    _clock_broken_idx = models.Index(
        "(create_date) WHERE incident_clock_broken IS TRUE"
    )

    @api.autovacuum
    def _gc_check_clocks(self):
        """Check the ledgers, a batch per run, one after the other and over again."""
        if not self.env["incident.contract"]._are_there():
            return None
        parameters = self.env["ir.config_parameter"]
        last = int(parameters.get_param(CHECKED) or 0)
        tickets = self._find_clocks_after(last, BATCH)
        tickets._incident_check_clocks()
        full = len(tickets) == BATCH
        parameters.set_param(CHECKED, tickets[-1:].id if full else False)
        return len(tickets), full

    @api.model
    def _find_clocks_after(self, last, limit):
        """Return the next incidents with a seal or a ledger, each by its index.

        :param last: number of the incident before them
        :param limit: how many at most
        """
        sealed = self.with_context(active_test=False).search(
            [("id", ">", last), ("incident_clock_seal", "!=", False)],
            order="id",
            limit=limit,
        )
        ledgers = self.env["incident.clock.entry"]._read_group(
            [("ticket_id", ">", last)], ["ticket_id"], order="ticket_id", limit=limit
        )
        return sealed.union(*(ticket for [ticket] in ledgers)).sorted("id")[:limit]

    def _incident_check_clocks(self):
        """Note which of these incidents have a ledger that was tampered with."""
        ledgers = self.env["incident.clock.entry"]._read_ledgers(self)
        for ticket in self:
            entries = ledgers[ticket.id]
            # Its end may be missing, or all of it.
            whole = entries[-1:].checksum == ticket.incident_clock_seal
            broken = not whole or bool(entries._find_broken())
            if ticket.incident_clock_broken != broken:
                ticket._incident_set_clock({"incident_clock_broken": broken})
