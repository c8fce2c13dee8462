# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..identity.incident_restored import Work


class IncidentIdentity(models.AbstractModel):
    _inherit = "incident.identity"

    @api.model
    def _get_restored_works(self):
        """Add the reminders, announcements and closures that fell due."""
        # SUDO: managers are told how much waits, and move all of it or nothing.
        followups = self.env["incident.followup"].sudo()
        due = followups._get_running_domain() & Domain(
            "due_date", "<=", fields.Datetime.now()
        )
        labels = {
            "remind": self.env._("Reminders"),
            "announce": self.env._("Announcements of closure"),
            "close": self.env._("Closures"),
        }
        works = [
            Work(
                label,
                followups._name,
                due & Domain("next_action", "=", action),
                "due_date",
                partial(followups._shift_due_dates, action),
            )
            for action, label in labels.items()
        ]
        return [*super()._get_restored_works(), *works]


class IncidentFollowup(models.Model):
    _inherit = "incident.followup"

    @api.model
    def _shift_due_dates(self, action, gap):
        """Have running follow-ups go on as if a time had not been.

        What is held goes on with the time that was left anyway.

        :param action: of their next steps
        :param gap: ``timedelta``
        """
        running = self._get_running_domain() & Domain(
            [("next_action", "=", action), ("due_date", "!=", False)]
        )
        found = self.search(running)
        found.ticket_id._incident_lock()
        found.invalidate_recordset()
        moved = found.filtered_domain(running)
        moved._write_shifted(gap)
        moved.filtered("plan_id.working_hours_only")._leave_to_working_hours()
        for followup in moved:
            followup._wake_next(followup.due_date)

    def _write_shifted(self, gap):
        """Write the dates by one statement, however many there are."""
        if not self:
            return
        query = SQL(
            "UPDATE incident_followup SET due_date = due_date + %s WHERE id IN %s",
            gap,
            tuple(self.ids),
        )
        self.env.cr.execute(query)
        self.invalidate_recordset(["due_date"])

    def _leave_to_working_hours(self):
        for followup in self:
            moment = followup.plan_id._get_working_moment(followup.due_date)
            if moment != followup.due_date:
                followup.due_date = moment
