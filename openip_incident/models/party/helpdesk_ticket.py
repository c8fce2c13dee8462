# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

UNDELIVERED = ("failed", "bounced")


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _get_incident_parties(self):
        """Return who follows this incident by mail: customer, then integrator."""
        self.ensure_one()
        customer, integrator = self.partner_id, self.integrator_id
        return customer if customer == integrator else customer + integrator

    def _get_incident_party(self, partner):
        """Return the party that a contact speaks for.

        :param partner: anybody
        :return: the customer, the integrator, or nobody
        """
        self.ensure_one()
        # SUDO: belonging to a party is decided by the contacts as they are, not by
        # those that the current user may read.
        partner, parties = partner.sudo(), self.sudo()._get_incident_parties()
        # One query for all of them.
        (partner | parties).mapped("partner_share")
        for party in parties:
            if partner and partner._is_incident_staff_of(party):
                return party
        return self.env["res.partner"]

    def _get_other_incident_party(self, party):
        """Return the party across the table, nobody where one company is both."""
        self.ensure_one()
        return self._get_incident_parties().filtered(
            lambda other: other.incident_party_id != party.incident_party_id
        )

    def _get_awaited_parties(self, wait_for):
        """Return the parties whose answer is still waited for.

        :param wait_for: key of ``wait_for``; of either, both are returned
        """
        self.ensure_one()
        both, answered = self._get_incident_parties(), self.answered_party_id
        if wait_for == "both" and answered:
            # Between two parties it is enough to know who answered last.
            return both.filtered(lambda party: party.incident_party_id != answered)
        if self._is_private_request():
            # Whoever has taken its place was never asked.
            return self._get_line_readers(self.private_request_party_id)
        named = {"customer": self.partner_id, "integrator": self.integrator_id}
        return named.get(wait_for) or both

    def _get_unreachable_parties(self):
        """Return the parties to whom no mail is sent: without address, or archived."""
        self.ensure_one()
        return self._get_incident_parties().filtered(
            lambda party: not party.email_normalized or not party.active
        )

    def _get_bounced_parties(self):
        """Return the parties whose mail comes back, whatever it is about."""
        self.ensure_one()
        return self._get_incident_parties().filtered("incident_unreachable_date")

    @api.depends("notice_ids.status", "notice_ids.partner_id")
    def _compute_undelivered_party_ids(self):
        for ticket in self:
            last = {
                notice.partner_id: notice for notice in ticket.notice_ids.sorted("id")
            }
            ticket.undelivered_party_ids = ticket._get_incident_parties().filtered(
                lambda party, last=last: (
                    party in last and last[party].status in UNDELIVERED
                )
            )

    def _get_incident_url(self, party, purpose="view"):
        """Return the page where a party follows the incident, by purpose.

        :param party: the customer or the integrator
        :param purpose: what the link is for
        :return: absolute URL, or False where the party answers by mail only
        """
        self.ensure_one()
        # SUDO: only whether somebody of the party may log in is read.
        return self._get_incident_login_url(
            party.sudo().incident_party_id.incident_staff_ids
        )

    def _get_incident_login_url(self, people):
        """Return the page for people with a login, False where none of them has one."""
        # SUDO: only whether they may log in is read.
        if not people.sudo().user_ids.filtered("share"):
            return False
        return f"{self.get_base_url()}/web/login?redirect=/my/ticket/{self.id}"
