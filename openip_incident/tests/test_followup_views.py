# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What agents and managers see of plans and follow-ups, and press."""

from datetime import datetime, timedelta

from lxml import etree
from lxml.html import fromstring

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.mail.tools.discuss import Store

from .common import CLOSED, CLOSURE, IN_PROGRESS, WAITING
from .followup_common import START, FollowupCommon

DAY = timedelta(days=1)
SATURDAY_NIGHT = datetime(2026, 10, 24, 18, 0)


@tagged("post_install", "-at_install")
class TestPlanForm(FollowupCommon):
    def _open_form(self, plan):
        view = "openip_incident.incident_followup_plan_view_form"
        return Form(plan.with_user(self.manager).with_context(tz="UTC"), view)

    def test_simulation_names_the_date_of_every_step(self):
        self.company.resource_calendar_id.tz = "Europe/Paris"
        plan = self.env.ref("openip_incident.plan_closure")
        form = self._open_form(plan)
        # From summer to winter time: 24 hours later it is one hour earlier in Paris.
        form.simulation_start = SATURDAY_NIGHT
        for text in (
            "Paris time",
            "Saturday 24 October 2026 at 20:00",
            "Sunday 25 October 2026 at 19:00",
            "Monday 26 October 2026 at 19:00",
            "Tuesday 27 October 2026 at 19:00",
        ):
            self.assertIn(text, form.simulation)

    def test_simulation_speaks_as_the_mails_do(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.company.resource_calendar_id.tz = "Europe/Paris"
        plan = self.env.ref("openip_incident.plan_closure").with_context(lang="fr_FR")
        plan.simulation_start = START + 7 * DAY
        said = " ".join(fromstring(str(plan.simulation)).text_content().split())
        for text in (
            "Relance 1",
            "mardi 1er décembre 2026 à 10 h 00",
            "heure de Paris",
        ):
            self.assertIn(text, said)

    def test_simulation_follows_the_edited_steps(self):
        self.company.resource_calendar_id.tz = "UTC"
        form = self._open_form(self.env.ref("openip_incident.plan_closure"))
        form.simulation_start = START
        self.assertIn("Tuesday 24 November 2026 at 09:00", form.simulation)
        with form.step_ids.edit(0) as step:
            step.delay = 2
        self.assertNotIn("Tuesday 24 November 2026 at 09:00", form.simulation)
        self.assertIn("Monday 23 November 2026 at 11:00", form.simulation)
        self.assertIn("Tuesday 24 November 2026 at 11:00", form.simulation)

    def test_simulation_starts_now_unless_told_otherwise(self):
        self.company.resource_calendar_id.tz = "UTC"
        with self.at(START):
            form = self._open_form(self.env.ref("openip_incident.plan_closure"))
            self.assertEqual(form.simulation_start, "2026-11-23 09:00:00")
            self.assertIn("Monday 23 November 2026 at 09:00", form.simulation)

    def test_manager_writes_a_plan(self):
        template = self.env.ref("openip_incident.mail_template_reminder")
        form = self._open_form(self.env["incident.followup.plan"])
        form.name = "Patient"
        with form.step_ids.new() as step:
            step.delay = 3
            step.delay_unit = "working_days"
            step.mail_template_id = template
        plan = form.save()
        self.assertEqual(plan.step_ids.action, "remind")
        self.assertEqual(plan.step_ids.display_name, "Remind")

    def test_plan_is_chosen_where_a_stage_can_be_followed_up(self):
        view = "helpdesk_mgmt.view_helpdesk_ticket_stage_form"
        plan = self.env.ref("openip_incident.plan_request")
        stages = self.env["helpdesk.ticket.stage"].with_user(self.manager)
        form = Form(stages, view)
        form.name = "Waiting for the carrier"
        with self.assertRaisesRegex(AssertionError, "followup_plan_id"):
            form.followup_plan_id = plan
        form.incident_phase = WAITING
        form.incident_request_kind = "action"
        form.followup_plan_id = plan
        self.assertEqual(form.save().followup_plan_id, plan)


class FollowupViewsCommon(FollowupCommon):
    def _create_waiting(self, **values):
        """Return an incident whose request has left at START."""
        incident = self.request(**values)
        self.run_until(START)
        return incident

    def _create_closing(self):
        """Return an incident whose closure is requested, at START."""
        incident = self.resolve()
        self.run_until(START)
        return incident


@tagged("post_install", "-at_install")
class TestFollowupButtons(FollowupViewsCommon):
    def _hold(self, action, until=None):
        """Confirm the window of an action as an agent does."""
        self.assertEqual(action["res_model"], "incident.followup.hold.wizard")
        self.assertEqual(action["target"], "new")
        wizards = self.env["incident.followup.hold.wizard"].with_user(self.agent)
        form = Form(wizards.with_context(**action["context"]))
        if until:
            form.until = until
        return form.save().action_confirm()

    def test_agent_holds_until_a_date(self):
        incident = self._create_waiting()
        with self.at(START):
            self._hold(incident.action_followup_hold(), START + 3 * DAY)
        self.assertEqual(incident.followup_state, "held")
        self.assertEqual(incident.followup_hold_until, START + 3 * DAY)

    def test_held_countdown_continues_with_the_time_that_was_left(self):
        incident = self._create_waiting()
        with self.at(START + timedelta(hours=4)):
            self._hold(incident.action_followup_hold())
        with self.at(START + timedelta(hours=54)):
            incident.action_followup_resume()
        self.assertEqual(incident.followup_state, "running")
        self.assertEqual(incident.next_step_date, START + timedelta(hours=74))

    def test_date_to_hold_until_lies_ahead(self):
        incident = self._create_waiting()
        with self.at(START), self.assertRaises(UserError):
            self._hold(incident.action_followup_hold(), START - DAY)
        self.assertEqual(incident.followup_state, "running")

    def test_several_are_held_from_the_list(self):
        incidents = self._create_waiting() | self._create_waiting()
        with self.at(START):
            self._hold(incidents.followup_id.action_open_hold_wizard())
        self.assertEqual(set(incidents.mapped("followup_state")), {"held"})

    def test_agent_sends_the_next_reminder_now(self):
        incident = self._create_waiting()
        with self.at(START + timedelta(hours=1)):
            incident.action_followup_send_now()
        self.assertEqual(incident.next_step_date, START + timedelta(hours=1))
        log = self.run_until(START + timedelta(hours=1), START + timedelta(hours=1))
        self.assertEqual(len(log), 2, log)
        self.assertEqual(incident.reminder_count, 1)

    def test_agent_cancels_the_followup(self):
        incident = self._create_waiting()
        followup = incident.followup_id
        with self.at(START):
            incident.action_followup_cancel()
        self.assertEqual(followup.state, "cancelled")
        self.assertEqual(followup.sudo().ended_by_id, self.agent.partner_id)
        self.assertFalse(incident.followup_id)
        self.assertEqual(incident.incident_phase, WAITING)
        self.assertFalse(self.run_until(START + 10 * DAY, START + DAY))

    def test_agent_tries_a_failed_step_again(self):
        incident = self._create_waiting()
        incident.sudo().followup_id.error = "Boom"
        self.assertEqual(incident.followup_error, "Boom")
        with self.at(START):
            incident.action_followup_retry()
        self.assertFalse(incident.followup_error)

    def test_button_of_an_outdated_screen_says_so(self):
        incident = self._create_waiting()
        with self.at(START):
            incident.action_followup_cancel()
        for name in ("hold", "resume", "send_now", "retry", "cancel"):
            with self.subTest(button=name), self.assertRaises(UserError):
                getattr(incident, f"action_followup_{name}")()

    def test_reader_of_another_team_has_no_hand_on_it(self):
        incident = self._create_waiting(user_id=self.leader.id)
        outsider = new_test_user(
            self.env,
            login="followup_outsider",
            groups="helpdesk_mgmt.group_helpdesk_user_own",
            company_id=self.company.id,
        )
        with self.assertRaises(AccessError):
            incident.with_user(outsider).action_followup_cancel()
        self.assertEqual(incident.followup_state, "running")

    def test_stat_button_shows_all_followups_of_the_incident(self):
        incident = self._create_waiting()
        action = incident.action_view_followups()
        self.assertEqual(action["res_id"], incident.followup_ids.id)
        with self.at(START + DAY), self.mock_mail_gateway():
            incident.incident_request("action", "<p>Please restart it</p>")
        self.assertEqual(incident.followup_count, 2)
        action = incident.action_view_followups()
        found = self.env["incident.followup"].search(action["domain"])
        self.assertEqual(found, incident.followup_ids)
        self.assertNotIn("search_default_open", action["context"])

    def test_exempted_incident_loses_its_followup(self):
        incident = self._create_waiting()
        view = "helpdesk_mgmt.ticket_view_form"
        form = Form(incident.with_user(self.agent), view)
        form.followup_exempt = True
        form.save()
        self.assertEqual(incident.followup_ids.state, "cancelled")

    def test_objection_during_closure_leaves_three_ways_open(self):
        ways = {
            "confirmed": (lambda it: it.action_incident_close("confirmed"), CLOSED),
            "not solved": (lambda it: it.action_incident_start(), IN_PROGRESS),
            "no confirmation": (lambda it: it.action_followup_resume(), CLOSURE),
        }
        for name, (act, phase) in ways.items():
            with self.subTest(way=name):
                incident = self._create_closing()
                with self.at(START + timedelta(hours=2)), self.mock_mail_gateway():
                    incident.incident_record_answer(self.customer, "<p>Maybe</p>")
                    self.assertEqual(incident.followup_state, "held")
                    act(incident)
                self.assertEqual(incident.incident_phase, phase)
                running = incident.followup_state == "running"
                self.assertEqual(running, phase == CLOSURE)


@tagged("post_install", "-at_install")
class TestFollowupFilters(FollowupViewsCommon):
    def _filter(self, view, name):
        """Return what a filter of a search view finds for the agent."""
        view = self.env.ref(f"openip_incident.{view}")
        records = self.env[view.model].with_user(self.agent)
        arch = etree.fromstring(records.get_view(view.id, "search")["arch"])
        (node,) = arch.xpath(f"//filter[@name='{name}']")
        domain = safe_eval(node.get("domain"), {"uid": self.agent.id})
        return records.with_context(tz="UTC").search(domain)

    def assertFilters(self, incident, view="incident_followup_view_search", **found):
        record = incident if view == "incident_view_search" else incident.followup_ids
        for name, expected in found.items():
            with self.subTest(filter=name):
                self.assertEqual(record in self._filter(view, name), expected)

    def test_running_followup_is_found_when_it_is_due(self):
        incident = self._create_waiting()
        with self.at(START + timedelta(hours=12)):
            self.assertFilters(
                incident, open=True, due_now=False, due_today=False, ended=False
            )
        with self.at(START + timedelta(hours=23)):
            self.assertFilters(incident, due_now=False, due_today=True, closing=False)
        with self.at(START + DAY):
            self.assertFilters(incident, due_now=True, due_today=True, held=False)

    def test_closing_within_24_hours(self):
        incident = self._create_waiting()
        followup = incident.sudo().followup_id
        close = followup.plan_id.step_ids[-1:]
        followup.write({"next_step_id": close.id, "due_date": START + 2 * DAY})
        with self.at(START + timedelta(hours=23)):
            self.assertFilters(incident, closing=False)
            self.assertFilters(incident, "incident_view_search", closing=False)
        with self.at(START + timedelta(hours=25)):
            self.assertFilters(incident, closing=True)
            self.assertFilters(incident, "incident_view_search", closing=True)
            incident.followup_id.action_hold()
            self.assertFilters(incident, closing=False, held=True, due_today=False)
            self.assertFilters(incident, "incident_view_search", closing=False)

    def test_mail_on_its_way(self):
        incident = self.request()
        with self.at(START):
            self.assertFilters(incident, in_flight=True, due_now=False, failed=False)
        incident.sudo().followup_id.undelivered = True
        self.assertFilters(incident, in_flight=False, failed=True)

    def test_failed_and_undelivered(self):
        search = "incident_view_search"
        incident = self._create_waiting()
        with self.at(START + DAY):
            self.assertFilters(incident, failed=False)
            self.assertFilters(incident, search, undelivered=False)
            incident.sudo().followup_id.error = "Boom"
            self.assertFilters(incident, failed=True, due_now=False)
            self.assertFilters(incident, search, undelivered=True)
            incident.action_followup_cancel()
            self.assertFilters(incident, failed=False, ended=True)
            self.assertFilters(incident, search, undelivered=False)
            incident.sudo().notice_ids[:1].status = "bounced"
            self.assertFilters(incident, search, undelivered=True)

    def test_reminded(self):
        search = "incident_view_search"
        incident = self._create_waiting()
        self.assertFilters(incident, search, reminded=False)
        self.run_until(START + DAY, START + DAY)
        self.assertFilters(incident, search, reminded=True)
        with self.at(START + DAY), self.mock_mail_gateway():
            incident.incident_record_answer(self.customer, "<p>Since Monday</p>")
        self.assertFilters(incident, search, reminded=False)

    def test_report_measures_and_groups(self):
        incident = self._create_waiting()
        self.run_until(START + DAY, START + DAY)
        with self.at(START + 2 * DAY), self.mock_mail_gateway():
            incident.incident_record_answer(self.customer, "<p>Since Monday</p>")
        followups = self.env["incident.followup"].with_user(self.manager)
        groups = followups.formatted_read_group(
            [("ticket_id", "=", incident.id)],
            ["integrator_party_id", "state", "start_date:month"],
            ["waited_hours:sum", "frozen_hours:sum", "reminder_count:sum"],
        )
        (row,) = groups
        self.assertEqual(row["integrator_party_id"][0], self.integrator.id)
        self.assertEqual(row["state"], "answered")
        self.assertEqual(row["waited_hours:sum"], 48)
        self.assertEqual(row["frozen_hours:sum"], 24)
        self.assertEqual(row["reminder_count:sum"], 1)


@tagged("post_install", "-at_install")
class TestDisregardedMail(FollowupViewsCommon):
    def _get_reason(self, message, user):
        """Return what the chatter of a user learns of a message."""
        store = Store().add(message.with_user(user))
        (values,) = store.get_result()["mail.message"]
        return values.get("incident_disregard")

    def test_chatter_says_why_a_mail_is_no_answer(self):
        incident = self._create_waiting()
        headers = {"Auto-Submitted": "auto-replied"}
        with self.at(START + timedelta(hours=1)), self.mock_mail_gateway():
            self._reply(incident, self.customer, headers=headers)
        message = incident.message_ids[:1]
        self.assertEqual(self._get_reason(message, self.agent), "Automatic reply")
        self.assertEqual(incident.incident_phase, WAITING)
        with self.at(START + timedelta(hours=2)), self.mock_mail_gateway():
            message.with_user(self.agent).action_count_as_answer()
        self.assertFalse(self._get_reason(message, self.agent))
        self.assertEqual(incident.followup_ids.state, "answered")

    def test_party_is_not_told(self):
        incident = self._create_waiting()
        message = incident.sudo().message_post(
            author_id=self.customer.id,
            body="Away",
            incident_disregard="auto_reply",
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        customer = self._create_portal_user(self.customer, "followup_customer")
        self.assertIsNone(self._get_reason(message, customer))
