# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import split_every

from ...tools.clock_ledger import GTI, GTR, Ledger
from ...tools.clock_statement import Downtime, count_until, get_month
from ...tools.zones import DEFAULT_ZONE
from ..clocks import ACCEPTED, DENIED, DISPUTE
from ..impacts import DOWN
from .statement import Availability, Line, Statement

BATCH = 500
# No zone is further from UTC.
DAY = timedelta(days=1)


class IncidentStatement(models.TransientModel):
    """What the ledgers say of a month: read, counted, and not kept.

    An incident belongs to the month in which it was restored, by the zone of its
    contract: it is counted once, and whole. What was not restored at the end of a
    month stands apart, counted until then.
    """

    _inherit = "incident.statement"

    @api.model
    def _compile(self, month, domain):
        """Return what the ledgers of incidents say of a month: ``Statement``.

        :param month: its first day
        :param domain: which incidents, among those that the user may read
        """
        statement, services = Statement(month), defaultdict(Downtime)
        ids = self._find_stated_ids(month, domain)
        for batch in split_every(BATCH, ids, self.env["helpdesk.ticket"].browse):
            self._add_batch(statement, services, batch)
        for lines in (statement.restored, statement.unrestored):
            lines.sort(key=lambda line: (line.restored or line.start, line.number))
        statement.services.extend(self._prepare_services(services))
        used = {key for line in statement.lines for key in _get_cause_ids(line)}
        # SUDO: the names of causes are read by whoever reads what they stopped.
        causes = self.env["incident.clock.cause"].sudo().browse(used)
        statement.causes.update((cause.id, cause.name) for cause in causes)
        return statement

    @api.model
    def _find_stated_ids(self, month, domain):
        """Return the incidents that may be in a statement: begun, not restored before.

        :return: list of ids
        """
        first, last = get_month(month, "UTC")
        tickets = self.env["helpdesk.ticket"].with_context(active_test=False)
        begun = Domain("incident_contract_version_id", "!=", False)
        query = tickets._search(domain & begun, order="id")
        self.env["incident.clock.entry"].flush_model()
        entry, ticket = SQL.identifier("incident_clock_entry"), SQL("ticket.id")
        restored = SQL(
            """SELECT FROM %(entry)s r WHERE r.ticket_id = %(ticket)s
                AND r.kind = 'restored' AND r.date < %(first)s
                AND NOT EXISTS (SELECT FROM %(entry)s v WHERE v.void_id = r.id)
                AND NOT EXISTS (SELECT FROM %(entry)s f WHERE f.entry_id = r.id
                    AND f.kind = 'refused' AND NOT EXISTS (
                    SELECT FROM %(entry)s w WHERE w.void_id = f.id))""",
            entry=entry,
            ticket=ticket,
            first=first - DAY,
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT ticket.id FROM helpdesk_ticket ticket
                    WHERE ticket.id IN %(among)s AND EXISTS (
                        SELECT FROM %(entry)s s WHERE s.ticket_id = %(ticket)s
                        AND s.kind = 'start' AND s.date < %(last)s)
                    AND NOT EXISTS (%(restored)s) ORDER BY ticket.id""",
                among=query.subselect(),
                entry=entry,
                ticket=ticket,
                last=last + DAY,
                restored=restored,
            )
        )
        return [one for [one] in rows]

    def _add_batch(self, statement, services, tickets):
        """Add incidents to a statement.

        :param services: dict of service id: ``Downtime``
        :param tickets: ``helpdesk.ticket``
        """
        now = fields.Datetime.now()
        # SUDO: which incidents the user may read was decided when they were searched;
        # what stands in their ledgers is read with them.
        tickets = tickets.sudo()
        ledgers = self.env["incident.clock.entry"].sudo()._read_ledgers(tickets)
        for ticket in tickets:
            entries = ledgers[ticket.id]
            ledger = entries._get_stated_ledger()
            zone = ticket.incident_contract_version_id.tz or DEFAULT_ZONE
            first, end = get_month(statement.month, zone)
            start = ledger.start
            if start is None or start >= end or start > now:
                continue
            over = ledger.get_end(GTR)
            if over is None or over >= first:
                line = ticket._prepare_statement_line(entries, ledger, end, now)
                lines = statement.restored if line.restored else statement.unrestored
                lines.append(line)
                if ticket.service_id and ticket.incident_impact == DOWN:
                    services[ticket.service_id.id].add(ledger, first, end, now)
        # Only texts and numbers are kept of a batch.
        self.env["incident.clock.entry"].invalidate_model(flush=False)

    def _prepare_services(self, services):
        """Return how much of the month services worked: list of ``Availability``.

        :param services: dict of id: ``Downtime``
        """
        # SUDO: the services are those of incidents that the user may read.
        records = self.env["incident.service"].sudo().browse(services)
        rows = [(one.display_name, services[one.id]) for one in records]
        return [
            Availability(name, one.incidents, one.counted, one.down, one.availability)
            for name, one in sorted(rows, key=lambda row: row[0])
        ]


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _prepare_statement_line(self, entries, ledger, month_end, now):
        """Return what a statement says of an incident: ``Line``.

        :param entries: its ledger
        :param ledger: the same, to be counted
        :param month_end: the first moment of the next month, naive UTC
        :param now: until when is known what happened
        """
        moment, ends, counts = min(month_end, now), {}, {}
        for which in (GTI, GTR):
            end = ledger.get_end(which)
            ended = end is not None and end <= now and end < month_end
            ends[which] = end if ended else None
            counts[which] = count_until(ledger, which, moment, ended)
        return Line(
            number=self.number,
            service=self.service_id.display_name or "",
            customer=self.partner_id.display_name or "",
            integrator=self.integrator_id.display_name or "",
            contract=self.incident_contract_version_id.contract_id.name,
            tz=self.incident_contract_version_id.tz,
            start=ledger.start,
            work=ends[GTI],
            restored=ends[GTR],
            counts=counts,
            disputes=entries._count_disputes(),
            checksum=entries[-1:].checksum or "",
        )


class IncidentClockEntry(models.Model):
    _inherit = "incident.clock.entry"

    def _get_stated_ledger(self):
        """Return what these entries say: ``Ledger``, by cause and party."""
        return Ledger(
            replace(entry._to_fact(), cause=(entry.cause_id.id, entry.party))
            for entry in self
        )

    def _count_disputes(self):
        """Return how many disputes there are among these, by what became of them."""
        judged = {
            entry.entry_id.id: entry.kind
            for entry in self
            if entry.kind in (ACCEPTED, DENIED)
        }
        states = [judged.get(one.id, "open") for one in self if one.kind == DISPUTE]
        return {state: states.count(state) for state in ("open", ACCEPTED, DENIED)}


def _get_cause_ids(line):
    return {key[0] for count in line.counts.values() for key in count.by_cause}
