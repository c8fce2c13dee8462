# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.openip_incident.models.followups import CLOSE, RUNNING
from odoo.addons.openip_incident.models.phases import CLOSED, CLOSURE, ON_HOLD

from .incident_page import SHOWN_TYPES
from .page_fields import PARTY_FIELDS
from .view import LoginPaths, View

# What a row is made of: of a ticket, of its parties and of its follow-up.
ROW_FIELDS = (
    "answered_party_id",
    "category_id",
    "close_reason",
    "company_id",
    "create_date",
    "customer_party_id",
    "duplicate_id",
    "expected_restoration_date",
    "incident_contract_version_id",
    "incident_intervention_until",
    "incident_phase",
    "incident_service",
    "integrator_id",
    "is_incident",
    "last_stage_update",
    "name",
    "number",
    "outage_id",
    "partner_id",
    "partner_name",
    "private_request_party_id",
    "service_id",
    "stage_id",
    "wait_for",
)
FOLLOWUP_FIELDS = ("due_date", "next_action", "plan_id", "state")


class IncidentPage(models.AbstractModel):
    """What the lists of users with a login show of their tickets, as plain values.

    Which tickets they may see is decided before, by the record rules.
    """

    _inherit = "incident.page"

    @api.model
    def _prepare_rows(self, tickets, partner):
        """Return what a list shows of tickets, in their order.

        :param tickets: from a search as the user
        :param partner: the reader's contact
        """
        # SUDO: the user may read these tickets; what is internal of them is not handed
        # on.
        pages, tickets = self.sudo(), tickets.sudo()
        pages._fetch_rows(tickets)
        changes = pages._get_last_changes(tickets, partner)
        return [
            {
                **pages._prepare_list_row(ticket, partner),
                "changed": changes.get(ticket.id) or ticket.create_date,
            }
            for ticket in tickets
        ]

    @api.model
    def _say_days(self, rows):
        """Say when each row was reported and has changed, as days of the reader.

        As core's widget does it, which asks Babel for each of them anew.

        :param rows: what :meth:`_prepare_rows` has returned
        """
        said, languages = {}, self.env["res.lang"]
        for row in rows:
            for name in ("changed", "reported"):
                day = fields.Datetime.context_timestamp(languages, row[name]).date()
                if day not in said:
                    said[day] = format_date(self.env, day)
                row[f"{name}_day"] = said[day]

    def _fetch_rows(self, tickets):
        """Read what the rows are made of, and nothing else."""
        tickets.fetch(ROW_FIELDS)
        parties = tickets.partner_id | tickets.integrator_id | tickets.customer_party_id
        (parties | tickets.company_id.partner_id).fetch(PARTY_FIELDS)
        tickets.stage_id.fetch(["name"])
        followups = tickets.followup_ids
        followups.fetch(FOLLOWUP_FIELDS)
        followups.plan_id.fetch(["resource_calendar_id"])
        calendars = followups.plan_id.resource_calendar_id
        (calendars | tickets.company_id.resource_calendar_id).fetch(["tz"])

    def _get_last_changes(self, tickets, partner):
        """Return when something was last written or done: dict of id: date."""
        line = [False, *partner.incident_party_id.ids]
        written = self.env["mail.message"]._read_group(
            [
                ("model", "=", tickets._name),
                ("res_id", "in", tickets.ids),
                ("message_type", "in", SHOWN_TYPES),
                ("subtype_id", "=", tickets._get_comment_subtype_id()),
                ("is_internal", "=", False),
                ("incident_disregard", "=", False),
                ("incident_private_party_id", "in", line),
            ],
            ["res_id"],
            ["date:max"],
        )
        dates = dict(written)
        for ticket in tickets:
            known = (dates.get(ticket.id), ticket.last_stage_update)
            dates[ticket.id] = max(filter(None, known), default=False)
        return dates

    def _prepare_list_row(self, ticket, partner):
        row = {
            "path": f"/my/ticket/{ticket.id}",
            "number": ticket.number,
            "title": ticket.name,
            "group": ticket.customer_party_id.name or ticket.partner_id.name or "",
            "customer": self._get_company_name(ticket),
            "contact": self._get_contact_name(ticket),
            "service": self._get_service_name(ticket),
            "category": ticket.category_id.complete_name or "",
            "reported": ticket.create_date,
            "phase": ticket.incident_phase if ticket.is_incident else "",
            "phase_label": ticket.stage_id.name,
            "turn": False,
            "turn_label": "",
            "next": "",
        }
        if ticket.is_incident:
            party = ticket._get_incident_party(partner) or ticket.partner_id
            view = View(ticket, party, LoginPaths())
            waits = self._is_turn(view)
            turn = partner.partner_share and waits
            row.update(
                phase_label=self._get_phase_label(view, waits),
                turn=turn,
                turn_label=self._get_turn_label(view, turn),
                next=self._get_next_date(view, waits),
            )
        return row

    def _is_turn(self, view):
        return (
            view.ticket.incident_phase == CLOSURE
            or view.ticket._is_incident_awaiting(view.party)
        )

    def _get_company_name(self, ticket):
        company = ticket.customer_party_id
        return company.name or ticket.partner_id.name or ticket.partner_name or ""

    def _get_contact_name(self, ticket):
        """Return the customer's contact, where it is not the company itself."""
        contact = ticket.partner_id
        return contact.name if contact != ticket.customer_party_id else ""

    def _get_service_name(self, ticket):
        return ticket.service_id.display_name or ticket.incident_service or ""

    def _get_turn_label(self, view, turn):
        """Return whose turn it is, in a few words.

        :param turn: whether it is the reader's
        """
        phase = view.ticket.incident_phase
        if phase == CLOSED:
            return ""
        if turn:
            return self.env._("You")
        if phase not in (*ON_HOLD, CLOSURE):
            return self.env._("Our support")
        awaited = view.ticket._get_awaited_parties(view.ticket.wait_for)
        if phase == CLOSURE:
            awaited = view.ticket._get_incident_parties()
        names = awaited.incident_party_id.mapped("name")
        return ", ".join(names) or self.env._("Our support")

    def _get_next_date(self, view, waits):
        """Return until when who has to do what, while a countdown runs.

        :param waits: whether it is the turn of the view's party
        """
        followup = view.ticket.followup_id
        due = followup.due_date
        if view.ticket.incident_phase == CLOSED or followup.state != RUNNING or not due:
            return ""
        # A date in the past is one that the scheduled actions have not met yet.
        if due <= fields.Datetime.now():
            return ""
        date = self._format_date(view, due)
        if followup.next_action == CLOSE:
            return self.env._("Automatic closure on %(date)s", date=date)
        if view.ticket.incident_phase == CLOSURE:
            return self.env._("Confirm before %(date)s", date=date)
        if waits:
            return self.env._("Reply before %(date)s", date=date)
        return self.env._("Reply expected before %(date)s", date=date)
