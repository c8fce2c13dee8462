# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ..correspondence.letter import Letter
from ..phases import CLOSED, CONFIRMED
from ..words import INTERNAL
from .hours import Hours, count_hours


class HelpdeskTicket(models.Model):
    """What managers count by incident: stored where it happens."""

    _inherit = "helpdesk.ticket"

    # Technical numbers are no measures.
    color = fields.Integer(aggregator=None)
    sequence = fields.Integer(aggregator=None)

    incident_first_answer_date = fields.Datetime(
        string="First answered on",
        copy=False,
        readonly=True,
        groups=INTERNAL,
        help="When a colleague has written to a party for the first time: a message, a "
        "request or an update. Mails that leave by themselves are no answer.",
    )
    incident_confirmed_by_id = fields.Many2one(
        comodel_name="res.partner",
        string="Confirmed by",
        copy=False,
        readonly=True,
        index="btree_not_null",
        groups=INTERNAL,
        help="Who has confirmed that the incident is solved: a party on its page, or "
        "the colleague who noted a party's confirmation.",
    )
    incident_reminder_total = fields.Integer(
        string="Reminders in all",
        compute="_compute_incident_reminder_total",
        store=True,
        groups=INTERNAL,
        help="Reminders delivered by all follow-ups of the incident.",
    )
    incident_hours_to_open = Hours(
        string="Hours to open",
        compute="_compute_incident_hours",
        store=True,
        aggregator="avg",
        groups=INTERNAL,
        help="From the report to its validation by support.",
    )
    incident_hours_to_answer = Hours(
        string="Hours to first answer",
        compute="_compute_incident_hours",
        store=True,
        aggregator="avg",
        groups=INTERNAL,
        help="From the report to the first words of a colleague to a party.",
    )
    incident_hours_to_solve = Hours(
        string="Hours to solve",
        compute="_compute_incident_hours",
        store=True,
        aggregator="avg",
        groups=INTERNAL,
        help="From the report to the solution, waiting included. Empty while support "
        "has not called the incident solved, or where that was refused.",
    )
    incident_hours_to_close = Hours(
        string="Hours to close",
        compute="_compute_incident_hours",
        store=True,
        aggregator="avg",
        groups=INTERNAL,
        help="From the report to the closure, waiting included.",
    )

    @api.depends(
        "closed_date",
        "create_date",
        "incident_first_answer_date",
        "is_incident",
        "solved_date",
        "validated_date",
    )
    def _compute_incident_hours(self):
        dates = {
            "incident_hours_to_open": "validated_date",
            "incident_hours_to_answer": "incident_first_answer_date",
            "incident_hours_to_solve": "solved_date",
            "incident_hours_to_close": "closed_date",
        }
        for ticket in self:
            start = ticket.is_incident and ticket.create_date
            for name, date in dates.items():
                ticket[name] = count_hours(start, ticket[date])

    @api.depends("followup_ids.reminder_count")
    def _compute_incident_reminder_total(self):
        # SUDO: a figure of the incident, whoever has caused it to be counted.
        followups = self.env["incident.followup"].sudo()
        # Of what was just created it is known that nobody was asked anything yet. Of
        # others, who reads no follow-ups may have left that there are none.
        known = self._fields["followup_ids"]._get_cache(self.env)
        now = self.env.cr.now()
        asked = [
            one.id
            for one in self._origin
            if known.get(one.id) != () or one.create_date != now
        ]
        counted = asked and followups._read_group(
            [("ticket_id", "in", asked)], ["ticket_id"], ["reminder_count:sum"]
        )
        totals = dict(counted)
        for ticket in self:
            ticket.incident_reminder_total = totals.get(ticket._origin, 0)

    def _incident_apply(self, vals):
        """Record who has confirmed, forget it when the incident is taken up again."""
        stage = self.env["helpdesk.ticket.stage"].browse(vals.get("stage_id"))
        if stage and stage.incident_phase != CLOSED:
            if self.incident_confirmed_by_id:
                vals = {**vals, "incident_confirmed_by_id": False}
        elif vals.get("close_reason") == CONFIRMED:
            me = self.env.user.partner_id.id
            vals = {"incident_confirmed_by_id": me, **vals}
        return super()._incident_apply(vals)

    def _correspond(self, template, letters=None, text=None, automatic=True):
        """Record the first words of a colleague to a party."""
        res = super()._correspond(template, letters, text, automatic)
        if not automatic and not self.env.user.share:
            self._incident_note_first_answer(letters or ())
        return res

    def _incident_note_first_answer(self, letters):
        """Record that a colleague has written to parties.

        :param letters: list of ``Letter``, of incidents that have one of their own
        """
        given = {letter.record.id: letter for letter in letters}
        answered = self.browse()
        for ticket in self.filtered(lambda one: not one.incident_first_answer_date):
            letter = given.get(ticket.id) or Letter(ticket)
            readers = letter.parties
            if readers is None:
                readers = ticket._get_incident_parties()
            # SUDO: only whether a colleague wrote it is read. What a party has said
            # is passed on, it is no answer of ours.
            passed_on = letter.entry and letter.entry.sudo().author_id.partner_share
            if readers._filter_distinct_addresses() and not passed_on:
                answered |= ticket
        name = "incident_first_answer_date"
        answered._incident_set_figures({name: fields.Datetime.now()})
        answered.modified([name])
