# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from contextlib import suppress
from datetime import datetime, timedelta

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.tools import SQL, email_normalize

from ...tools.form_words import EARLIEST, LENGTHS, LINES, NEW, OWN

EXAMPLE = datetime(2026, 11, 23, 9, 30)

# Clocks differ, and who writes "now" must not wait.
LATENESS = timedelta(minutes=15)


class IncidentForm(models.AbstractModel):
    """What the form takes: texts that are cleaned and checked, field by field."""

    _inherit = "incident.form"

    @api.model
    def _read_values(self, form, params):
        """Return what was typed, cleaned, one text per field.

        :param params: dict of texts; more than the form asks is ignored
        """
        names = [*LENGTHS, *(field._get_form_name() for field in form.fields)]
        values = {name: params.get(name) or "" for name in names}
        for name in LENGTHS:
            if name not in LINES:
                values[name] = " ".join(values[name].split())
        return values

    @api.model
    def _check_values(self, form, values):
        """Return what is wrong.

        :return: dict of field: sentence, in the order of the form
        """
        checks = [
            self._check_lengths(values),
            self._check_who(form, values),
            self._check_what(form, values),
            self._check_fields(form, values),
        ]
        errors = {}
        for found in checks:
            for name, sentence in found.items():
                errors.setdefault(name, sentence)
        return errors

    @api.model
    def _check_lengths(self, values):
        return {
            name: self.env._(
                "This is too long: please write at most %(count)s characters.",
                count=length,
            )
            for name, length in LENGTHS.items()
            if len(values[name]) > length
        }

    @api.model
    def _check_who(self, form, values):
        if not form.reporter:
            if values["name"]:
                return {}
            return {"name": self.env._("Please tell us who you are.")}
        if not form.is_integrator:
            return {}
        choice = values["customer"]
        if choice == NEW:
            return self._check_new_customer(values)
        if choice == OWN or choice in map(str, form.customers.ids):
            return {}
        return {"customer": self.env._("Please choose whose incident this is.")}

    @api.model
    def _check_new_customer(self, values):
        errors = {}
        if not values["customer_name"]:
            errors["customer_name"] = self.env._("Please name the customer.")
        address = email_normalize(values["customer_email"])
        if not address:
            errors["customer_email"] = self.env._(
                "Please write an e-mail address, like name@example.com."
            )
        elif self._is_ours(address):
            errors["customer_email"] = self.env._(
                "This address is ours: please write the customer's."
            )
        return errors

    @api.model
    def _is_ours(self, address):
        """Tell whether an address is one of ours, or a colleague's."""
        own = self.env["incident.address.mixin"]._is_own_address(address)
        return own or self._is_colleagues(address)

    @api.model
    def _is_colleagues(self, address):
        """Tell whether an internal user has an address."""
        self.env["res.users"].flush_model(["active", "partner_id", "share"])
        self.env["res.partner"].flush_model(["email_normalized"])
        # By SQL, past all rights: compared only; the form does not say whose it is.
        [(known,)] = self.env.execute_query(
            SQL(
                """
                SELECT EXISTS (
                    SELECT FROM res_partner AS partner
                      JOIN res_users AS colleague ON colleague.partner_id = partner.id
                     WHERE partner.email_normalized = %s
                       AND colleague.active
                       AND colleague.share IS NOT TRUE
                )
                """,
                address,
            )
        )
        return known

    @api.model
    def _check_what(self, form, values):
        errors = {}
        if values["category"] and values["category"] not in map(
            str, form.categories.ids
        ):
            errors["category"] = self.env._("Please choose one of the categories.")
        impacts = dict(self.env["helpdesk.ticket"]._fields["incident_impact"].selection)
        if values["impact"] not in impacts:
            errors["impact"] = self.env._("Please tell us how severe the problem is.")
        if not values["description"]:
            errors["description"] = self.env._("Please describe what does not work.")
        if values["since"] and not self._read_since(form, values["since"]):
            errors["since"] = self.env._(
                "Please write a day and a time in the past, like %(example)s.",
                example=EXAMPLE.strftime(self._get_moment_format()),
            )
        return errors

    @api.model
    def _check_fields(self, form, values):
        errors = {}
        for field in self._get_concerned_fields(form, values):
            name = field._get_form_name()
            error = field._read_form_value(values[name])[1]
            if error:
                errors[name] = error
        return errors

    @api.model
    def _get_concerned_fields(self, form, values):
        category = self._get_chosen_category(form, values)
        return form.fields.filtered(lambda field: field._is_asked_for(category))

    @api.model
    def _get_chosen_category(self, form, values):
        """Return the category that was chosen, if it is offered."""
        # They are looked up where one is chosen.
        offered = form.categories if values["category"] else ()
        categories = self.env["helpdesk.ticket.category"]
        return self._get_chosen(offered or categories, values["category"])

    @api.model
    def _get_chosen(self, records, value):
        return records.filtered(lambda record: str(record.id) == value)

    @api.model
    def _read_since(self, form, text):
        """Return a local day and time as stored, nothing if it is none in the past."""
        local = self._parse_moment(text)
        if not local:
            return None
        now = fields.Datetime.now()
        # A day more on each side keeps arithmetic within the calendar.
        if not EARLIEST < local < now + timedelta(days=2):
            return None
        moment = timezone(form.zone).localize(local).astimezone(utc)
        moment = moment.replace(tzinfo=None, microsecond=0)
        return moment if moment <= now + LATENESS else None

    @api.model
    def _get_moment_format(self):
        """Return how readers of the form write a day and a time."""
        lang = self.env["res.lang"]._get_data(code=self.env.lang)
        return f"{lang.date_format or '%Y-%m-%d'} %H:%M"

    @api.model
    def _parse_moment(self, text):
        """Return a local day and time, as a browser or a human writes it."""
        with suppress(ValueError):
            return datetime.fromisoformat(text).replace(tzinfo=None)
        with suppress(ValueError):
            return datetime.strptime(text, self._get_moment_format())
        return None
