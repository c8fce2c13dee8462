# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_datetime

from ..phases import OUR_TURN, REGISTERED


class HelpdeskTicket(models.Model):
    """Whose turn it is: what agents filter by, and what the form tells them."""

    _inherit = "helpdesk.ticket"

    @api.depends("is_incident", "incident_phase", "answer_unread")
    def _compute_our_turn(self):
        for ticket in self:
            ticket.our_turn = ticket.is_incident and (
                ticket.incident_phase in OUR_TURN or ticket.answer_unread
            )

    def _search_our_turn(self, operator, value):
        if operator != "in":
            return NotImplemented
        ours = Domain("is_incident", "=", True) & (
            Domain("incident_phase", "in", OUR_TURN)
            | Domain("answer_unread", "=", True)
        )
        return ours if True in value else ~ours

    @api.depends(
        "answer_unread",
        "incident_phase",
        "next_step",
        "undelivered_party_ids",
        "unreachable_party_ids",
        "wait_for",
    )
    @api.depends_context("lang")
    def _compute_incident_banner(self):
        for ticket in self:
            lines = ticket._get_incident_banner_lines() if ticket.is_incident else []
            ticket.incident_banner = Markup("<br/>").join(lines)

    def _get_incident_banner_lines(self):
        """Return the sentences that say who has to do what now."""
        self.ensure_one()
        lines = []
        if self.answer_unread:
            lines.append(self.env._("A party has answered: please read it."))
        lines += self._get_waiting_lines()
        if self.next_step:
            lines.append(self.next_step)
        return lines + self._get_unreachable_lines()

    def _get_unreachable_lines(self):
        """Return the sentences that name who does not get what is written."""
        lines = []
        addressless, bounced = (
            self._get_unreachable_parties(),
            self._get_bounced_parties(),
        )
        for party in addressless.filtered("active"):
            lines.append(
                self.env._(
                    "%(party)s has no e-mail address and receives nothing.",
                    party=party.display_name,
                )
            )
        for party in addressless - addressless.filtered("active"):
            lines.append(
                self.env._(
                    "%(party)s is archived and receives nothing. Its answers count.",
                    party=party.display_name,
                )
            )
        for party in bounced - addressless:
            lines.append(
                self.env._(
                    "%(party)s cannot be reached at %(address)s since %(date)s: "
                    "%(reason)s",
                    party=party.display_name,
                    address=party.incident_unreachable_email,
                    date=format_datetime(self.env, party.incident_unreachable_date),
                    reason=party.incident_unreachable_reason or "?",
                )
            )
        for party in self.undelivered_party_ids - bounced:
            lines.append(
                self.env._(
                    "The last mail to %(party)s was not delivered.",
                    party=party.display_name,
                )
            )
        return lines

    def _get_waiting_lines(self):
        self.ensure_one()
        if self.incident_phase in ("waiting", "frozen"):
            return [self._get_waiting_line()]
        if self.incident_phase == "closure":
            return [self.env._("Solved: the parties are asked to confirm closure.")]
        if self.incident_phase == REGISTERED and self._origin:
            return [
                self.env._("Not validated yet: open it, ask for more or reject it.")
            ]
        return []

    def _get_waiting_line(self):
        labels = dict(self._fields["wait_for"]._description_selection(self.env))
        customer, integrator = self.partner_id.name, self.integrator_id.name
        awaited = {"customer": customer, "integrator": integrator}.get(self.wait_for)
        if not integrator:
            awaited = customer
        return self.env._(
            "Waiting for an answer: %(awaited)s.",
            awaited=awaited or labels.get(self.wait_for),
        )
