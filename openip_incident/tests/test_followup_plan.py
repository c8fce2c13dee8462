# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What admins configure, and what becomes of what is running when they change it."""

from datetime import datetime

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import WAITING
from .followup_common import HOUR, START, FollowupCommon


class PlanCommon(FollowupCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reminder = cls.env.ref("openip_incident.mail_template_reminder")
        cls.announcement = cls.env.ref("openip_incident.mail_template_announce")
        cls.closing = cls.env.ref("openip_incident.mail_template_auto_closed")

    @classmethod
    def _step(cls, action, sequence, **values):
        templates = {
            "remind": cls.reminder,
            "announce": cls.announcement,
            "close": cls.closing,
        }
        return Command.create(
            {
                "action": action,
                "sequence": sequence,
                "delay": 24,
                "delay_unit": "hours",
                "mail_template_id": templates[action].id,
                **values,
            }
        )

    @classmethod
    def _create_plan(cls, *actions, **values):
        """Create a plan with a step per action, ten sequences apart."""
        return cls.env["incident.followup.plan"].create(
            {
                "name": "Short plan",
                "step_ids": [
                    cls._step(action, 10 * (index + 1))
                    for index, action in enumerate(actions)
                ],
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestFollowupPlan(PlanCommon):
    # What a plan has to be

    def test_plans_that_work(self):
        for actions in (
            (),
            ("remind",),
            ("remind", "announce"),
            ("announce", "close"),
            ("remind", "remind", "remind", "announce", "close"),
        ):
            with self.subTest(actions=actions):
                plan = self._create_plan(*actions)
                self.assertEqual(tuple(plan._get_steps().mapped("action")), actions)

    def test_plans_that_do_not_work_say_why(self):
        for actions, reason in (
            (("close",), "announcement comes right before"),
            (("remind", "close"), "announcement comes right before"),
            (("announce", "remind", "close"), "announcement comes right before"),
            (("close", "announce"), "announcement comes right before"),
            (("announce", "close", "remind"), "nothing follows"),
            (("announce", "close", "announce", "close"), "nothing follows"),
        ):
            with (
                self.subTest(actions=actions),
                self.assertRaisesRegex(ValidationError, f"Short plan.*{reason}"),
            ):
                self._create_plan(*actions)

    def test_delay_is_positive_and_reasonable(self):
        plan = self._create_plan("remind")
        for delay in (0, -1, 525601):
            with (
                self.subTest(delay=delay),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                plan.step_ids.delay = delay
                plan.flush_recordset()
            plan.invalidate_recordset()
        plan.step_ids.delay = 1
        self.env.flush_all()

    def test_reminder_and_announcement_need_a_mail(self):
        for action in ("remind", "announce"):
            with (
                self.subTest(action=action),
                self.assertRaisesRegex(ValidationError, "need a mail"),
            ):
                self._create_plan(
                    step_ids=[self._step(action, 10, mail_template_id=False)]
                )

    def test_closure_needs_no_mail_of_its_own(self):
        plan = self._create_plan("announce", "close")
        plan.step_ids[-1:].mail_template_id = False
        self.assertFalse(plan.step_ids[-1:].mail_template_id)

    def test_mail_of_another_model_is_refused(self):
        foreign = self.env["mail.template"].create(
            {
                "name": "For contacts",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
            }
        )
        plan = self._create_plan("remind")
        with self.assertRaisesRegex(ValidationError, "For contacts"):
            plan.step_ids.mail_template_id = foreign

    def test_single_step_cannot_break_its_plan(self):
        plan = self._create_plan("remind", "announce", "close")
        remind, announce, close = plan.step_ids
        for change in (
            lambda: announce.unlink(),
            lambda: announce.write({"active": False}),
            lambda: close.write({"sequence": 1}),
            lambda: remind.write({"sequence": 25}),
            lambda: announce.write({"action": "remind"}),
            lambda: self.env["incident.followup.step"].create(
                {
                    "plan_id": plan.id,
                    "sequence": 99,
                    "mail_template_id": self.reminder.id,
                }
            ),
        ):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                change()
            self.env.invalidate_all()
        self.assertEqual(plan._get_steps(), remind | announce | close)

    def test_plan_is_checked_when_all_its_steps_are_saved(self):
        """Saved one by one, the steps pass through orders that the plan never has."""
        plan = self._create_plan("remind", "announce", "close")
        remind, announce, close = plan.step_ids
        plan.write(
            {
                "step_ids": [
                    Command.delete(announce.id),
                    Command.update(close.id, {"sequence": 5}),
                    Command.update(remind.id, {"sequence": 1}),
                    self._step("announce", 3),
                ]
            }
        )
        self.assertEqual(
            plan._get_steps().mapped("action"), ["remind", "announce", "close"]
        )
        with self.assertRaises(ValidationError):
            plan.write({"step_ids": [Command.update(remind.id, {"sequence": 4})]})

    def test_copy_has_steps_of_its_own(self):
        plan = self._create_plan("remind", "announce", "close")
        copy = plan.copy()
        self.assertEqual(
            copy.step_ids.mapped("action"), ["remind", "announce", "close"]
        )
        self.assertFalse(copy.step_ids & plan.step_ids)

    def test_used_plan_is_archived_not_deleted(self):
        incident = self.request()
        self.assertTrue(incident.followup_id)
        plan = incident.sudo().followup_id.plan_id
        self.env["helpdesk.ticket.stage"].search(
            [("followup_plan_id", "=", plan.id)]
        ).followup_plan_id = False
        with self.assertRaisesRegex(UserError, "archive"):
            plan.unlink()

    # The simulation

    def _simulate(self, plan, start):
        return [(label, (date - start) / HOUR) for label, date in plan._simulate(start)]

    def test_simulation_of_the_shipped_plans(self):
        for name, rows in (
            (
                "plan_request",
                [
                    ("Remind", 24),
                    ("Remind", 48),
                    ("Remind", 72),
                    ("Announce closure", 96),
                    ("Close", 120),
                ],
            ),
            ("plan_closure", [("Remind", 24), ("Announce closure", 48), ("Close", 72)]),
        ):
            with self.subTest(plan=name):
                plan = self.env.ref(f"openip_incident.{name}")
                self.assertEqual(self._simulate(plan, START), rows)

    def test_simulation_is_what_happens(self):
        """What the form shows is what the scheduled actions do."""
        plan = self._create_plan("remind", "announce", "close")
        plan.step_ids[0].write({"delay": 90, "delay_unit": "minutes"})
        self.stages[WAITING].followup_plan_id = plan
        incident = self.request()
        self.run_to(24 * 14)
        due_dates = incident.followup_ids.event_ids.sorted("id").mapped("due_date")
        simulated = [date for _label, date in plan._simulate(START)]
        self.assertEqual(due_dates[1:], simulated)

    def test_simulation_of_a_daylight_saving_night(self):
        plan = self._create_plan("remind")
        calendar = self.env["resource.calendar"].create(
            {"name": "Paris", "tz": "Europe/Paris"}
        )
        plan.resource_calendar_id = calendar
        with self.at(datetime(2026, 10, 24, 8, 0)), Form(plan) as form:
            form.simulation_start = datetime(2026, 10, 24, 8, 0)
            # 10:00 in summer time, then 9:00 in winter time.
            self.assertIn("9:00", str(form.simulation))
            self.assertIn("Paris time", str(form.simulation))
            self.assertIn("25", str(form.simulation))

    def test_simulation_follows_what_is_typed(self):
        plan = self._create_plan("remind")
        with Form(plan) as form:
            form.simulation_start = START
            before = str(form.simulation)
            with form.step_ids.edit(0) as step:
                step.delay = 48
            self.assertNotEqual(str(form.simulation), before)
            with form.step_ids.edit(0) as step:
                step.delay_unit = "days"
            self.assertIn("10", str(form.simulation))

    def test_simulation_bears_what_is_typed_by_half(self):
        steps = self.env["incident.followup.step"]
        for values in (
            {"delay_unit": False},
            {"action": False},
            {"delay": 0},
            {"delay": 2**31 - 1, "delay_unit": "days"},
        ):
            with self.subTest(values=values):
                step = steps.new({"delay": 24, "delay_unit": "hours", **values})
                plan = self.env["incident.followup.plan"].new({"name": "New"})
                plan.step_ids = step
                self.assertEqual(plan._simulate(START), [])

    def test_simulation_escapes(self):
        calendar = self.env["resource.calendar"].create({"name": "<b>9-5</b>"})
        plan = self._create_plan("remind", name="<script>x</script>")
        plan.resource_calendar_id = calendar
        self.assertNotIn("<script", str(plan.simulation))
        self.assertNotIn("<b>", str(plan.simulation))
