# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..phases import CLOSED


class ResPartner(models.Model):
    _inherit = "res.partner"

    is_integrator = fields.Boolean(
        string="Integrator",
        help="A reseller who serves end customers and follows their incidents.",
    )
    integrator_id = fields.Many2one(
        comodel_name="res.partner",
        string="Served by",
        domain=[("is_integrator", "=", True)],
        index="btree_not_null",
        ondelete="restrict",
        help="The integrator who serves this customer. A contact stored below an "
        "integrator with this field set is an end customer: it sees and answers "
        "only its own incidents.",
    )
    incident_party_id = fields.Many2one(
        comodel_name="res.partner",
        string="Party",
        compute="_compute_incident_party_id",
        store=True,
        recursive=True,
        index=True,
        help="The company, or end customer, that this contact speaks for on incidents.",
    )

    incident_count = fields.Integer(
        string="Incidents",
        compute="_compute_incident_count",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="Open incidents of this contact's party.",
    )

    incident_staff_ids = fields.One2many(
        comodel_name="res.partner",
        inverse_name="incident_party_id",
        string="Staff on incidents",
    )

    # Whose a mail is, core asks the whole table three times for each one.
    _email_normalized_idx = models.Index(
        "(email_normalized) WHERE email_normalized IS NOT NULL"
    )

    @api.depends(
        "parent_id", "parent_id.incident_party_id", "integrator_id", "is_company"
    )
    def _compute_incident_party_id(self):
        """Contacts follow their company, end customers of an integrator do not.

        This one column decides who is staff of a party: for mail, for the portal
        and for the record rules alike.
        """
        for partner in self:
            speaks_for_itself = (
                partner.is_company or partner.integrator_id or not partner.parent_id
            )
            if speaks_for_itself:
                partner.incident_party_id = partner
            else:
                partner.incident_party_id = partner.parent_id.incident_party_id

    def _compute_incident_count(self):
        for partner in self:
            partner.incident_count = self.env["helpdesk.ticket"].search_count(
                partner._get_incident_domain() & Domain("incident_phase", "!=", CLOSED)
            )

    @api.constrains("integrator_id")
    def _check_integrator_id(self):
        for partner in self:
            if partner.integrator_id == partner:
                raise ValidationError(
                    self.env._(
                        "%(name)s cannot be served by itself.", name=partner.name
                    )
                )

    def action_view_incidents(self):
        """Show the incidents of this contact's party, customer or integrator."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "openip_incident.incident_action"
        )
        return {
            **action,
            "name": self.env._("Incidents of %(party)s", party=self.display_name),
            "path": False,
            "domain": list(self._get_incident_domain()),
            "context": {"search_default_open": 1, "incident_stages": True},
        }

    def _get_incident_domain(self):
        """Return the domain of the incidents of this contact's party."""
        self.ensure_one()
        party_ids = self.incident_party_id._origin.ids
        return Domain("is_incident", "=", True) & (
            Domain("customer_party_id", "in", party_ids)
            | Domain("integrator_party_id", "in", party_ids)
        )

    def _is_incident_staff_of(self, party):
        """Tell whether this contact may speak for a party.

        :param party: the customer or the integrator of an incident
        :return: False for colleagues of ours, whatever company they are stored in
        """
        self.ensure_one()
        return bool(
            party
            and self.partner_share
            and self.incident_party_id == party.incident_party_id
        )

    def _get_incident_integrator(self):
        """Return the integrator of this customer, its own before its company's."""
        self.ensure_one()
        return self.integrator_id or self.incident_party_id.integrator_id

    def _get_incident_lang(self, fallback):
        """Return the installed language in which this contact reads its mail.

        :param fallback: language code for a contact without a language of its own
        """
        self.ensure_one()
        lang = self.lang or self.incident_party_id.lang
        return self.env["res.lang"]._get_data(code=lang).code or fallback

    def _filter_distinct_addresses(self):
        """Return one reachable contact per e-mail address, in their order."""
        by_address = {}
        for partner in self:
            address = partner.email_normalized
            # Who has left the company is written to no more, nor is who came after.
            if address and partner.active:
                by_address.setdefault(address, partner)
        distinct = self.browse(partner.id for partner in by_address.values())
        return distinct.with_prefetch(self._prefetch_ids)
