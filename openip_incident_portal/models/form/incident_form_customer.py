# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.tools import html2plaintext

from odoo.addons.openip_incident.tools.full_stop import end_once

from ...tools.form_words import LENGTHS, NEW, OWN

# What else names begin with is found in any mail.
MIN_NAME = 5
MAX_NAMED = 5


class IncidentForm(models.AbstractModel):
    """The customer of an integrator who has hundreds: typed, then found.

    Works without a script: the server knows the customer by what was typed, and gives
    the form back with its services.
    """

    _inherit = "incident.form"

    @api.model
    def _get_customer_labels(self, form):
        """Return how the form calls each customer: dict of key: label."""
        labels, seen = {}, set()
        names = form.customers.mapped("name")
        for one in form.customers:
            label = one.name or ""
            if names.count(one.name) > 1:
                label = f"{label} – {one.city or one.email_normalized or one.id}"
            if label.casefold() in seen:
                label = f"{label} ({one.id})"
            seen.add(label.casefold())
            labels[str(one.id)] = label
        own = form.reporter.incident_party_id.name or ""
        labels[OWN] = self.env._("%(name)s (our own)", name=own)
        return labels

    @api.model
    def _find_customers(self, form, text):
        """Return the keys of the customers that a typed text may mean."""
        labels, text = self._get_customer_labels(form), " ".join(text.split())
        if text in (*labels, NEW):
            return [text]
        sought = text.casefold()
        exact = [key for key, label in labels.items() if label.casefold() == sought]
        return exact or [
            key for key, label in labels.items() if sought in label.casefold()
        ]

    @api.model
    def _read_values(self, form, params):
        values = super()._read_values(form, params)
        if not form.is_typed:
            return values
        typed = values["customer"]
        if values["customer_new"]:
            values["customer"] = NEW
            is_name = typed not in (NEW, OWN)
            values["customer_name"] = values["customer_name"] or (
                typed[: LENGTHS["customer_name"]] if is_name else ""
            )
        elif typed:
            found = self._find_customers(form, typed)
            values["customer"] = found[0] if len(found) == 1 else typed
        return values

    @api.model
    def _check_who(self, form, values):
        typed = values["customer"]
        known = {*form.customers.mapped(lambda one: str(one.id)), OWN, NEW}
        if not form.is_typed or not typed or typed in known:
            return super()._check_who(form, values)
        labels, found = (
            self._get_customer_labels(form),
            self._find_customers(form, typed),
        )
        if not found:
            error = self.env._(
                "None of your customers has this name. Please choose one of the list, "
                "or tick that it is a new one."
            )
        else:
            names = ", ".join(labels[key] for key in found[:MAX_NAMED])
            names += ", …" if len(found) > MAX_NAMED else ""
            error = end_once(
                self.env._(
                    "Several of your customers match: %(names)s. Please write the "
                    "whole name.",
                    names=names,
                ),
                names,
            )
        return {"customer": error}

    @api.model
    def _get_prefill(self, form):
        """Name the customer whom an integrator's mail names, if it is one alone."""
        values = super()._get_prefill(form)
        if form.intake and form.is_integrator:
            text = html2plaintext(form.intake.body or "", include_references=False)
            text = f"{form.intake.subject or ''}\n{text}".casefold()
            named = form.customers.filtered(
                lambda one: (
                    len(one.name or "") >= MIN_NAME and one.name.casefold() in text
                )
            )
            if len(named) == 1:
                values["customer"] = str(named.id)
        return values

    @api.model
    def _prepare_form_page(self, form):
        page = super()._prepare_form_page(form)
        labels = self._get_customer_labels(form) if form.is_typed else {}
        return {**page, "customer_typed": form.is_typed, "customer_labels": labels}
