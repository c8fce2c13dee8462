# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ..correspondence.letter import Letter
from ..phases import CLOSED, DUPLICATE, REGISTERED, REJECTED
from ..words import AUTOMATIC_TEXT


class HelpdeskTicket(models.Model):
    """Duplicates: one incident and its countdown go on, everybody is told once."""

    _inherit = "helpdesk.ticket"

    # Each form asks for the duplicates of its incident.
    _duplicate_idx = models.Index("(duplicate_id) WHERE duplicate_id IS NOT NULL")

    def action_open_duplicate_wizard(self):
        """Propose to close an incident that is a duplicate, whatever the company."""
        action = super().action_open_duplicate_wizard()
        if self.is_incident:
            stage = self.team_id._get_incident_stage(CLOSED)
            action["context"] = {
                **action["context"],
                "default_target_stage_id": stage.id,
            }
        return action

    def _incident_take_over(self, duplicates):
        """Close duplicates of this incident, and tell the parties of all of them.

        Each address is written to once: by this incident where it is a party of it,
        else by the duplicate.

        :param duplicates: incidents that are followed as this one from now on
        """
        self.ensure_one()
        if not duplicates:
            return
        letters = self._get_duplicate_letters(duplicates)
        for duplicate in duplicates:
            duplicate._incident_end_as_duplicate(self, letters[duplicate])
        if letters[self]:
            self._incident_tell_of_duplicates(duplicates, letters[self])

    def _get_duplicate_letters(self, duplicates):
        """Return who is told of duplicates, and by which incident.

        :return: dict of incident: parties, each address once
        """
        told, letters = set(), {}
        for ticket in self | duplicates:
            parties = ticket._get_incident_parties()._filter_distinct_addresses()
            letters[ticket] = parties.filtered(
                lambda party: party.email_normalized not in told
            )
            told.update(party.email_normalized for party in parties)
        return letters

    def _incident_end_as_duplicate(self, original, parties):
        """Close a duplicate, and tell those whom the original does not tell.

        :param original: the incident that goes on
        :param parties: who reads it
        """
        self.duplicate_id = original
        if self.incident_phase == CLOSED:
            return
        registered = self.incident_phase == REGISTERED
        reason = REJECTED if registered else DUPLICATE
        vals = {"close_reason": reason, "answer_unread": False}
        self._incident_move_to(CLOSED, vals=vals, silent=True)
        template = (
            self.team_id.rejected_template_id
            if registered
            else self.stage_id.mail_template_id
        )
        if template and parties:
            self.with_context(**{AUTOMATIC_TEXT: True})._correspond(
                template,
                [
                    Letter(
                        self,
                        parties,
                        phase=CLOSED,
                        say=lambda lang: self._describe_duplicate(original, lang),
                    )
                ],
            )

    def _describe_duplicate(self, original, lang):
        """Return what the parties of a duplicate are told.

        :param original: the incident that goes on
        :param lang: code of the reader's language
        """
        return self.with_context(lang=lang).env._(
            "It is already known as %(number)s.", number=original.number
        )

    def _incident_tell_of_duplicates(self, duplicates, parties):
        """Tell the parties of the incident that goes on what it has taken over.

        :param parties: who reads it
        """
        template = self.team_id.update_template_id
        if not template:
            return
        own = duplicates.filtered(lambda one: one._has_parties_of(self))
        letter = Letter(
            self, parties, say=lambda lang: self._describe_taken_over(own, lang)
        )
        self._correspond(template, [letter])

    def _describe_taken_over(self, duplicates, lang):
        """Return what the parties read of what their incident has taken over.

        :param duplicates: those of the same parties, which are named
        :param lang: code of the reader's language
        """
        env = self.with_context(lang=lang).env
        if not duplicates:
            return env._("The same malfunction was reported to us once more.")
        return env._(
            "%(numbers)s: the same malfunction, followed as %(number)s from now on.",
            numbers=", ".join(duplicates.mapped("number")),
            number=self.number,
        )

    def _has_parties_of(self, other):
        """Tell whether the parties of two incidents are the same companies."""
        self.ensure_one()
        own = (self.customer_party_id, self.integrator_party_id)
        # Of two unknown reporters nobody can tell whether they are one.
        return any(own) and own == (other.customer_party_id, other.integrator_party_id)
