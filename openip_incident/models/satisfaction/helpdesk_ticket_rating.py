# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from ..phases import CLOSED, CONFIRMED

LOWEST, HIGHEST = 1, 5
LONGEST_WORD = 2000
# For how long after closure a party is asked, and may change what it has said: as long
# as a link of the mail of closure is good by default.
ASKED_FOR = timedelta(days=30)


class HelpdeskTicket(models.Model):
    """What a party says of an incident that was confirmed: one score, and a word.

    No message says it: it is no answer, reaches no other party and reopens nothing.
    """

    _name = "helpdesk.ticket"
    _inherit = ["rating.mixin", "helpdesk.ticket"]

    def _is_incident_rated(self):
        """Tell whether the parties are asked now: it was confirmed not long ago."""
        self.ensure_one()
        confirmed = (
            self.is_incident
            and self.incident_phase == CLOSED
            and self.close_reason == CONFIRMED
        )
        return bool(
            confirmed
            and self.closed_date
            and self.closed_date > fields.Datetime.now() - ASKED_FOR
        )

    def _get_incident_rating(self, party):
        """Return what a party has said, whichever of its colleagues said it.

        :param party: ``res.partner``, the reader
        :return: ``rating.rating``
        """
        # SUDO: of all ratings only those of the reader's own company are handed on.
        ratings = (
            self.env["rating.rating"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "=", self.id),
                    ("consumed", "=", True),
                    ("partner_id", "!=", False),
                ],
                order="id",
            )
        )
        company = party.incident_party_id
        return ratings.filtered(
            lambda rating: rating.partner_id.incident_party_id == company
        )[:1]

    def _incident_rate(self, party, score, word):
        """Write down what a party says, or what it says instead.

        :param party: who says it, a party or its colleague
        :param score: from 1, not at all content, to 5
        :param word: plain text, or nothing
        :raises UserError: where nobody is asked, or for another score
        """
        self.ensure_one()
        self._incident_lock()
        if not self._is_incident_rated() or not self._get_incident_party(party):
            raise UserError(self.env._("There is nothing to rate at the moment."))
        if score not in range(LOWEST, HIGHEST + 1):
            raise UserError(self.env._("Please choose one of the five answers."))
        # SUDO: whoever may see the incident says what it thinks of it.
        rating = self.sudo()._get_incident_rating(party)
        vals = {
            "rating": score,
            "feedback": (word or "").strip()[:LONGEST_WORD] or False,
            "partner_id": party.id,
            "consumed": True,
        }
        if rating:
            rating.write(vals)
        else:
            rating.create({**vals, **self._prepare_rating_vals()})
        self._incident_note_rating(party, score)

    def _prepare_rating_vals(self):
        """Return what a rating is about: the incident, and who looked after it."""
        return {
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "res_id": self.id,
            "rated_partner_id": self._rating_get_operator().id,
        }

    def _incident_note_rating(self, party, score):
        """Tell colleagues in the chatter; the word stays with the rating."""
        ticket = self.with_context(lang=self._get_correspondence_lang())
        ticket._message_log(
            body=ticket.env._(
                "%(party)s has rated the handling of the incident: %(score)s of "
                "%(highest)s.",
                party=party.name,
                score=score,
                highest=HIGHEST,
            )
        )

    def _compute_rating_last_value(self):
        """Ask the database of those alone that were rated: no new ticket was."""
        rated = self.filtered("rating_ids")
        (self - rated).rating_last_value = 0
        return super(HelpdeskTicket, rated)._compute_rating_last_value()
