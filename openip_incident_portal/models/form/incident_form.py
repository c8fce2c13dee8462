# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize
from odoo.tools.mail import email_split_tuples

from odoo.addons.openip_incident.tools.mail_text import write_text
from odoo.addons.openip_incident.tools.spoken_date import say_zone
from odoo.addons.openip_incident.tools.zones import choose_zone

from ...tools.form_words import LENGTHS, NEW, OWN, RAW_MAIL
from ..page.helpdesk_ticket_author import ACTING
from ..page.page_fields import PARTY_FIELDS

TITLE_LENGTH = 80
# Of more customers one is found by typing, not by reading.
MAX_LISTED = 20
MAX_SERVICES = 50
# What the form, and its mails, read of who reports, and of our company's contact.
REPORTER_FIELDS = (
    *PARTY_FIELDS,
    "email",
    "email_normalized",
    "incident_link_generation",
    "incident_update_preference",
    "integrator_id",
    "is_integrator",
    "lang",
    "phone",
)
# More than that in an hour is no human's doing.
MAX_REPORTS = 30


@dataclass
class Form:
    """Who is asked, for which team, and what there is to choose from."""

    team: models.BaseModel
    # Nobody, while the sender is on no contact.
    reporter: models.BaseModel
    intake: models.BaseModel
    email: str = ""
    zone: str = "UTC"
    customers: models.BaseModel = None
    fields: models.BaseModel = None
    # Which outages hit which services, as far as the reporter may know.
    outages: dict = None
    # By which the copies of one form are recognised.
    key: str = ""
    # What the page was given, the same for each of its copies.
    nonce: str = ""

    @cached_property
    def services(self):
        """The services to choose from: looked up where they are shown or chosen."""
        return self.team.env["incident.form"]._get_known_services(self)

    @cached_property
    def categories(self):
        """The categories to choose from: looked up where they are shown or chosen."""
        return self.team.env["incident.form"]._get_categories(self.team)

    @cached_property
    def history(self):
        """What a login has reported: see :meth:`IncidentForm._read_history`."""
        return self.team.env["incident.form"]._read_history(self)

    @property
    def is_integrator(self):
        """Whether the incident may be that of somebody else."""
        party = self.reporter.incident_party_id
        return bool(self.reporter.is_integrator or party.is_integrator)

    @property
    def is_typed(self):
        """Whether the customer is typed, not chosen of a list."""
        return self.is_integrator and len(self.customers) > MAX_LISTED


