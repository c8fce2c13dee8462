# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ..followups import ANNOUNCE


class HelpdeskTicket(models.Model):
    """Whom a step writes to when it concerns one party alone."""

    _inherit = "helpdesk.ticket"

    def _get_step_lines(self, events):
        """Return of which incidents what a step says concerns one party alone.

        That closure is announced concerns both: the mail has none of the question.

        :param events: dict of ticket id: event
        :return: dict of ticket id: the company that was asked
        """
        none = self.env["incident.followup.event"]
        return {
            ticket.id: ticket.private_request_party_id
            for ticket in self
            if ticket._is_private_request()
            and events.get(ticket.id, none).action != ANNOUNCE
        }

    def _get_step_readers(self, parties, lines):
        """Return whom a step writes to.

        :param parties: dict of ticket id: whom to write to, or nothing for everybody
        :param lines: what :meth:`_get_step_lines` has found
        :return: dict of ticket id: parties, or nothing for everybody
        """
        if not lines:
            return parties
        readers = {}
        for ticket in self:
            readers[ticket.id] = (
                parties[ticket.id] if parties else ticket._get_correspondents()
            )
            if ticket.id in lines:
                readers[ticket.id] &= ticket._get_line_readers(lines[ticket.id])
        return readers

    def _incident_tell_unasked(self):
        """Tell who knows nothing of a request that the incident is frozen (P5)."""
        tickets = self.filtered(lambda ticket: ticket._is_private_request())
        template = tickets and self.env.ref(ON_HOLD_TEMPLATE, raise_if_not_found=False)
        readers, facts = {}, {}
        for ticket in tickets:
            asked = ticket._get_line_readers(ticket.private_request_party_id)
            readers[ticket.id] = ticket._get_correspondents() - asked
            names = (asked or ticket.private_request_party_id).mapped("name")
            facts[ticket.id] = {"asked": ", ".join(names)}
        told = tickets.filtered(lambda ticket: readers[ticket.id])
        if template and told:
            told._correspond(
                template,
                parties={ticket.id: readers[ticket.id] for ticket in told},
                facts=facts,
            )


# What the party reads that was not asked, when the incident is frozen.
ON_HOLD_TEMPLATE = "openip_incident.mail_template_on_hold"
