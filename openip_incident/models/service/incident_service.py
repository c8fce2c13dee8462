# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...tools.phone_numbers import find_phone_numbers, read_phone_query
from ...tools.references import find_keys, fold, to_key
from ..phases import CLOSED
from ..words import INTERNAL


class IncidentService(models.Model):
    """A line or a service of a customer: what its incidents are about."""

    _name = "incident.service"
    _description = "Service or Line of a Customer"
    _order = "partner_id, name, id"
    _rec_names_search = ["name", "label", "site", "phone_digits"]

    name = fields.Char(
        string="Reference or line",
        required=True,
        index="trigram",
        help="By which the customer and support name it: a telephone number, the "
        "reference of a circuit…",
    )
    label = fields.Char(
        string="Description", help="What it is in words: “Switchboard”, “Backup link”…"
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        help="Whose service it is. The customer's people and its integrator choose it "
        "on the portal.",
    )
    party_id = fields.Many2one(
        related="partner_id.incident_party_id",
        string="Customer company",
        store=True,
        index=True,
        help="The company, or end customer, whose incidents it may be on.",
    )
    kind_id = fields.Many2one(
        comodel_name="incident.service.kind",
        string="Kind",
        index="btree_not_null",
        ondelete="restrict",
        help="Decides which checklist its incidents get.",
    )
    site = fields.Char(help="Where it is delivered: a town, a building, an address.")
    phone_numbers = fields.Text(
        string="Telephone numbers",
        help="The numbers that it carries, in any notation, separated by commas or "
        "lines. A report that names one of them is about this service.",
    )
    phone_digits = fields.Char(
        compute="_compute_phone_digits",
        store=True,
        groups=INTERNAL,
        help="The numbers as they are compared and searched.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        index=True,
        help="Only for agents of this company. Empty: for all.",
    )
    active = fields.Boolean(
        default=True,
        help="An archived service is offered and recognised no more; its incidents "
        "keep it.",
    )
    ticket_ids = fields.One2many(
        comodel_name="helpdesk.ticket",
        inverse_name="service_id",
        string="Incidents",
        groups=INTERNAL,
        help="The incidents on this service.",
    )
    incident_count = fields.Integer(
        string="Open incidents",
        compute="_compute_incident_count",
        groups=INTERNAL,
        help="How many of its incidents are not closed.",
    )

    _name_uniq = models.UniqueIndex(
        "(partner_id, name) WHERE active IS TRUE",
        "This customer has a service with this reference already.",
    )

    @api.constrains("partner_id")
    def _check_owner(self):
        """Refuse another customer: the former one's incidents would tell of it (G9)."""
        # SUDO: whose incidents it has must not depend on what the user may read.
        everywhere = self.sudo().with_context(active_test=False)
        for ticket in everywhere.ticket_ids:
            service = ticket.service_id
            if not ticket._is_incident_service_known(service):
                raise ValidationError(
                    self.env._(
                        "%(service)s has incidents of its customer, such as "
                        "%(number)s: archive it, and create it anew.",
                        service=service.name,
                        number=ticket.number,
                    )
                )

    @api.depends("name", "label", "site")
    def _compute_display_name(self):
        for service in self:
            words = dict.fromkeys((service.label, service.site))
            parts = [service.name, *filter(None, words)]
            service.display_name = " – ".join(filter(None, parts))

    @api.depends("name", "phone_numbers", "partner_id.country_id")
    def _compute_phone_digits(self):
        for service in self:
            service.phone_digits = " ".join(sorted(service._get_numbers()))

    @api.depends("ticket_ids.incident_phase")
    def _compute_incident_count(self):
        groups = self.env["helpdesk.ticket"]._read_group(
            self._get_open_incident_domain(), ["service_id"], ["__count"]
        )
        counts = {service.id: count for service, count in groups}
        for service in self:
            service.incident_count = counts.get(service.id, 0)

    def _get_open_incident_domain(self):
        """Return the domain of the incidents on these services that are not closed."""
        return (
            Domain("service_id", "in", self.ids)
            & Domain("is_incident", "=", True)
            & Domain("incident_phase", "!=", CLOSED)
        )

    @api.model
    def _search_display_name(self, operator, value):
        """Find a service by a number in any notation, too."""
        domain = super()._search_display_name(operator, value)
        digits = read_phone_query(value) if isinstance(value, str) else []
        if not digits or operator not in ("ilike", "like"):
            return domain
        return Domain.OR(
            [domain, *(Domain("phone_digits", "like", one) for one in digits)]
        )

    # Recognition

    def _get_numbers(self):
        """Return the telephone numbers of this service, as they are compared."""
        self.ensure_one()
        code = self.partner_id._get_phone_code(self.company_id)
        return find_phone_numbers(self.name, code) | find_phone_numbers(
            self.phone_numbers, code
        )

    def _find_named(self, text):
        """Return those of these services that a text names.

        :param text: what somebody wrote: a number, a reference, or a sentence
        """
        keys, numbers = find_keys(text), {}
        whole = to_key(text)
        found = self.browse()
        for service in self:
            code = service.partner_id._get_phone_code(service.company_id)
            if code not in numbers:
                numbers[code] = find_phone_numbers(text, code)
            key = to_key(service.name)
            own = set((service.phone_digits or "").split())
            if key and (key in keys or key == whole) or own & numbers[code]:
                found |= service
        return found

    def _find_similar(self, text):
        """Return those of these services that a text may mean: it has a word of them.

        :param text: what somebody wrote
        """
        words = {word for word in fold(text).split() if len(word) > 3}
        return self.filtered(
            lambda service: any(
                word in fold(f"{service.name} {service.label} {service.site}")
                for word in words
            )
        )

    def action_view_incidents(self):
        """Show all incidents on this service."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "openip_incident.incident_action"
        )
        return {
            **action,
            "name": self.env._("Incidents of %(party)s", party=self.display_name),
            "path": False,
            "domain": [("is_incident", "=", True), ("service_id", "=", self.id)],
            "context": {"incident_stages": True, "default_service_id": self.id},
        }
