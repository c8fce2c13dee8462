# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ...tools.clock_ledger import seal

# What the checksum of an entry seals, beside the checksum before it.
SEALED = (
    "ticket_id",
    "sequence",
    "kind",
    "date",
    "cause_id",
    "party",
    "stops_gti",
    "stops_gtr",
    "priority",
    "entry_id",
    "void_id",
    "version_id",
    "clock",
    "percent",
)


class IncidentClockEntry(models.Model):
    """The chain of checksums of each incident's ledger."""

    _inherit = "incident.clock.entry"

    @api.model
    def _append(self, rows):
        """Write entries at the ends of the ledgers of incidents.

        :param rows: dict of ticket, locked by the caller: (its entries, list of values)
        :return: dict of ticket: its entries, the new ones included
        """
        # SUDO: only the process writes entries, whoever does what they say.
        model = self.sudo()
        vals_list, owners = [], []
        for ticket, (entries, new) in rows.items():
            last = entries[-1:]
            sequence, checksum = last.sequence, last.checksum or ""
            for vals in new:
                sequence += 1
                vals = {**vals, "ticket_id": ticket.id, "sequence": sequence}
                checksum = seal(checksum, model._get_sealed(vals))
                vals_list.append({**vals, "checksum": checksum})
                owners.append(ticket)
        written = {ticket: entries for ticket, (entries, _new) in rows.items()}
        created = model.create(vals_list) if vals_list else model
        for ticket, entry in zip(owners, created, strict=True):
            written[ticket] |= entry
        return written

    @api.model
    def _get_sealed(self, vals):
        """Return what is sealed of an entry, in JSON.

        :param vals: dict of values as they are written
        """
        sealed = {name: vals.get(name) or False for name in SEALED}
        return {**sealed, "date": fields.Datetime.to_string(vals["date"])}

    def _find_broken(self):
        """Return the entries of whole ledgers whose checksum is not theirs."""
        broken = self.browse()
        for entries in self.grouped("ticket_id").values():
            checksum = ""
            for number, entry in enumerate(entries.sorted("sequence"), 1):
                vals = {
                    name: entry._fields[name].convert_to_write(entry[name], entry)
                    for name in SEALED
                }
                checksum = seal(checksum, self._get_sealed(vals))
                if (entry.checksum, entry.sequence) != (checksum, number):
                    broken |= entry
                    break
        return broken
