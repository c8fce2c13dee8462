# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import email_normalize
from odoo.tools.mail import email_normalize_all

from ...tools.act_memory import answered_once
from ..phases import CLOSED

# What a mail server says of a mailbox that does not exist, as smtplib writes it down by
# recipient. Not 554, nor the policy codes 5.7.x of RFC 3463: those refuse us, whoever
# the mail is for.
REFUSED_RECIPIENT = re.compile(
    r"""\{['"][^{}]+@[^{}]+['"]: \((?:550|551|553), b['"](?!5\.7\.)"""
)
REASON_LENGTH = 500


def refuses_recipient(failure):
    """Tell whether a mail server knows no such recipient, and never will.

    :param failure: the text of the failure, as ``mail.mail`` keeps it
    """
    return bool(REFUSED_RECIPIENT.search(failure or ""))


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
    incident_unreachable_email = fields.Char(
        string="Unreachable address",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="The address from which mails came back.",
    )
    incident_unreachable_date = fields.Datetime(
        string="Unreachable since",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_user",
        help="Since when mail to this contact comes back.",
    )
    incident_unreachable_reason = fields.Char(
        string="Why no mail arrives",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="What the mail server of the contact said.",
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

    @answered_once
    def _get_incident_lang(self, fallback):
        """Return the installed language in which this contact reads its mail.

        :param fallback: language code for a contact without a language of its own
        """
        self.ensure_one()
        lang = self.lang or self.incident_party_id.lang
        return self.env["res.lang"]._get_data(code=lang).code or fallback

    def _get_own_addresses(self):
        """Return all addresses in the e-mail field of this contact, normalised: set."""
        self.ensure_one()
        return set(email_normalize_all(self.email or ""))

    def _get_place_among(self, addresses):
        """Return where the first address of this contact stands in a list, or None."""
        own = self._get_own_addresses()
        if own.isdisjoint(addresses):
            own = set(self.incident_address_ids.mapped("email_normalized"))
        return next((i for i, address in enumerate(addresses) if address in own), None)

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

    def write(self, vals):
        res = super().write(vals)
        if "email" in vals:
            # SUDO: whoever corrects an address need not know that the old one failed.
            marked = self.sudo().filtered("incident_unreachable_email")
            marked.filtered(
                lambda partner: (
                    partner.email_normalized != partner.incident_unreachable_email
                )
            )._mark_reachable()
        return res

    def action_incident_mark_reachable(self):
        """Forget that mails came back: the agent knows better."""
        self.check_access("write")
        # SUDO: only the process writes the mark; the right to write was checked above.
        self.sudo()._mark_reachable()
        return True

    def _mark_unreachable(self, email, reason):
        """Record that a mail to these contacts came back for good.

        Whose address is another one by now is not concerned, and what is known
        already stays as it is: the mark says since when.

        :param email: the address that failed
        :param reason: what the mail system says
        """
        address = email_normalize(email, strict=False)
        concerned = self.filtered(
            lambda partner: (
                address
                and partner.email_normalized == address
                and partner.incident_unreachable_email != address
            )
        )
        concerned.write(
            {
                "incident_unreachable_email": address,
                "incident_unreachable_date": fields.Datetime.now(),
                "incident_unreachable_reason": (reason or "").strip()[:REASON_LENGTH],
            }
        )

    def _mark_reachable(self):
        """Forget that mails to these contacts came back: one of them has written."""
        self.filtered("incident_unreachable_date").write(
            {
                "incident_unreachable_email": False,
                "incident_unreachable_date": False,
                "incident_unreachable_reason": False,
            }
        )

    def _is_unreachable_since(self, email, date):
        """Tell whether an address has failed after something was sent to it.

        :param email: where it was sent
        :param date: when the mail server accepted it, naive UTC
        """
        self.ensure_one()
        failed = self.incident_unreachable_date
        return bool(
            failed
            and failed > date
            and self.incident_unreachable_email == email_normalize(email, strict=False)
        )
