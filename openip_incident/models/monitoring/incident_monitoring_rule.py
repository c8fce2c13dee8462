# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

EQUAL = "equal"
REGEX = "regex"
REFERENCE = "reference"


class IncidentMonitoringRule(models.Model):
    """Which services an alert concerns that has a certain label."""

    _name = "incident.monitoring.rule"
    _description = "Rule of a Monitoring"
    _order = "monitoring_id, sequence, id"
    _rec_name = "label"

    monitoring_id = fields.Many2one(
        comodel_name="incident.monitoring",
        string="Monitor",
        required=True,
        index=True,
        ondelete="cascade",
        help="The monitor whose alerts it reads.",
    )
    sequence = fields.Integer(default=10, help="The order of the lines.")
    label = fields.Char(
        required=True,
        help="The name of the label: “service”, “site”, “instance”…",
    )
    operator = fields.Selection(
        selection=[
            (EQUAL, "is"),
            (REGEX, "matches"),
            (REFERENCE, "is the reference of the service"),
        ],
        string="Comparison",
        required=True,
        default=REFERENCE,
        help="How the value of the label is compared. A regular expression has to "
        "match all of it.",
    )
    value = fields.Char(help="What the value of the label is compared with.")
    customer_label = fields.Char(
        string="Label of the customer",
        help="Its value is the name or the reference of the customer. Without it a "
        "reference that services of several customers have is left to an agent.",
    )
    service_ids = fields.Many2many(
        comodel_name="incident.service",
        relation="incident_monitoring_rule_service_rel",
        column1="rule_id",
        column2="service_id",
        string="Services",
        help="The services that do not work then.",
    )

    @api.constrains("operator", "value", "service_ids")
    def _check_value(self):
        for rule in self:
            if rule.operator == REFERENCE:
                continue
            if not rule.value or not rule.service_ids:
                raise ValidationError(
                    self.env._(
                        "The rule for the label %(label)s needs a value and services.",
                        label=rule.label,
                    )
                )
            if rule.operator == REGEX:
                rule._check_regex()

    def _check_regex(self):
        try:
            re.compile(self.value)
        except re.error as error:
            raise ValidationError(
                self.env._(
                    "%(value)s is no regular expression: %(reason)s",
                    value=self.value,
                    reason=str(error),
                )
            ) from error

    def _find_services(self, labels):
        """Return which services each of some alerts concerns.

        :param labels: list of dict, one per alert
        :return: list of ``incident.service``, in a number of queries that depends on
            neither
        """
        services = self._find_by_reference(labels)
        fixed = self.filtered(lambda rule: rule.operator != REFERENCE)
        return [
            found.union(*(rule.service_ids for rule in fixed if rule._matches(one)))
            for found, one in zip(services, labels, strict=True)
        ]

    def _matches(self, labels):
        value = labels.get(self.label)
        if value is None:
            return False
        if self.operator == REGEX:
            return bool(re.fullmatch(self.value, value))
        return value == self.value

    def _find_by_reference(self, labels):
        rules = self.filtered(lambda rule: rule.operator == REFERENCE)
        names = {one.get(rule.label) for rule in rules for one in labels} - {None, ""}
        services = self.env["incident.service"]
        if names:
            services = services.search(
                Domain("name", "in", list(names))
                & Domain(
                    "company_id", "in", [False, *self.monitoring_id.company_id.ids]
                )
            )
        named = services.grouped("name")
        return [
            services.browse().union(
                *(rule._choose(named.get(one.get(rule.label)), one) for rule in rules)
            )
            for one in labels
        ]

    def _choose(self, services, labels):
        """Return the service that a label names, none where that is uncertain.

        :param services: ``incident.service`` of that name, or None
        """
        if not services:
            return self.env["incident.service"]
        if self.customer_label:
            customer = labels.get(self.customer_label) or ""
            services = services.filtered(
                lambda service: service._is_of_customer(customer)
            )
        return services if len(services) == 1 else services.browse()


class IncidentService(models.Model):
    _inherit = "incident.service"

    def _is_of_customer(self, text):
        """Tell whether a text is the name or the reference of the customer."""
        self.ensure_one()
        partner = self.partner_id
        known = (partner.name, partner.ref, self.party_id.name, self.party_id.ref)
        return text.casefold() in [name.casefold() for name in known if name]
