# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models

from ..followups import ACTIONS, ANNOUNCEMENT_FLOOR, CLOSE, REMIND

# A year in minutes: what is later than that is a typing error, or no date at all.
MAX_DELAY = 525600


class IncidentFollowupStep(models.Model):
    _name = "incident.followup.step"
    _description = "Step of an Incident Follow-up Plan"
    _order = "plan_id, sequence, id"

    plan_id = fields.Many2one(
        comodel_name="incident.followup.plan",
        required=True,
        index=True,
        ondelete="cascade",
    )
    sequence = fields.Integer(
        default=10,
        help="The steps are executed in this order.",
    )
    active = fields.Boolean(default=True)
    delay = fields.Integer(
        required=True,
        default=24,
        help="Counted from the moment when the mail of the previous step left.",
    )
    delay_unit = fields.Selection(
        selection=[
            ("minutes", "Minutes"),
            ("hours", "Hours"),
            ("days", "Days of 24 hours"),
            ("working_hours", "Working hours"),
            ("working_days", "Working days"),
        ],
        required=True,
        default="hours",
        help="Elapsed time, or working time of the plan's calendar.",
    )
    action = fields.Selection(
        selection=ACTIONS,
        required=True,
        default=REMIND,
        help="Remind the parties, announce closure, or close the incident.",
    )
    mail_template_id = fields.Many2one(
        comodel_name="mail.template",
        string="Mail",
        domain=[("model", "=", "helpdesk.ticket")],
        ondelete="restrict",
        help="The words of the mail that this step sends.",
    )

    _delay_positive = models.Constraint(
        f"CHECK (delay BETWEEN 1 AND {MAX_DELAY})",
        f"The delay of a step must be positive, and {MAX_DELAY} at most.",
    )

    @api.depends("action")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["action"]._description_selection(self.env))
        for step in self:
            step.display_name = labels.get(step.action)

    @api.constrains("plan_id", "sequence", "active", "action")
    def _check_order(self):
        if not self._is_plan_checked_later():
            self.plan_id._check_steps()

    def _is_plan_checked_later(self):
        """Tell whether these steps are being saved with their whole plan.

        One after the other they may pass through an order that the plan never has.
        """
        return bool(self.env.context.get("incident_plan_saved"))

    @api.constrains("action", "mail_template_id")
    def _check_mail_template_id(self):
        for step in self:
            template = step.mail_template_id
            if template and template.model != "helpdesk.ticket":
                step.plan_id._raise_wrong_step(
                    self.env._(
                        "the mail %(template)s is not one for incidents",
                        template=template.name,
                    )
                )
            if not template and step.action != CLOSE:
                step.plan_id._raise_wrong_step(
                    self.env._("reminders and announcements need a mail")
                )

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        steps.plan_id._lead_followups()
        return steps

    def write(self, vals):
        plans = self.plan_id
        res = super().write(vals)
        if {"active", "plan_id", "sequence"} & vals.keys():
            (plans | self.plan_id)._lead_followups()
        return res

    def unlink(self):
        """Archive the steps that were executed: their events say what happened."""
        # SUDO: which steps were executed is read for all incidents.
        events = self.env["incident.followup.event"].sudo()
        executed = self & events.search([("step_id", "in", self.ids)]).step_id.sudo(
            False
        )
        plans, others = self.plan_id, self - executed
        executed.with_context(incident_plan_saved=True).write({"active": False})
        plans._lead_followups(others)
        res = super(IncidentFollowupStep, others).unlink()
        if not self._is_plan_checked_later():
            plans._check_steps()
        return res

    def _is_complete(self):
        """Tell whether a step that is being typed can be dated already."""
        return bool(
            self.action and self.delay_unit and 0 < (self.delay or 0) <= MAX_DELAY
        )

    def _get_due_date(self, start):
        """Return when this step is due.

        :param start: when the mail of the previous step left, naive UTC
        :return: naive UTC
        """
        self.ensure_one()
        due = self._add_delay(start)
        if self.action == CLOSE:
            due = max(due, start + ANNOUNCEMENT_FLOOR)
        if self.plan_id.working_hours_only:
            due = self.plan_id._get_working_moment(due)
        return due

    def _add_delay(self, start):
        if self.delay_unit == "working_hours":
            return self.plan_id._add_working_hours(start, self.delay)
        if self.delay_unit == "working_days":
            return self.plan_id._add_working_days(start, self.delay)
        # A day is 24 hours here, through both daylight-saving nights.
        return start + timedelta(**{self.delay_unit: self.delay})
