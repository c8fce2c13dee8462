# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import fields, models

from .arrival import carry_arrival, carry_proof, get_arrival

# What is processed within that time was never kept waiting.
SOON = timedelta(minutes=1)


class HelpdeskTicket(models.Model):
    """A wait ends for the clock when the answer arrives, not when it is read."""

    _inherit = "helpdesk.ticket"

    def _incident_receive_answer(self, party, message):
        # SUDO: whether a clock runs decides what is written, whoever answers.
        if not self.sudo().incident_contract_version_id:
            return super()._incident_receive_answer(party, message)
        known = get_arrival(self.env)
        date = known or self._get_arrival_date(message)
        carried = carry_proof(carry_arrival(self, date), message_id=message.id)
        res = super(HelpdeskTicket, carried)._incident_receive_answer(party, message)
        if known or date < fields.Datetime.now() - SOON:
            # SUDO: follow-ups are written by the process only.
            carried.sudo()._incident_end_earlier(party, date)
        return res

    def _get_arrival_date(self, message):
        """Return when a message reached us.

        A mail that could not be processed at once has been there since it was received.
        """
        now = fields.Datetime.now()
        if message.message_type != "email" or not message.message_id:
            return now
        # SUDO: only the date of the mail is read, to end the wait that it ends.
        inbounds = self.env["incident.inbound"].sudo()
        received = inbounds.search_fetch(
            [("key", "=", message.message_id)], ["date"], limit=1
        )
        return min(received.date or now, now)

    def _incident_end_earlier(self, party, date):
        """End waits that were over otherwise by what had answered them before.

        :param party: who answered
        :param date: when the answer had arrived, naive UTC
        """
        followups = self.followup_ids.filtered(
            lambda one: (
                one.end_date
                and one.start_date <= date < one.end_date
                and one.wait_for != "both"
                and party in self._get_awaited_parties(one.wait_for)
            )
        )
        for followup in followups:
            known = followup.incident_stop_end_date
            followup.incident_stop_end_date = min(known or date, date)
        followups._incident_reconcile()


class IncidentReview(models.Model):
    _inherit = "incident.review"

    def _do(self, act, *arguments):
        """Count a mail from when it came, however late it is judged."""
        return super(IncidentReview, carry_arrival(self, self.date))._do(
            act, *arguments
        )


class MailMessage(models.Model):
    _inherit = "mail.message"

    def _count_as(self, speaker, ticket):
        """Count a mail from when it was taken in, where nothing says better."""
        if not get_arrival(ticket.env):
            ticket = carry_arrival(ticket, self.create_date.replace(microsecond=0))
        return super()._count_as(speaker, ticket)
