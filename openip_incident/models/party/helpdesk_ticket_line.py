# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ..phases import BOTH, ON_HOLD


class HelpdeskTicket(models.Model):
    """Private lines: which party alone was asked, and who reads what is said there."""

    _inherit = "helpdesk.ticket"

    private_request_party_id = fields.Many2one(
        comodel_name="res.partner",
        string="Asked alone",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        groups="base.group_user",
        help="The party that alone has been asked what the incident waits for.",
    )

    def _get_party_addressees(self, partners):
        """Return who of some contacts gets letters: the parties and their staff.

        :param partners: whom a message names
        """
        # SUDO: belonging to a party is decided by the contacts as they are.
        partners, parties = partners.sudo(), self.sudo()._get_incident_parties()
        return partners.filtered(
            lambda partner: (
                partner.active
                and (partner in parties or self._get_incident_party(partner))
            )
        )

    def _get_private_line(self, addressees):
        """Return the company of a message that leaves out the other party.

        Who has no address cannot be named in a mail, and is not left out on purpose;
        of two parties with one address, whoever writes to one writes to both.

        :param addressees: contacts of the parties who get letters
        :return: ``res.partner``, nothing where both parties read it
        """
        companies = addressees.incident_party_id
        addresses = set(addressees.mapped("email_normalized"))
        left_out = self._get_incident_parties().filtered(
            lambda party: (
                party.incident_party_id not in companies
                and party.email_normalized
                and party.email_normalized not in addresses
            )
        )
        return companies[:1] if left_out else companies.browse()

    def _get_addressed_parties(self, parties):
        """Return whom an act addresses.

        :param parties: key of ``PARTIES``
        """
        self.ensure_one()
        if parties == BOTH:
            return self._get_incident_parties()
        return self.partner_id if parties == "customer" else self.integrator_id

    def _prepare_addressee_vals(self, parties):
        """Return what an incident remembers of whom a request is put to."""
        if parties == BOTH:
            return {}
        asked = self._get_addressed_parties(parties).incident_party_id
        return {"private_request_party_id": asked.id}

    def _get_line_readers(self, line):
        """Return the parties who read a private line: those that are still parties.

        :param line: the company that it belongs to, nothing for both
        """
        parties = self._get_incident_parties()
        return parties.filtered(lambda party: party.incident_party_id == line)

    def _is_incident_asked(self, party):
        """Tell whether a party has been asked what the incident waits for, if it waits.

        :param party: the reader, nobody for the chatter, which both parties read
        """
        asked = self.private_request_party_id
        return not asked or party.incident_party_id == asked

    def _is_private_request(self):
        """Tell whether the incident waits for what one party alone was asked."""
        self.ensure_one()
        return bool(self.private_request_party_id) and self.incident_phase in ON_HOLD
