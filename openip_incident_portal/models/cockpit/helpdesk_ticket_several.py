# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import contextlib
from dataclasses import dataclass

from odoo import models
from odoo.exceptions import AccessError, UserError

from odoo.addons.openip_incident.models.phases import CLOSURE


@dataclass(frozen=True)
class Act:
    """What became of one incident of several.

    :param reason: why nothing was done, empty when it was
    """

    ticket: models.BaseModel
    reason: str = ""


class HelpdeskTicket(models.Model):
    """One answer to several incidents, or one confirmation of several closures.

    Each incident is locked, looked at again and acted upon by itself, as its own page
    would do it; what was done already by the same form is not done again.
    """

    _inherit = "helpdesk.ticket"

    def _incident_act_on_several(self, partner, text="", nonce=""):
        """Answer these incidents with the same text, or confirm their closures.

        :param partner: the contact of the user who acts, in whose name
        :param text: plain text of an answer; nothing to confirm closures
        :param nonce: what the form was given, the same for each of its copies
        :return: list of :class:`Act`
        """
        acts = [] if text else self._incident_confirm_joint(partner)
        done = {act.ticket.id for act in acts}
        # Whoever else acts on several locks them in the same order.
        for ticket in self.filtered(lambda one: one.id not in done).sorted("id"):
            try:
                with self.env.cr.savepoint():
                    ticket._ensure_may_act_outside()
                    # SUDO: the user may read it, and speaks for a party of it.
                    acting = ticket.sudo().with_company(ticket.sudo().company_id)
                    reason = (
                        acting._incident_answer_among(partner, text, nonce)
                        if text
                        else acting._incident_confirm_among(partner)
                    )
            except (AccessError, UserError) as error:
                reason = str(error)
            acts.append(Act(ticket, reason))
        return sorted(acts, key=lambda act: act.ticket.id)

    def _incident_confirm_joint(self, partner):
        """Confirm at once what an outage has hit: its parties read one mail of it.

        What cannot be done so is left to be done, and reported, one by one.

        :return: list of :class:`Act`, of those that are confirmed
        """
        acts = []
        self._incident_lock_own()
        # SUDO: which outage has hit them; each is looked at below.
        for group in self.sudo().grouped("outage_id").values():
            if len(group) < 2 or not group.outage_id:
                continue
            own = group.sudo(False).sorted("id")
            try:
                with self.env.cr.savepoint():
                    for ticket in own:
                        ticket._ensure_may_act_outside()
                    # SUDO: the user may read them, and speaks for a party of each.
                    acting = own.sudo().with_company(group.outage_id.company_id)
                    acting._incident_lock()
                    asked = acting.filtered(lambda one: one.incident_phase == CLOSURE)
                    together = asked._incident_together()
                    confirmed = together._incident_confirm_closure(partner)
            except (AccessError, UserError):
                continue
            acts += [Act(self.browse(ticket.id)) for ticket in confirmed]
        return acts

    def _incident_lock_own(self):
        """Lock all that the user may act on at once, as whoever else acts on several.

        The groups of outages are no order that others know.
        """
        own = self.browse()
        for ticket in self:
            with contextlib.suppress(AccessError, UserError):
                ticket._ensure_may_act_outside()
                own |= ticket
        # SUDO: the user may read them; a lock changes nothing.
        own.sudo()._incident_lock()

    def _ensure_may_act_outside(self):
        """Refuse whatever is no open page of the user's own parties."""
        self.check_access("read")
        # SUDO: the record is the user's to read; which party it speaks for, and
        # whether it was put away, decides nothing but whether it may act.
        ticket = self.sudo()
        party = ticket._get_incident_party(self.env.user.partner_id)
        if not ticket.is_incident or not ticket.active or not party:
            raise AccessError(self.env._("You cannot act on this incident."))

    def _incident_answer_among(self, party, text, nonce):
        """Answer one incident; return why not, or nothing."""
        self._incident_lock()
        if not self._has_incident_page_answer(party, text, nonce):
            if not self._is_incident_awaiting(party):
                return self.env._("It does not wait for your answer any more.")
        private = self._is_incident_asked_alone(party)
        if not self._incident_answer_on_page(party, text, [], nonce, private):
            return self.env._("You have written a lot. Please try again in an hour.")
        return ""

    def _incident_confirm_among(self, party):
        """Confirm one closure; return why not, or nothing."""
        self._incident_lock()
        if self.incident_phase == CLOSURE and self._incident_confirm_closure(party):
            return ""
        if self._is_incident_confirmed_by(party):
            return ""
        return self.env._("It does not ask for your confirmation any more.")
