# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ..models.agent.helpdesk_ticket_restoration import EXPECTATION_ACTS
from ..models.phases import BOTH, PARTIES

# Acts whose text can be for one party alone.
ADDRESSED_ACTS = ("request", "update")
# Acts whose text both parties read.
TOLD_ACTS = ("escalate", "reject", "resolve", "close", *EXPECTATION_ACTS)


class IncidentActWizard(models.TransientModel):
    """Who reads what is typed: chosen for some acts, said for all of them."""

    _inherit = "incident.act.wizard"  # pylint: disable=consider-merging-classes-inherited

    parties = fields.Selection(
        selection=PARTIES,
        string="Addressed to",
        default=BOTH,
        help="What one party alone is told or asked is not shown to the other.",
    )
    readers = fields.Char(
        compute="_compute_readers", help="Who reads the text besides our support."
    )

    def _get_parties_key(self):
        """Return whom the act addresses: key of ``PARTIES``."""
        self.ensure_one()
        return self.parties if self.act in ADDRESSED_ACTS and self.parties else BOTH

    def _get_addressed_parties(self):
        """Return the parties of all incidents whom the act addresses."""
        key, tickets = self._get_parties_key(), self.ticket_ids
        customers, integrators = tickets.partner_id, tickets.integrator_id
        return {"customer": customers, "integrator": integrators}.get(
            key, customers | integrators
        )

    @api.depends("parties", "message_id.incident_private_party_id")
    def _compute_summary(self):
        return super()._compute_summary()

    def _get_letter_facts(self):
        facts = super()._get_letter_facts()
        counted = self.act == "count" and self.message_id.incident_private_party_id
        return {**facts, "parties": self._get_parties_key(), "private": bool(counted)}

    @api.depends("act", "partner_id", "parties", "ticket_ids")
    @api.depends_context("lang")
    def _compute_readers(self):
        for wizard in self:
            wizard.readers = wizard._get_readers()

    def _get_readers(self):
        """Return the sentence above the editor, nothing for an act without a text."""
        if self.act == "reopen":
            return self.env._("Internal note: nobody outside reads it")
        if self.act == "answer":
            return self._get_answer_readers()
        if self.act not in ADDRESSED_ACTS + TOLD_ACTS:
            return False
        key, tickets = self._get_parties_key(), self._get_able_tickets()
        if self._is_batch():
            return self._get_batch_readers(key, len(tickets))
        parties = tickets._get_addressed_parties(key)
        return tickets._format_readers(
            parties, private=parties if key != BOTH else parties.browse()
        )

    def _get_batch_readers(self, key, count):
        if key == "customer":
            return self.env._(
                "Read by the customer alone of each of %(count)s incidents", count=count
            )
        if key == "integrator":
            return self.env._(
                "Read by the integrator alone of each of %(count)s incidents",
                count=count,
            )
        return self.env._(
            "Read by customer and integrator of each of %(count)s incidents",
            count=count,
        )

    def _get_answer_readers(self):
        """Return who reads what somebody said: the other party, too, or not."""
        tickets, partner = self.ticket_ids._origin, self.partner_id._origin
        ticket = tickets[:1]
        asked = ticket.private_request_party_id
        if ticket._is_private_request() and partner.incident_party_id == asked:
            return ticket._format_readers(
                ticket._get_line_readers(asked), private=asked
            )
        if len(tickets) > 1:
            return self._get_batch_readers(BOTH, len(tickets))
        return ticket._format_readers(ticket._get_incident_parties())
