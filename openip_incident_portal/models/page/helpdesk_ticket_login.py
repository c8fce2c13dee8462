# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.openip_incident.models.followups import (
    ANNOUNCE,
    CLOSE,
    REMIND,
    RUNNING,
)
from odoo.addons.openip_incident.models.phases import CLOSED, CLOSURE, ON_HOLD

from .helpdesk_ticket_link import UNTIL, VIEW

# Marks pages for users with a login: their paths carry no personal link.
LOGIN = "incident_login"


class HelpdeskTicket(models.Model):
    """What users with a login see of their incidents, as plain values.

    Whether they may see an incident is decided before, by the record rules.
    """

    _inherit = "helpdesk.ticket"

    # Lists

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
        family = partner.search([("id", "child_of", partner.commercial_partner_id.id)])
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

        The same as :meth:`_is_awaited_on_page`, and closures to be confirmed. Uses
        internal fields: for searches as superuser only.
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
        waiting = Domain("incident_phase", "in", ON_HOLD) & awaited
        turn = waiting | Domain("incident_phase", "=", CLOSURE)
        return Domain("is_incident", "=", True) & turn

    def _prepare_portal_rows(self, partner):
        """Return what a list shows of these tickets, in their order.

        :param partner: the reader's contact
        """
        # SUDO: the tickets come from a search as the user; what is internal of them is
        # not handed on.
        return [ticket._prepare_portal_row(partner) for ticket in self.sudo()]

    def _prepare_portal_row(self, partner):
        row = {
            "path": f"/my/ticket/{self.id}",
            "number": self.number,
            "title": self.name,
            "group": self.customer_party_id.name or self.partner_id.name or "",
            "customer": self.partner_id.name or "",
            "category": self.category_id.complete_name or "",
            "reported": self.create_date,
            "phase": self.incident_phase if self.is_incident else "",
            "phase_label": self.stage_id.name,
            "turn": False,
            "next": "",
        }
        if self.is_incident:
            party = self._get_incident_party(partner) or self.partner_id
            row.update(
                phase_label=self._get_page_phase_label(party),
                turn=partner.partner_share and self._is_turn_of(party),
                next=self._get_portal_next(party),
            )
        return row

    def _is_turn_of(self, party):
        return self.incident_phase == CLOSURE or self._is_awaited_on_page(party)

    def _get_portal_next(self, party):
        """Return the next step and its date in a few words, while a countdown runs."""
        followup = self.followup_id
        due = followup.due_date
        if self.incident_phase == CLOSED or followup.state != RUNNING or not due:
            return ""
        # A date in the past is one that the scheduled actions have not met yet.
        if due <= fields.Datetime.now():
            return ""
        date = self._format_page_date(due, party)
        return {
            REMIND: self.env._("Reminder on %(date)s", date=date),
            ANNOUNCE: self.env._("Closure announced on %(date)s", date=date),
            CLOSE: self.env._("Automatic closure on %(date)s", date=date),
        }.get(followup.next_action, "")

    # Page

    def _with_login(self):
        """Return the incident as its own company knows it, for a page with a login."""
        return self.with_company(self.company_id).with_context(
            **{LOGIN: True, "lang": self.env.lang}
        )

    def _is_with_login(self):
        return bool(self.env.context.get(LOGIN))

    def _get_incident_path(self, party, purpose=None):
        """Lead users with a login to their own pages: they need no personal link."""
        if not self._is_with_login():
            return super()._get_incident_path(party, purpose)
        act = purpose or self._get_incident_link_purpose()
        return f"/my/ticket/{self.id}" + ("" if act == VIEW else f"/{act}")

    def _get_incident_url(self, party, purpose=None):
        """Give mails personal links, whoever causes them: not everybody has a login."""
        page = self.env.context.keys() & {LOGIN, UNTIL}
        ticket = self.with_context(**dict.fromkeys(page, False)) if page else self
        return super(HelpdeskTicket, ticket)._get_incident_url(party, purpose)

    def _get_page_actions(self, party):
        """Offer nothing to colleagues who look at the page of a customer."""
        if self._is_with_login() and self.env.user._is_internal():
            return {}
        return super()._get_page_actions(party)

    def _get_page_letters(self, party, messages):
        """Show a party's staff what was mailed to the party."""
        if self._is_with_login():
            party = self._get_incident_party(party) or party
        return super()._get_page_letters(party, messages)

    def _get_page_file_path(self, attachment, token):
        if self._is_with_login():
            return f"/my/ticket/{self.id}/file/{attachment.id}"
        return super()._get_page_file_path(attachment, token)
