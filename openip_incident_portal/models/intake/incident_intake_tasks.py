# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.openip_incident.models.engine.task import Task

CRON = "openip_incident_portal.ir_cron_intake"

IntakeTask = partial(Task, model="incident.intake", cron=CRON, batch=100)

# In the order of their execution: what has expired needs no reminder.
TASKS = (
    IntakeTask(
        "release",
        due=lambda intakes: intakes._get_waiting_domain(),
        do=lambda intakes: intakes._do_release(),
        fail=lambda intake, _error: intake._put_link_aside(),
        has_room=lambda intakes: intakes._has_room(),
        # Each link counts for the next one.
        batch=1,
    ),
    IntakeTask(
        "expire",
        due=lambda intakes: intakes._get_due_domain("expiry_date"),
        do=lambda intakes: intakes._do_expire(),
    ),
    IntakeTask(
        "remind",
        due=lambda intakes: intakes._get_due_domain("reminder_date"),
        do=lambda intakes: intakes._do_remind(),
        fail=lambda intake, _error: intake._put_reminder_aside(),
    ),
)


class IncidentIntake(models.Model):
    """What intakes are due for, and what the scheduled action does with them.

    The engine locks first: the reminder must not meet a submitted form.
    """

    _inherit = "incident.intake"

    @api.model
    def _cron_intake(self):
        """Send what has waited, then expire and remind."""
        self.env["incident.engine"]._run_tasks("Intakes", TASKS)
        if self.search_count(self._get_waiting_domain(), limit=1):
            self._wake_for_ceiling()

    @api.model
    def _get_due_domain(self, date_field):
        return Domain("state", "=", "sent") & Domain(
            date_field, "<=", fields.Datetime.now()
        )

    def _do_expire(self):
        self.write({"state": "expired", "reminder_date": False})

    def _do_remind(self):
        """Remind each sender once, whatever becomes of the mail."""
        self.write(
            {
                "reminder_date": False,
                "reminded_date": fields.Datetime.now(),
            }
        )
        for intake in self:
            intake._mail_form_link(intake.team_id.form_reminder_template_id)

    def _put_reminder_aside(self):
        """Have an agent look at a sender who could not be reminded."""
        self.write({"reminder_date": False, "to_review": True})
