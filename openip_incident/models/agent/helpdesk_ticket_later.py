# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ..phases import ACTS, ESCALATED, IN_PROGRESS


class HelpdeskTicket(models.Model):
    """Which mails of an act its readers want later, or not at all."""

    _inherit = "helpdesk.ticket"

    def _get_incident_letter_parties(self, act, facts):
        """Count no mail to who wants no updates by mail."""
        parties = super()._get_incident_letter_parties(act, facts)
        if not self._is_incident_news_act(act, facts):
            return parties
        return parties - self._filter_incident_news_readers(
            parties, wanted=False, moves=act != "update"
        )

    def _count_incident_later(self, act, **facts):
        """Return how many mails of an act wait for the next morning.

        :param act: key of the wizard's act
        :param facts: see :meth:`_get_incident_letters`, and whether it has ``files``
        """
        count = 0
        for ticket in self:
            if ticket._is_incident_news_act(act, facts):
                parties = ticket._get_incident_letter_parties(act, facts)
                reached = parties._filter_distinct_addresses()
                later = ticket._filter_incident_news_readers(
                    reached, moves=act != "update"
                )
                count += len(later)
        return count

    def _is_incident_news_act(self, act, facts):
        """Tell whether an act writes news, which waits unless it carries files."""
        if facts.get("files"):
            return False
        if act == "update":
            return True
        phase = facts["stage"].incident_phase if act == "enter" else ACTS.get(act)
        return phase in (IN_PROGRESS, ESCALATED)

    @api.model
    def _describe_incident_letters(self, letters, later=0):
        """Say of the mails of an act, too, how many of them wait.

        :param later: how many of them leave with the next morning mail
        """
        words = super()._describe_incident_letters(letters)
        if not later:
            return words
        return self.env._(
            "%(mails)s, %(count)s of them in the next morning mail",
            mails=words,
            count=later,
        )