class IncidentForm(models.AbstractModel):
    """The form that starts an incident: what it asks, what it takes, what it makes.

    Whom it asks hangs on a signed link or on the login, which the controller checks.
    """

    _name = "incident.form"
    _description = "Incident Form"

    # Whom it asks

    @api.model
    def _prepare_intake_form(self, intake, nonce=""):
        """Return the form of a mail's sender.

        :param nonce: what the page was given, the same for each of its copies
        """
        return self._complete_form(
            Form(
                team=intake.team_id,
                reporter=intake.partner_id,
                intake=intake,
                email=intake.email_normalized or "",
                key=f"intake {intake.id}",
                nonce=nonce,
            )
        )

    @api.model
    def _prepare_user_form(self, nonce=""):
        """Return the form of who is logged in, None if no team takes any.

        :param nonce: what the page was given, the same for each of its copies
        """
        team = self._find_user_team()
        if not team:
            return None
        # SUDO: one's own contact.
        reporter = self.env.user.partner_id.sudo()
        # One query for it and for the company's, which writes to it.
        (reporter | team.company_id.partner_id).fetch(REPORTER_FIELDS)
        # SUDO: an empty one, which only says that there is no intake.
        no_intake = self.env["incident.intake"].sudo()
        key = hashlib.sha256(f"{self.env.uid}|{nonce}".encode()).hexdigest()
        return self._complete_form(
            Form(
                team=team,
                reporter=reporter,
                intake=no_intake,
                email=reporter.email or "",
                key=f"user {key}",
                nonce=nonce,
            )
        )

    @api.model
    def _complete_form(self, form):
        company = form.team.company_id
        form.zone = choose_zone(
            form.reporter.tz,
            company.resource_calendar_id._get_known_zone(),
            country=company.country_id.code,
        )
        form.customers = self._get_customers(form)
        # SUDO: visitors may not read what their form consists of.
        form.fields = self.env["incident.form.field"].sudo()._get_asked(form.team)
        return form

    @api.model
    def _get_customers(self, form):
        """Return the customers that an integrator reports incidents of: its own."""
        # SUDO: whom an integrator serves, it knows; the domain names nobody else.
        partners = self.env["res.partner"].sudo()
        if not form.is_integrator:
            return partners
        party = form.reporter.incident_party_id
        return partners.search_fetch(
            [
                ("integrator_id.incident_party_id", "=", party.id),
                ("company_id", "in", (form.team.company_id.id, False)),
                ("id", "!=", party.id),
            ],
            ["name", "email_normalized", "city", "incident_party_id"],
            order="name, id",
        )

    @api.model
    def _get_categories(self, team):
        # SUDO: the names of categories that are meant for the portal.
        categories = self.env["helpdesk.ticket.category"].sudo()
        found = categories.search(
            Domain("show_in_portal", "=", True)
            & Domain("company_id", "in", (team.company_id.id, False))
        )
        # A team without any takes all.
        own = found and team.category_ids
        return found.filtered(lambda one: one in own) if own else found

    # What it shows

    @api.model
    def _get_prefill(self, form):
        """Return what the fields say before anybody has typed."""
        intake = form.intake
        if not intake:
            return {}
        text = write_text(intake.body or "")
        [(name, _address)] = email_split_tuples(intake.email_from)[:1] or [("", "")]
        return {
            "name": name[: LENGTHS["name"]],
            "subject": (intake.subject or "")[: LENGTHS["subject"]],
            "description": text.strip()[: LENGTHS["description"]],
        }

    @api.model
    def _prepare_form_page(self, form):
        """Return plain values for the template: no record slips into a page."""
        impacts = self.env["helpdesk.ticket"]._fields["incident_impact"]
        party = form.reporter.incident_party_id
        name = form.reporter.name or ""
        if party and party != form.reporter:
            name = f"{name} ({party.name})"
        return {
            "reporter": name,
            "email": form.email,
            "is_integrator": form.is_integrator,
            "own_name": party.name or "",
            "customers": [(str(one.id), one.name) for one in form.customers],
            "services": self._get_services(form),
            "categories": [(str(one.id), one.complete_name) for one in form.categories],
            "impacts": impacts._description_selection(self.env),
            "fields": [
                field._prepare_form_field(form.categories) for field in form.fields
            ],
            "files": self._get_mail_files(form.intake),
            "zone": say_zone(form.zone, self.env.lang),
            "lengths": LENGTHS,
            "uploads": self.env["ir.attachment"]._prepare_upload(),
        }

    @api.model
    def _get_services(self, form):
        """Return the lines that the reporter's party has named before."""
        party = form.reporter.incident_party_id
        if not party:
            return []
        side = "integrator" if form.is_integrator else "customer"
        # SUDO: a party's own words on its own incidents.
        groups = (
            self.env["helpdesk.ticket"]
            .sudo()
            ._read_group(
                [
                    ("is_incident", "=", True),
                    (f"{side}_party_id", "=", party.id),
                    ("incident_service", "!=", False),
                ],
                ["incident_service"],
                ["id:max"],
                limit=MAX_SERVICES,
                order="id:max desc",
            )
        )
        return [service for service, _last in groups]

    @api.model
    def _get_mail_files(self, intake):
        """Return the names of the files that came with the mail; they are kept."""
        mails = intake.message_ids.filtered(
            lambda message: message.message_type == "email"
        )
        names = mails.attachment_ids.mapped("name")
        return [name for name in names if name != RAW_MAIL]

    # What it makes

    @api.model
    def _find_registered(self, form):
        """Return the incident that a copy of this form has made already."""
        if form.intake:
            return form.intake.ticket_id
        # SUDO: the key names the visitor's own form.
        tickets = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        return tickets.browse(form.history[0] or ())

    @api.model
    def _has_flooded(self, form):
        """Tell whether a login reports more than a human does."""
        return not form.intake and form.history[1] >= MAX_REPORTS

    @api.model
    def _read_history(self, form):
        """Return what a user has reported: by one query, as each form asks for both.

        :return: id of the incident that a copy of this form has made, or None; how
            many the user has reported within an hour, at most as many as it may
        """
        self.env["helpdesk.ticket"].flush_model(
            ["active", "create_date", "create_uid", "incident_form_key"]
        )
        [history] = self.env.execute_query(self._prepare_history_query(form))
        return history

    @api.model
    def _prepare_history_query(self, form):
        return SQL(
            "SELECT (SELECT id FROM helpdesk_ticket WHERE incident_form_key = %s), "
            "(SELECT COUNT(*) FROM (SELECT FROM helpdesk_ticket WHERE active "
            "AND incident_form_key IS NOT NULL AND create_uid = %s "
            "AND create_date > %s LIMIT %s) AS recent)",
            form.key,
            self.env.uid,
            fields.Datetime.now() - timedelta(hours=1),
            MAX_REPORTS,
        )

    @api.model
    def _register_incident(self, form, values, files):
        """Register the incident, however often the form is sent.

        :param values: checked texts
        :param files: list of (name, content)
        :return: the incident
        """
        # A user's form was looked for by who has called this, and its key is unique; an
        # intake was locked since.
        if form.intake.ticket_id:
            return form.intake.ticket_id
        # SUDO: visitors create nothing themselves; what they may say was checked.
        tickets = self.env["helpdesk.ticket"].sudo()
        try:
            ticket = tickets.with_context(
                **{ACTING: form.reporter.id}
            )._incident_create_reported(
                self._prepare_incident_vals(form, values), files
            )
        except UniqueViolation as error:
            # A copy of the form was faster and is not visible here: look again.
            raise ConcurrencyError(str(error)) from error
        self._settle_registration(form, ticket)
        # Only a query knows what came with a mail, and which files are kept inside.
        ticket._incident_acknowledge(None if form.intake or files else "")
        return ticket

    @api.model
    def _hold_trapped(self, form, values):
        """Keep a report that a robot may have written: to be extended.

        :param values: texts by field
        :return: False when it was not kept
        """
        return True

    @api.model
    def _settle_registration(self, form, ticket):
        """Do what a report that has become an incident changes: to be extended.

        :param ticket: the incident, before its reporter hears of it
        """

    @api.model
    def _prepare_incident_vals(self, form, values):
        category = self._get_chosen_category(form, values)
        name = "email" if form.intake else "web"
        channel_id = self.env["ir.model.data"]._xmlid_to_res_id(
            f"helpdesk_mgmt.helpdesk_ticket_channel_{name}"
        )
        return {
            "name": self._get_title(values),
            "description": values["description"],
            "team_id": form.team.id,
            "company_id": form.team.company_id.id or self.env.company.id,
            "user_id": False,
            "category_id": category.id,
            "channel_id": channel_id,
            "incident_form_key": form.key,
            "incident_form_lang": self.env.lang,
            "incident_reporter_id": form.reporter.id,
            "incident_service": values["service"],
            "incident_impact": values["impact"],
            "incident_since": values["since"]
            and self._read_since(form, values["since"]),
            "incident_tried": values["tried"],
            "incident_onsite": values["onsite"],
            "properties": self._prepare_properties(form, values),
            **self._prepare_parties(form, values),
        }

    @api.model
    def _get_title(self, values):
        """Return the incident's title: what was typed, else how the text begins."""
        if values["subject"]:
            return values["subject"]
        line = " ".join(values["description"].split("\n")[0].split())
        return line if len(line) <= TITLE_LENGTH else f"{line[:TITLE_LENGTH]}…"

    @api.model
    def _prepare_properties(self, form, values):
        return {
            field.property_name: field._read_form_value(values[field._get_form_name()])[
                0
            ]
            for field in self._get_concerned_fields(form, values)
        }

    @api.model
    def _prepare_parties(self, form, values):
        """Return the parties, as far as they are contacts that we know (G9).

        Whom a form names without being a contact of the integrator's stays a name,
        until support validates it.
        """
        if not form.reporter:
            return {
                "partner_id": False,
                "partner_name": values["name"],
                "partner_email": form.email,
                "suggested_integrator": values["integrator"],
            }
        customer, choice = form.reporter, values["customer"]
        if form.is_integrator and choice == NEW:
            address = email_normalize(values["customer_email"])
            customer = form.customers.filtered(
                lambda one: one.email_normalized == address
            )[:1]
            if not customer:
                return {
                    "partner_id": False,
                    "partner_name": values["customer_name"],
                    "partner_email": address,
                    "integrator_id": form.reporter.incident_party_id.id,
                }
        elif form.is_integrator and choice != OWN:
            customer = self._get_chosen(form.customers, choice)
        return {
            "partner_id": customer.id,
            "partner_name": customer.name,
            "partner_email": customer.email,
        }
