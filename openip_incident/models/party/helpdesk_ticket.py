# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.act_memory import answered_once
from ..phases import WAIT_FOR
from ..words import INTERNAL


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    # Parties
    integrator_id = fields.Many2one(
        comodel_name="res.partner",
        compute="_compute_integrator_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        domain=[("is_integrator", "=", True)],
        tracking=True,
        help="Follows the customer's company, and can be changed.",
    )
    # Readable outside: the base's portal searches by the record rules, as the user.
    customer_party_id = fields.Many2one(
        related="partner_id.incident_party_id",
        string="Customer company",
        store=True,
        index="btree_not_null",
    )
    integrator_party_id = fields.Many2one(
        related="integrator_id.incident_party_id",
        string="Integrator company",
        store=True,
        index="btree_not_null",
    )
    unreachable_party_ids = fields.Many2many(
        comodel_name="res.partner",
        compute="_compute_unreachable_party_ids",
        # Those who were archived are the ones that nobody else tells of.
        context={"active_test": False},
        groups=INTERNAL,
    )
    # Requests and answers
    wait_for = fields.Selection(
        selection=WAIT_FOR,
        copy=False,
        default="either",
        groups=INTERNAL,
        help="Whose answer ends the wait.",
    )
    answered_party_id = fields.Many2one(
        comodel_name="res.partner",
        string="Answered by",
        copy=False,
        readonly=True,
        groups=INTERNAL,
        help="The party that answered last since the incident waits.",
    )

    def _get_party_addresses(self):
        """Return the addresses of the parties' people, which only we are told.

        :return: set of normalised addresses
        """
        # SUDO: who the parties are must not depend on whom the caller may read.
        parties = self.sudo()._get_incident_parties()
        people = parties | parties.incident_party_id.incident_staff_ids
        return set(people.mapped("email_normalized")) - {False}

    def _get_incident_parties(self):
        """Return who follows this incident by mail: customer, then integrator."""
        self.ensure_one()
        customer, integrator = self.partner_id, self.integrator_id
        return customer if customer == integrator else customer + integrator

    @answered_once
    def _is_incident_party(self, contact):
        """Tell whether a contact is the customer, or the integrator, itself."""
        self.ensure_one()
        return bool(contact) and (
            contact == self.partner_id or contact == self.integrator_id
        )

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

    def _find_party_contacts(self, addresses):
        """Return who speaks for a party of this incident from one of some addresses.

        All addresses in a contact's e-mail field are its own, and those that an agent
        has noted. Who was archived is written to no more, but what it answers is an
        answer.

        :param addresses: list of normalised addresses, best first
        :return: ``res.partner``, best first
        """
        self.ensure_one()
        # SUDO: belonging to a party is decided by the contacts as they are.
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        parties = self.sudo()._get_incident_parties()
        if not addresses or not parties:
            return partners.browse()
        known = Domain("email_normalized", "in", addresses)
        known |= Domain.OR(Domain("email", "ilike", item) for item in addresses)
        further = Domain("email_normalized", "in", addresses)
        known |= Domain("incident_address_ids", "any", further)
        found = partners.search(
            Domain("incident_party_id", "in", parties.incident_party_id.ids) & known
        )
        places = {
            partner: partner._get_place_among(addresses)
            for partner in found
            if self._get_incident_party(partner)
        }
        found = found.filtered(lambda item: places.get(item) is not None).sorted(
            lambda item: (places[item], not item.active, item not in parties, item.id)
        )
        return found.with_context(active_test=True)

    def _get_speaking_parties(self, party, author):
        """Return the parties in whose name somebody speaks: both, from both's mailbox.

        :param party: the party that the author belongs to
        :param author: ``res.partner``
        """
        return party | self._get_other_incident_party(party).filtered(
            lambda other: author._get_own_addresses() & other._get_own_addresses()
        )

    def _get_other_incident_party(self, speaking):
        """Return the party across the table, nobody where one company is both.

        :param speaking: the parties on this side of it: one as a rule
        """
        self.ensure_one()
        return self._get_incident_parties().filtered(
            lambda other: other.incident_party_id not in speaking.incident_party_id
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

    @api.depends("partner_id")
    def _compute_integrator_id(self):
        for ticket in self:
            ticket.integrator_id = (
                ticket.partner_id and ticket.partner_id._get_incident_integrator()
            )

    @api.depends(
        "partner_id.active",
        "partner_id.email",
        "partner_id.incident_unreachable_date",
        "integrator_id.active",
        "integrator_id.email",
        "integrator_id.incident_unreachable_date",
    )
    def _compute_unreachable_party_ids(self):
        for ticket in self:
            addressless = ticket._get_unreachable_parties()
            ticket.unreachable_party_ids = addressless | ticket._get_bounced_parties()

    def _incident_drop_outsiders(self):
        """Unsubscribe who followed a plain ticket from outside, and void its link."""
        if not self:
            return
        # SUDO: followers and tokens belong to the system.
        records = self.sudo()
        outsiders = records.message_partner_ids.filtered("partner_share")
        records.message_unsubscribe(outsiders.ids)
        records.filtered("access_token").write({"access_token": False})

    def _filter_colleague_ids(self, partner_ids):
        # SUDO: whether a contact is a colleague is no secret.
        partners = self.env["res.partner"].sudo().browse(partner_ids or [])
        return partners.filtered(lambda partner: not partner.partner_share).ids
