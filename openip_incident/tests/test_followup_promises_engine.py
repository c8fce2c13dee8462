# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Promises 4, 6 and 7: races, bad rows, wake-ups, and what finding work costs."""

from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import CUSTOMER_MAIL, FROZEN, INTEGRATOR_MAIL, OPENED, WAITING
from .followup_common import FAILED_TYPE, HOUR, START, FollowupCommon

ENGINE = "odoo.addons.openip_incident.models.engine.incident_engine"
WORK = "odoo.addons.openip_incident.models.followup.incident_followup_work"
MINUTE = HOUR / 60


@tagged("post_install", "-at_install")
class TestFollowupPromisesEngine(FollowupCommon):
    def setUp(self):
        super().setUp()
        self.parties = self.customer | self.integrator

    def _start_again(self):
        """Begin with another incident, and with none of the earlier wake-ups."""
        self.clock, self.letters = START, []
        self._get_triggers().unlink()
        return self.request()

    def _patch(self, model, name, function):
        """Replace a method of a model by a function that is given the original."""
        cls = type(self.env[model])
        original = getattr(cls, name)

        def replacement(*args, **kwargs):
            return function(original, *args, **kwargs)

        return patch.object(cls, name, replacement)

    def _run(self, hours, cron):
        """Run one scheduled action at a moment, nothing before and nothing else."""
        self.clock = START + hours * HOUR
        with (
            self.enter_registry_test_mode(),
            self.at(self.clock),
            self.mail_server(),
            mute_logger(ENGINE, WORK, "odoo.sql_db"),
        ):
            cron.method_direct_trigger()
            self.flush_tracking()
        self.env.invalidate_all()

    def _get_wake_ups(self):
        return self._get_triggers().mapped("call_at")

    def assertLeftForLater(self, incident, hours):
        """Assert that nothing was done, and that it is tried again in a minute."""
        self.assertWaiting(incident, WAITING, "running", 0)
        self.assertFalse(incident.sudo().followup_id.error)
        self.assertEqual(len(incident.sudo().followup_id.event_ids), 1)
        self.assertIn(START + hours * HOUR + MINUTE, self._get_wake_ups())
        self.clock += MINUTE
        letters = self.run_to(hours + 1)
        self.assertSteps(letters, (hours + 1 / 60, "reminder", incident, self.parties))

    # Races

    def test_answer_between_the_search_and_the_lock_wins(self):
        incident = self.request()
        self.run_to(23)

        def find(original, engine, *tasks, **options):
            found = original(engine, *tasks, **options)
            if "remind" in {task.name for task in found}:
                incident.sudo().followup_id._finish("answered", self.customer)
                self.env.flush_all()
            return found

        with self._patch("incident.engine", "_find", find):
            self._run(24, self.remind_cron)
        followup = incident.sudo().followup_ids
        self.assertEqual(followup.state, "answered")
        self.assertEqual(len(followup.event_ids), 1)

    def test_what_somebody_else_holds_is_left_for_later(self):
        for model in ("helpdesk.ticket", "incident.followup"):
            with self.subTest(locked=model):
                incident = self._start_again()
                self.run_to(23)

                def lock(_original, records, **_options):
                    return records.browse()

                with self._patch(model, "try_lock_for_update", lock):
                    self._run(24, self.remind_cron)
                self.assertLeftForLater(incident, 24)
                incident.sudo().followup_id._finish("cancelled")

    def test_lost_race_is_no_error_of_the_follow_up(self):
        """For all at once, or for one after another has failed."""
        for failures in ((SerializationFailure,), (ValueError, SerializationFailure)):
            with self.subTest(failures=failures):
                incident = self._start_again()
                self.run_to(23)
                to_come = iter(failures)

                def do(original, engine, task, followups, to_come=to_come):
                    failure = task.name == "remind" and next(to_come, None)
                    if failure:
                        raise failure
                    return original(engine, task, followups)

                with self._patch("incident.engine", "_do", do):
                    self._run(24, self.remind_cron)
                self.assertLeftForLater(incident, 24)
                incident.sudo().followup_id._finish("cancelled")

    def test_lost_race_of_the_retries_is_tried_again(self):
        self.refused = {CUSTOMER_MAIL}
        self.request()
        self.run_to(0.01)

        def retry(_original, _notices):
            raise SerializationFailure

        with self._patch("incident.notice", "_retry", retry):
            self._run(2 / 60, self.remind_cron)
        self.assertIn(START + 3 * MINUTE, self._get_wake_ups())

    def test_mail_that_another_worker_has_sent_is_not_sent_again(self):
        self.refused = {CUSTOMER_MAIL}
        incident = self.request()
        self.run_to(0.01)
        notice = incident.sudo().notice_ids.filtered(
            lambda item: item.status == "failed"
        )[:1]
        self.assertEqual(notice.retry_date, START + 2 * MINUTE)

        def lock(original, notices, **options):
            notice.write({"status": "sent", "sent_date": START})
            notice._get_mails().state = "sent"
            self.env.flush_all()
            return original(notices, **options)

        with self._patch("incident.notice", "try_lock_for_update", lock):
            self._run(2 / 60, self.remind_cron)
        self.assertEqual(notice.status, "sent")
        self.assertEqual(notice._get_mails().state, "sent")

    # Batches

    def test_one_run_does_batch_after_batch(self):
        incidents = [self.request() for _number in range(3)]
        self.run_to(23)
        sizes = []

        def do(original, engine, task, followups):
            sizes.append(len(followups))
            return original(engine, task, followups)

        with (
            self._patch("incident.engine", "_get_batch", lambda *_arguments: 1),
            self._patch("incident.engine", "_do", do),
        ):
            self._run(24, self.remind_cron)
        self.assertEqual(sizes, [1, 1, 1])
        for incident in incidents:
            self.assertEqual(incident.sudo().followup_id.event_id.action, "remind")

    def test_run_that_is_out_of_time_comes_back(self):
        incident = self.request()
        self.run_to(23)

        def commit_progress(original, cron, processed=0, **options):
            left = original(cron, processed, **options)
            return 0 if processed else left

        engine = type(self.env["incident.engine"])
        with (
            self._patch("ir.cron", "_commit_progress", commit_progress),
            patch.object(engine, "_go_on") as go_on,
        ):
            self._run(24, self.remind_cron)
        self.assertEqual(incident.sudo().followup_id.event_id.action, "remind")
        self.assertIn(START + 24 * HOUR + MINUTE, self._get_wake_ups())
        go_on.assert_called()

    def test_what_waits_behind_a_task_is_left_for_the_same_run(self):
        """Odoo comes back at once only for an action with something left to do."""
        self.request()
        self.run_to(23)
        for _number in range(2):
            self.request()
        with self.at(self.clock), self.mail_server():
            self.send_queue()
        runs, left = [], []

        def commit_progress(original, cron, processed=0, **options):
            rest = original(cron, processed, **options)
            runs.extend([processed] if processed else [])
            return rest if len(runs) < 2 else 0

        def go_on(engine):
            run = engine.env.context["ir_cron_progress_id"]
            left.append(engine.env["ir.cron.progress"].browse(run).remaining)

        with (
            self._patch("ir.cron", "_commit_progress", commit_progress),
            self._patch("incident.engine", "_get_batch", lambda *_arguments: 1),
            patch(f"{ENGINE}.LOOKAHEAD", 1),
            patch.object(type(self.env["incident.engine"]), "_go_on", go_on),
        ):
            self._run(24, self.remind_cron)
        # Both are settled; the reminder of the first is left.
        self.assertEqual(runs[:2], [1, 1])
        self.assertEqual(left[0], 1)

    def test_who_is_out_of_time_wakes_the_servers(self):
        """They would look a minute later, though Odoo has planned it for now."""
        cron, progress = self.remind_cron._add_progress()
        engine = cron.env["incident.engine"]
        with patch.object(type(cron), "_notifydb") as wake:
            engine._go_on()
            self.env.cr.postcommit.run()
            # Who gets nothing done would try it over and over without a pause.
            wake.assert_not_called()
            progress.done = 1
            engine._go_on()
            wake.assert_not_called()
            self.env.cr.postcommit.run()
        wake.assert_called_once()

    def test_refused_mails_beyond_a_batch_wait_a_minute(self):
        self.refused = {CUSTOMER_MAIL, INTEGRATOR_MAIL}
        incident = self.request()
        self.run_to(0.01)
        with (
            self._patch("incident.engine", "_get_batch", lambda *_arguments: 1),
            patch(f"{ENGINE}.LOOKAHEAD", 1),
        ):
            self._run(2 / 60, self.remind_cron)
        statuses = sorted(
            incident.sudo().followup_id.event_id.notice_ids.mapped("status")
        )
        self.assertEqual(statuses, ["failed", "queued"])
        self.assertIn(START + 3 * MINUTE, self._get_wake_ups())

    # Bad rows

    def test_one_bad_mail_does_not_keep_the_others_from_being_tried_again(self):
        self.refused = {CUSTOMER_MAIL, INTEGRATOR_MAIL}
        incident = self.request()
        self.run_to(0.01)
        notices = incident.sudo().followup_id.event_id.notice_ids
        bad, good = notices
        self.assertEqual(set(notices.mapped("status")), {"failed"})

        def is_given_up(original, notice):
            if notice == bad:
                raise ValueError("This mail is broken")
            return original(notice)

        with self._patch("incident.notice", "_is_given_up", is_given_up):
            self._run(2 / 60, self.remind_cron)
        self.assertEqual(good.status, "queued")
        self.assertEqual(bad.status, "failed")
        self.assertIn("unexpected error (ValueError)", bad.failure)
        self.assertEqual(bad.retry_date, START + 2 * MINUTE + 6 * HOUR)

    def test_bad_row_of_which_nobody_can_be_told_harms_nobody(self):
        bad, good = self.request(), self.request()
        self.run_to(23)

        def correspond(original, tickets, *args, **kwargs):
            if bad.id in tickets.ids:
                raise ValueError("This template is broken")
            return original(tickets, *args, **kwargs)

        def alert(original, ticket, *args, **kwargs):
            if ticket.id == bad.id:
                raise ValueError("This user is broken")
            return original(ticket, *args, **kwargs)

        with (
            self._patch("helpdesk.ticket", "_correspond", correspond),
            self._patch("helpdesk.ticket", "_incident_alert_support", alert),
        ):
            self._run(24, self.remind_cron)
        self.assertIn("unexpected error (ValueError)", bad.sudo().followup_id.error)
        self.assertEqual(good.sudo().followup_id.event_id.action, "remind")
        self.assertFalse(good.sudo().followup_id.error)

    def test_row_that_could_not_be_settled_is_not_frozen_with_the_others(self):
        """Its reminder is not counted: nothing may follow from it."""
        bad, good = self.request(), self.request()
        self.run_to(23)

        def count(original, followups, difference):
            original(followups, difference)
            self.env.flush_all()
            if bad.id in followups.ticket_id.ids:
                raise ValueError("This row is broken")

        with (
            self._patch("incident.followup", "_count_reminders", count),
            mute_logger(ENGINE, "odoo.sql_db"),
        ):
            self.run_to(24.1)
        self.assertWaiting(good, FROZEN, "running", 1)
        self.assertWaiting(bad, WAITING, "running", 0)
        self.assertTrue(self.get_activities(bad, FAILED_TYPE))
        self.run_to(30)
        self.assertWaiting(bad, WAITING, "running", 0)
        with self.moment(31):
            bad.followup_id.with_user(self.agent).action_retry()
        self.run_to(31.1)
        self.assertWaiting(bad, FROZEN, "running", 1)
        self.assertEqual(bad.next_step_date, START + 48 * HOUR)

    # Wake-ups

    def test_decided_mail_wakes_the_settling(self):
        incident = self.request()
        self.run_to(23)
        self._run(24, self.remind_cron)
        sent = START + 24 * HOUR + 7 * MINUTE
        with self.at(sent), self.mail_server():
            self.send_queue()
        self.assertIn(sent, self._get_wake_ups())
        self.clock = sent
        self.run_to(30)
        self.assertEqual(incident.next_step_date, sent + 24 * HOUR)

    def test_bounce_wakes_the_settling(self):
        incident = self.request()
        with self.moment(50):
            self.bounce(incident, self.customer)
        self.assertIn(START + 50 * HOUR, self._get_wake_ups())

    # Cost

    def test_each_task_has_its_index(self):
        """Finding work never means to look through all that ever was."""
        followups = self.env["incident.followup"]
        notices = self.env["incident.notice"]
        unsettled = Domain([("status", "=", "bounced"), ("bounce_settled", "=", False)])
        refused, stuck = (
            Domain([("status", "=", "failed"), ("retry_date", "<=", START)]),
            Domain([("status", "=", "queued"), ("create_date", "<=", START)]),
        )
        cases = (
            (followups, followups._get_flight_domain(), "flight"),
            (followups, followups._get_release_domain(), "hold"),
            (notices, unsettled, "bounced"),
            (notices, refused, "retry"),
            (notices, stuck, "stuck"),
        )
        self.env.flush_all()
        # In an almost empty table any index is as cheap as the right one.
        self.env.cr.execute("DROP INDEX incident_followup_open_unique")
        self.env.cr.execute("DROP INDEX incident_notice_unsent_idx")
        self.env.cr.execute("DROP INDEX incident_followup__event_id_index")
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        for model, domain, index in cases:
            with self.subTest(index=index):
                query = model._search(domain)
                rows = self.env.execute_query(SQL("EXPLAIN %s", query.select()))
                plan = " ".join(row[0] for row in rows)
                self.assertIn(f"{model._table}_{index}_idx", plan)

    def test_settling_dates_from_the_first_acceptance(self):
        incident = self.request()
        self.run_to(23)
        self._run(24, self.remind_cron)
        first, second = incident.sudo().followup_id.event_id.notice_ids
        for notice, minutes in ((first, 5), (second, 20)):
            with self.at(START + 24 * HOUR + minutes * MINUTE):
                notice._set_sent()
                self.flush_tracking()
        self._run(24.5, self.remind_cron)
        self.assertEqual(incident.next_step_date, START + 48 * HOUR + 5 * MINUTE)

    def test_answered_incident_is_back_at_work_in_the_same_transaction(self):
        incident = self.request()
        self.run_to(30)
        with self.at(self.clock), self.mail_server():
            self._reply(incident, self.customer)
            self.assertEqual(incident.incident_phase, OPENED)
