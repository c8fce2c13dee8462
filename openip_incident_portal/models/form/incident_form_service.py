# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain

from ...tools.form_words import OWN

# A list that is longer is no help: who is not in it writes the number.
MAX_KNOWN = 300


class IncidentForm(models.AbstractModel):
    """The services that a reporter chooses among: its own, or its customers'."""

    _inherit = "incident.form"

    @api.model
    def _read_values(self, form, params):
        values = super()._read_values(form, params)
        if form.is_typed:
            form.services = self._get_known_services(form, values)
        return values

    @api.model
    def _get_prefill(self, form):
        values = super()._get_prefill(form)
        if form.is_typed:
            form.services = self._get_known_services(form, values)
        return values

    @api.model
    def _get_known_services(self, form, values=None):
        """Return the services of a reporter's company, and of those that it serves.

        Of hundreds of customers only those of the one that was typed.
        """
        # SUDO: a party's own services; the domain names nobody else's.
        services = self.env["incident.service"].sudo()
        parties = form.reporter.incident_party_id | form.customers.incident_party_id
        if form.is_typed:
            parties = self._get_chosen_party(form, (values or {}).get("customer"))
        if not parties:
            return services
        return services.search(
            Domain("party_id", "in", parties.ids)
            & Domain("company_id", "in", (form.team.company_id.id, False)),
            limit=MAX_KNOWN,
        )

    @api.model
    def _prepare_form_page(self, form):
        return {
            **super()._prepare_form_page(form),
            "known_services": self._prepare_known_services(form),
        }

    @api.model
    def _prepare_known_services(self, form):
        """Return the services to choose from, by customer, as plain values.

        :return: list of dicts: ``key`` of the customer in the form, its ``name``, and
            ``options``, each a value and what it says
        """
        own, reported = form.reporter.incident_party_id, self._get_reported(form)
        groups = []
        for party, services in form.services.grouped("party_id").items():
            options = [
                (str(one.id), self._describe_service(one, reported.get(one)))
                for one in services
            ]
            key = OWN if party == own else str(party.id)
            groups.append({"key": key, "name": party.name, "options": options})
        return sorted(groups, key=lambda group: (group["key"] != OWN, group["name"]))

    @api.model
    def _describe_service(self, service, number):
        """Return how a service is offered: its second incident is seen beforehand."""
        if not number:
            return service.display_name
        return self.env._(
            "%(service)s (reported already: %(number)s)",
            service=service.display_name,
            number=number,
        )

    @api.model
    def _get_reported(self, form):
        """Return the number of the newest open incident on each of the services."""
        if not form.services:
            return {}
        party = form.reporter.incident_party_id
        # SUDO: incidents of the reporter's own party.
        tickets = self.env["helpdesk.ticket"].sudo()
        found = tickets.search_fetch(
            tickets._get_incident_open_domain()
            & Domain("service_id", "in", form.services.ids)
            & (
                Domain("customer_party_id", "=", party.id)
                | Domain("integrator_party_id", "=", party.id)
            ),
            ["number", "service_id"],
            order="id",
        )
        return {ticket.service_id: ticket.number for ticket in found}

    # What was chosen

    @api.model
    def _get_chosen_service(self, form, values):
        """Return the service that was chosen, if it is the chosen customer's."""
        chosen = values["known_service"]
        # They are looked up where one is chosen.
        service = chosen and self._get_chosen(form.services, chosen)
        if not service or not form.is_integrator:
            return service
        party = self._get_chosen_party(form, values["customer"])
        return service.filtered(lambda one: one.party_id == party)

    @api.model
    def _get_chosen_party(self, form, choice):
        """Return whose incident it is, nobody for a new or unknown customer.

        :param choice: key of a customer, or nothing
        """
        if choice == OWN:
            return form.reporter.incident_party_id
        return self._get_chosen(form.customers, choice).incident_party_id

    @api.model
    def _check_what(self, form, values):
        errors = super()._check_what(form, values)
        if values["known_service"] and not self._get_chosen_service(form, values):
            errors["known_service"] = self.env._(
                "Please choose a service of this customer, or none."
            )
        return errors

    @api.model
    def _prepare_incident_vals(self, form, values):
        vals = super()._prepare_incident_vals(form, values)
        service = self._get_chosen_service(form, values)
        # What is not chosen is found by what was written.
        return {**vals, "service_id": service.id} if service else vals
