# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.openip_incident.models.phases import (
    CLOSED,
    CLOSURE,
    ESCALATED,
    FROZEN,
    IN_PROGRESS,
    OPENED,
    REGISTERED,
)
from odoo.addons.openip_incident.tools.spoken_date import (
    keep_hours_together,
    say_short_day,
)


class IncidentPage(models.AbstractModel):
    """Facts of an incident on its pages: the same that its mails say, and dates."""

    _inherit = "incident.page"

    def _get_page(self, view):
        return {
            **super()._get_page(view),
            "facts": self._get_facts(view),
            "details": self._get_details(view),
            "reader": "" if view.looks_on else self._get_name(view.party),
        }

    def _get_facts(self, view):
        """Return who and what it is about: list of (label, text)."""
        customer, integrator = view.ticket.partner_id, view.ticket.integrator_id
        facts = [
            (
                self.env._("Customer"),
                self._get_name(customer) or view.ticket.partner_name,
            ),
            (self.env._("Integrator"), integrator and self._get_name(integrator)),
            *view.ticket._get_reported_facts(view.party),
        ]
        return [(label, keep_hours_together(text)) for label, text in facts if text]

    def _get_details(self, view):
        """Return what else the reporter has told: list of (label, text)."""
        details = [
            (self.env._("Contact on site"), view.ticket.incident_onsite),
            (self.env._("Already tried"), view.ticket.incident_tried),
        ]
        return [(label, text) for label, text in details if text]

    def _get_frozen_line(self, view):
        """Return since when the incident is frozen, and why, nothing if it is not."""
        if view.ticket.incident_phase != FROZEN:
            return ""
        since = view.ticket.followup_id.frozen_date or view.ticket.last_stage_update
        return self.env._(
            "The incident has been frozen since %(date)s, because our request has "
            "not been answered. It will go on as soon as the answer is here.",
            date=self._format_deadline(view, since or fields.Datetime.now()),
        )

    # The bar

    def _get_progress_steps(self, view):
        """Say of each step that was reached on which day that was."""
        steps, dates = super()._get_progress_steps(view), self._get_step_dates(view)
        for step, date in zip(steps, dates, strict=True):
            reached = date if step["state"] != "todo" else False
            step["date"] = self._format_day(view, reached)
        return steps

    def _get_step_dates(self, view):
        ticket = view.ticket
        begun = {
            REGISTERED: ticket.create_date,
            OPENED: ticket.validated_date,
            IN_PROGRESS: self._get_start_of_work(ticket),
            CLOSURE: ticket.solved_date,
            CLOSED: ticket.closed_date,
        }
        return list(begun.values())

    def _get_start_of_work(self, ticket):
        """Return when somebody first worked on the incident, as its history has it."""
        if not ticket.validated_date:
            return False
        names = ["phase", "start_date", "ticket_id"]
        self.env["incident.phase.log"].flush_model(names)
        # By SQL, past all rights: the page is open to its reader.
        [(start,)] = self.env.execute_query(
            SQL(
                "SELECT MIN(start_date) FROM incident_phase_log WHERE ticket_id = %s "
                "AND phase IN %s AND start_date >= %s",
                ticket.id,
                (IN_PROGRESS, ESCALATED),
                ticket.validated_date,
            )
        )
        return start

    def _format_day(self, view, date):
        return date and say_short_day(date, view.zone, self.env.lang) or ""
