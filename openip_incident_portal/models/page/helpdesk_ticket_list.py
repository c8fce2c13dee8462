# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.openip_incident.models.phases import CLOSURE, ON_HOLD


class HelpdeskTicket(models.Model):
    """Which incidents users with a login look for in their lists."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _get_portal_candidates(self, user):
        """Return a domain that indexes answer, around all that a user may read.

        The record rules decide; alone they have the database read every ticket there
        is. Whoever lets users outside read more by a rule of its own extends this.

        :param user: ``res.users``, whose colleagues may be looking for anything
        """
        if not user.share:
            return Domain.TRUE
        # SUDO: contacts and followers are read as the rules read them.
        env = self.sudo().with_context(active_test=False).env
        partner = env["res.partner"].browse(user.partner_id.id)
        company = partner.commercial_partner_id
        family = partner.search([("id", "child_of", company.id)], order="id")
        followed = env["mail.followers"].search_fetch(
            [("res_model", "=", self._name), ("partner_id", "in", family.ids)],
            ["res_id"],
        )
        # The party of a contact is one of the family's, or its own.
        parties = (family | partner).incident_party_id
        return (
            Domain("customer_party_id", "in", parties.ids)
            | Domain("integrator_party_id", "in", partner.incident_party_id.ids)
            | Domain("id", "in", followed.mapped("res_id"))
        )

    @api.model
    def _get_portal_turn_domain(self, partner):
        """Return the domain of the incidents that wait for somebody's party.

        Uses internal fields: for searches as superuser only.
        """
        answer = self._get_portal_answer_domain(partner)
        return answer | self._get_portal_confirm_domain(partner)

    @api.model
    def _get_portal_confirm_domain(self, partner):
        """Return the domain of the closures that somebody's party may confirm."""
        if not partner.incident_party_id or not partner.partner_share:
            return Domain.FALSE
        closure = Domain("incident_phase", "=", CLOSURE)
        return Domain("is_incident", "=", True) & closure

    @api.model
    def _get_portal_answer_domain(self, partner):
        """Return the domain of the incidents that wait for an answer of a party.

        The same as :meth:`_is_incident_awaiting`. Uses internal fields: for searches
        as superuser only.
        """
        party = partner.incident_party_id
        if not party or not partner.partner_share:
            return Domain.FALSE
        awaited = Domain("wait_for", "not in", ("customer", "integrator", "both"))
        for side in ("customer", "integrator"):
            owner = Domain(f"{side}_party_id", "in", (party.id, False))
            awaited |= Domain("wait_for", "=", side) & owner
        unanswered = Domain("answered_party_id", "!=", party.id)
        awaited |= Domain("wait_for", "=", "both") & unanswered
        # What one party alone was asked, nobody else answers, whoever has its place.
        awaited &= Domain("private_request_party_id", "in", (party.id, False))
        waiting = Domain("incident_phase", "in", ON_HOLD) & awaited
        return Domain("is_incident", "=", True) & waiting
