# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain

from ..correspondence.incident_mail_frame import CLOSURE as CLOSURE_ACT
from ..correspondence.incident_mail_frame import SEVERAL
from ..outages import RESOLVED
from ..phases import CLOSED, CLOSURE, OPEN_PHASES, TRANSITIONS
from .joint_draft import CLOSED as CLOSED_MAIL
from .joint_draft import JOINT

TODO = "mail.mail_activity_data_todo"


class IncidentOutage(models.Model):
    """Recovery is proposed, people decide: what is asked, refused and completed."""

    _inherit = "incident.outage"

    unopened_ticket_ids = fields.Many2many(
        comodel_name="helpdesk.ticket",
        string="Never opened",
        compute="_compute_unopened_ticket_ids",
        help="Incidents that were never opened: nobody is asked to confirm their "
        "closure, they stay where they are.",
    )

    @api.depends("ticket_ids.incident_phase", "ticket_ids.validated_date")
    def _compute_unopened_ticket_ids(self):
        members = self._get_open_tickets().filtered(lambda one: not one.validated_date)
        by_outage = members.grouped("outage_id")
        for outage in self:
            outage.unopened_ticket_ids = by_outage.get(outage._origin, False)

    # Asking

    def _get_closure_tickets(self):
        """Return the incidents whose parties are asked to confirm closure (P7)."""
        return self._get_open_tickets().filtered(
            lambda ticket: (
                ticket.validated_date and CLOSURE in TRANSITIONS[ticket.incident_phase]
            )
        )

    def _get_closure_preview(self):
        """Return what asking for closure would do, before anybody is asked.

        :return: dict of counts: incidents, mails and parties
        """
        self.ensure_one()
        tickets = self._get_closure_tickets()
        addresses, companies = set(), set()
        for ticket in tickets:
            for party in ticket._get_incident_parties():
                companies.add(party.incident_party_id.id)
                if party.email_normalized:
                    addresses.add(party.email_normalized)
        return {
            "incidents": len(tickets),
            "mails": len(addresses),
            "parties": len(companies),
        }

    def _request_closure(self, text):
        """Ask each party once about all of its incidents."""
        counts = self._get_closure_preview()
        tickets = self._get_closure_tickets()
        vals = self._prepare_closure_vals(tickets, text)
        together = tickets._incident_together()
        together._incident_move_to(CLOSURE, vals=vals, text=text or None)
        asked = self._get_open_tickets().filtered(
            lambda ticket: ticket.incident_phase == CLOSURE
        )
        # SUDO: follow-ups are written by the process only.
        asked.sudo().followup_id.joint_outage_id = self.id
        if tickets:
            self._log_closure_request(counts)

    def _prepare_closure_vals(self, tickets, text):
        """Return what is said of the solution of incidents, as far as it fits them."""
        began = max(filter(None, tickets.mapped("incident_since")), default=None)
        restored = self.end_date
        if began and began > restored:
            restored = False
        cause = self.cause_id
        if cause.team_ids and tickets.team_id - cause.team_ids:
            cause = cause.browse()
        return tickets._prepare_solution_vals(text, cause, restored)

    def _log_closure_request(self, counts):
        outage = self.with_context(lang=self._get_correspondence_lang())
        # SUDO: a note of the process in the chatter of what was just written.
        outage.sudo()._message_log(
            body=outage.env._(
                "Confirmation was asked for %(incidents)s incidents: %(mails)s mails "
                "to %(parties)s parties.",
                **counts,
            )
        )

    def _get_closure_url(self, party):
        """Return the page on which a party decides, nothing where there is none."""
        return ""

    def _get_correspondence_act(self, party):
        """Invite to decide, but not when what was decided is told."""
        kind = self.env.context.get(JOINT)
        if not kind:
            return super()._get_correspondence_act(party)
        return SEVERAL if kind == CLOSED_MAIL else CLOSURE_ACT

    # What comes of it

    def _is_resolved(self):
        """Tell whether it waits for the parties alone."""
        self.ensure_one()
        return self.state == RESOLVED

    def _note_refusal(self, tickets):
        """Say that something still fails of what was taken for mended."""
        self.ensure_one()
        outage = self.with_context(lang=self._get_correspondence_lang())
        numbers = ", ".join(tickets.mapped("number"))
        outage._message_log(
            body=outage.env._("Still not working: %(numbers)s.", numbers=numbers)
        )
        if self.activity_ids.filtered("outage_refusal"):
            return
        user = self.user_id or self.team_id.user_id
        activity = outage.activity_schedule(
            TODO,
            summary=outage.env._("Somebody says that it still fails"),
            user_id=(user or tickets[:1].user_id or self.env.user).id,
        )
        activity.outage_refusal = True

    @api.model
    def _get_completion_domain(self):
        """Return which outages are resolved, and all of whose incidents are closed."""
        left = [("is_incident", "=", True), ("incident_phase", "in", OPEN_PHASES)]
        done = [("is_incident", "=", True), ("incident_phase", "=", CLOSED)]
        return (
            Domain("state", "=", RESOLVED)
            & Domain("ticket_ids", "any", done)
            & ~Domain("ticket_ids", "any", left)
        )

    def _wake_completion(self):
        """Have the scheduled action complete those of which nothing is open any more.

        Whoever closes an incident holds it, and an outage is held before its incidents:
        completed by who closes the last one, two could wait for each other for ever.
        """
        if self:
            self.env["ir.cron"]._wake("ir_cron_followup_remind", fields.Datetime.now())


class MailActivity(models.Model):
    _inherit = "mail.activity"

    outage_refusal = fields.Boolean(
        string="Still fails after an outage",
        readonly=True,
        help="It says that something of a resolved outage still fails.",
    )
