# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from .helpdesk_ticket_link import RATING


class IncidentPage(models.AbstractModel):
    """What a party is asked once it has confirmed that everything works."""

    _inherit = "incident.page"

    def _get_page(self, view):
        return {**super()._get_page(view), "rating": self._get_rating(view)}

    def _get_rating(self, view):
        """Return the question of satisfaction, nothing for who is not asked.

        :return: dict of ``scores``; of ``score``, ``answer`` and ``word`` that were
            given; and where an answer goes: ``action`` and ``token``
        """
        ticket = view.ticket
        if view.looks_on or not ticket._is_incident_rated():
            return {}
        given = ticket._get_incident_rating(view.party)
        path, _sign, token = view.get_path(RATING).partition("?token=")
        scores = self._get_scores()
        return {
            "scores": scores,
            "score": int(given.rating),
            "answer": dict(scores).get(int(given.rating), ""),
            "word": given.feedback or "",
            "action": path,
            "token": token,
        }

    def _get_scores(self):
        """Return the answers, the best first: list of (score, what it means)."""
        return [
            (5, self.env._("Very satisfied")),
            (4, self.env._("Satisfied")),
            (3, self.env._("Neither")),
            (2, self.env._("Dissatisfied")),
            (1, self.env._("Very dissatisfied")),
        ]
