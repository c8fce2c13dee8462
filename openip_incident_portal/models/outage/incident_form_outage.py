# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.openip_incident.models.impacts import DOWN
from odoo.addons.openip_incident.models.outages import LASTING

from ...tools.form_words import LENGTHS, OWN

# The choice that it is none of them.
ELSE = "else"
MAX_LENGTH = 20


class IncidentForm(models.AbstractModel):
    """Tells a reporter first of the outages that hit its services, and asks.

    What it is told of is its own, and that of the customers that it serves; whoever is
    on no contact is told nothing.
    """

    _inherit = "incident.form"

    @api.model
    def _complete_form(self, form):
        form = super()._complete_form(form)
        form.outages = self._find_form_outages(form)
        return form

    @api.model
    def _find_form_outages(self, form, party=None):
        """Return which outages hit which services of a reporter's.

        :param party: the customer that was chosen, nobody for all of the reporter's
        :return: dict of ``incident.outage``: ``incident.service``
        """
        company = form.team.company_id or self.env.company
        # SUDO: visitors read no outages; the services are the reporter's own, or those
        # of its customers, and nothing else is told of an outage.
        outages = self.env["incident.outage"].sudo()
        found = outages._find_public(
            Domain("state", "in", LASTING) & Domain("company_id", "=", company.id)
        )
        if not found:
            return {}
        parties = party or (
            form.reporter.incident_party_id | form.customers.incident_party_id
        )
        if not parties:
            return {}
        # SUDO: see above.
        services = self.env["incident.service"].sudo()
        own = services.search(
            Domain("party_id", "in", parties.ids)
            & Domain("outage_ids", "in", found.ids)
        )
        # In the reader's language, like everything that the form says.
        hit = {
            outage.with_context(lang=self.env.lang): own.filtered(
                lambda one, outage=outage: outage in one.outage_ids
            )
            for outage in found
        }
        return {outage: ones for outage, ones in hit.items() if ones}

    # What was chosen

    @api.model
    def _read_values(self, form, params):
        values = super()._read_values(form, params)
        values["outage"] = (params.get("outage") or "")[:MAX_LENGTH]
        values = self._complete_values(form, values)
        party = form.is_integrator and self._get_chosen_party(form, values["customer"])
        if party:
            form.outages = self._find_form_outages(form, party)
        return values

    @api.model
    def _complete_values(self, form, values):
        """Fill in what an outage says already: whoever is hit types nothing."""
        outage = self._get_chosen_outage(form, values)
        if not outage:
            return values
        services = form.outages[outage]
        known = {
            "description": self.env._("We are hit by: %(outage)s", outage=outage.name),
            "subject": outage.name[: LENGTHS["subject"]],
            "impact": DOWN,
        }
        parties = services.party_id
        if form.is_integrator and len(parties) == 1:
            own = parties == form.reporter.incident_party_id
            customers = form.customers.filtered(
                lambda one: one.incident_party_id == parties
            )
            known["customer"] = OWN if own else str(customers[:1].id)
        if len(services) == 1 and services in form.services:
            known["known_service"] = str(services.id)
        return {
            name: value or (known.get(name, value)) for name, value in values.items()
        }

    @api.model
    def _get_chosen_outage(self, form, values):
        """Return the outage that it is said to be, if it lasts and hits the reporter.

        :return: ``incident.outage``, or None
        """
        chosen = values.get("outage")
        return next((one for one in form.outages if str(one.id) == chosen), None)

    @api.model
    def _check_who(self, form, values):
        return {**self._check_outage(form, values), **super()._check_who(form, values)}

    @api.model
    def _check_outage(self, form, values):
        chosen = values.get("outage")
        if self._get_chosen_outage(form, values):
            return {}
        if chosen and chosen != ELSE:
            values["outage"] = ""
            return {
                "outage": self.env._(
                    "What you have chosen is over, or does not concern this customer. "
                    "If something still does not work, please send the form once more."
                )
            }
        if form.outages and not chosen:
            return {
                "outage": self.env._(
                    "Something is known to fail: please tell us whether it is this."
                )
            }
        return {}

    @api.model
    def _prepare_incident_vals(self, form, values):
        vals = super()._prepare_incident_vals(form, values)
        outage = self._get_chosen_outage(form, values)
        return {**vals, "outage_id": outage.id} if outage else vals

    # What is shown

    @api.model
    def _prepare_form_page(self, form):
        return {
            **super()._prepare_form_page(form),
            "outages": [
                {
                    **outage._prepare_public_facts(form.reporter),
                    **outage._prepare_public_services(services, form.is_integrator),
                }
                for outage, services in form.outages.items()
            ],
        }
