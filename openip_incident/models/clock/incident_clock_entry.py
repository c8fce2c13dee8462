# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.clock_ledger import GTI, GTR, STOP, Entry, Ledger
from ..clocks import CLOCKS, KINDS, STOPPING_PARTIES, VALIDATION

# Texts of people may be blanked; nothing else of an entry ever changes.
BLANKED = {"reason"}


class IncidentClockEntry(models.Model):
    """One fact that the clock of a contract is counted by, with its proof.

    Nobody edits or deletes one: a correction is a void entry with its reason, and a new
    one. It holds no name, address or text of a person, but for its reason.
    """

    _name = "incident.clock.entry"
    _description = "Entry of a Contract's Clock"
    _order = "ticket_id, sequence"
    _rec_name = "kind"

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Incident",
        required=True,
        index=True,
        ondelete="restrict",
        help="The incident whose clock it is.",
    )
    sequence = fields.Integer(
        string="Number",
        required=True,
        help="In which order the entries of the incident were written.",
    )
    kind = fields.Selection(
        selection=KINDS,
        required=True,
        help="What has happened.",
    )
    date = fields.Datetime(
        string="Happened on",
        required=True,
        help="When it happened, which may be long before it was written down.",
    )
    cause_id = fields.Many2one(
        comodel_name="incident.clock.cause",
        index="btree_not_null",
        ondelete="restrict",
        help="Why the clock is stopped.",
    )
    party = fields.Selection(
        selection=STOPPING_PARTIES, help="To whom the stopped time is attributed."
    )
    stops_gti = fields.Boolean(
        string="Stops the GTI", help="As it was when the entry was written."
    )
    stops_gtr = fields.Boolean(
        string="Stops the GTR", help="As it was when the entry was written."
    )
    priority = fields.Integer(
        help="Of several stops at once, the smallest gets the time."
    )
    entry_id = fields.Many2one(
        comodel_name="incident.clock.entry",
        string="Concerns",
        index="btree_not_null",
        ondelete="restrict",
        help="The stop that is over, the restoration that was refused, the entry that "
        "is disputed.",
    )
    concerned_ids = fields.One2many(
        comodel_name="incident.clock.entry",
        inverse_name="entry_id",
        string="Concerned by",
        prefetch=False,
        help="What ended the stop, refused the restoration, judged the dispute.",
    )
    void_id = fields.Many2one(
        comodel_name="incident.clock.entry",
        string="Voids",
        ondelete="restrict",
        help="The entry that does not count any more.",
    )
    version_id = fields.Many2one(
        comodel_name="incident.contract.version",
        string="Contract",
        index="btree_not_null",
        ondelete="restrict",
        help="By what the clock is counted from then on.",
    )
    clock = fields.Selection(
        selection=CLOCKS, help="Which guaranteed time has reached a threshold."
    )
    percent = fields.Integer(help="The threshold that was reached.")
    reason = fields.Text(
        help="What was said of it. It can be blanked, and is not sealed."
    )

    # Proof
    followup_id = fields.Many2one(
        comodel_name="incident.followup",
        string="Follow-up",
        index="btree_not_null",
        ondelete="set null",
        help="The wait, with its mails and their delivery, that proves it.",
    )
    message_id = fields.Many2one(
        comodel_name="mail.message",
        string="Message",
        index="btree_not_null",
        ondelete="set null",
        help="The answer that proves it.",
    )
    checksum = fields.Char(
        required=True,
        help="Seals this entry and all before it.",
    )

    _sequence_uniq = models.Constraint(
        "UNIQUE(ticket_id, sequence)", "The ledger of an incident has one order."
    )
    _void_uniq = models.UniqueIndex(
        "(void_id) WHERE void_id IS NOT NULL", "This entry was voided already."
    )
    _alert_uniq = models.UniqueIndex(
        "(ticket_id, clock, percent) WHERE kind = 'alert'",
        "This threshold was told already.",
    )

    @api.depends("kind", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for entry in self:
            entry.display_name = f"{entry.sequence}. {labels.get(entry.kind, '')}"

    # Nobody edits it

    def write(self, vals):
        """Refuse, but for blanking what people wrote.

        :raises UserError: for any other change, whoever makes it
        """
        self.check_access("write")
        if set(vals) - BLANKED or any(vals.values()):
            raise UserError(
                self.env._(
                    "The ledger of a clock is not edited: void the entry, with the "
                    "reason, and write a new one."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("The ledger of a clock is not deleted: void the entry instead.")
        )

    # Reading

    @api.model
    def _read_ledgers(self, tickets):
        """Return the entries of incidents, read by one query.

        :return: dict of ticket id: entries, in their order
        """
        names = [name for name, one in self._fields.items() if one.prefetch]
        entries = self.search_fetch([("ticket_id", "in", tickets.ids)], names)
        found = entries.grouped(lambda entry: entry.ticket_id.id)
        return {ticket.id: found.get(ticket.id, self.browse()) for ticket in tickets}

    def _get_ledger(self):
        """Return what these entries of one incident say together: ``Ledger``."""
        return Ledger(entry._to_fact() for entry in self)

    def _to_fact(self):
        flags = {GTI: self.stops_gti, GTR: self.stops_gtr}
        version = self.version_id
        return Entry(
            key=self.id,
            kind=self.kind,
            date=self.date,
            refers=self.void_id.id or self.entry_id.id,
            terms=version._get_terms().terms if version else {},
            cause=self.cause_id.id,
            priority=self.priority,
            stops=frozenset(name for name, stops in flags.items() if stops),
        )

    def _get_alive(self, kind):
        """Return the entries of a kind that were not voided."""
        void = self.void_id
        return self.filtered(lambda entry: entry.kind == kind and entry not in void)

    def _get_ends(self):
        """Return what ended the stops, or refused the restorations, among these.

        :return: dict of id: the earliest entry that concerns it
        """
        ends = {}
        void = self.void_id
        for entry in self.sorted(lambda one: (one.date, one.id), reverse=True):
            if entry.kind in ("resume", "refused") and entry not in void:
                ends[entry.entry_id.id] = entry
        return ends

    def _get_open_stops(self):
        """Return the stops among these that go on."""
        ends = self._get_ends()
        return self._get_alive(STOP).filtered(lambda stop: stop.id not in ends)

    def _filter_by_hand(self):
        """Return the stops among these that agents have entered."""
        return self.filtered(lambda one: not one.cause_id.key and not one.followup_id)

    def _filter_validation(self):
        """Return the stops among these while the parties are asked."""
        causes = self.env["incident.clock.cause"]
        cause_id = causes._get_automatic_id(VALIDATION)
        return self.filtered(lambda one: one.cause_id.id == cause_id)
