# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Mails that arrive at the same time, in transactions that do not see each other."""

import threading
from contextlib import contextmanager
from unittest.mock import patch

from odoo import SUPERUSER_ID, api, fields
from odoo.tests import TransactionCase, tagged

SENDER = "rita@race.example.com"
COLLEAGUE = "remy@race.example.com"
STRANGER = "sam@elsewhere.example.net"
FIRST = "<first@race.example.com>"
SECOND = "<second@race.example.com>"


@tagged("post_install", "-at_install")
class TestIntakeRace(TransactionCase):
    def setUp(self):
        super().setUp()
        self.made = []
        self.addCleanup(self._clean_up)

    @contextmanager
    def _get_transaction(self):
        """Open a transaction of its own, which really commits."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def _clean_up(self):
        with self._get_transaction() as env:
            env["incident.intake"].browse(self.made).unlink()

    def _decide(self, env, address, message_id, references="", **limits):
        team = env["helpdesk.ticket.team"].new(
            {"intake_sender_limit": 1, "intake_domain_limit": 20, **limits}
        )
        mail = {"message_id": message_id, "references": references}
        return env["incident.intake"]._get_exceeded_limit(address, team, mail)

    def _send_link(self, env, address, message_id):
        """Note a link, as the gateway does, without any mail."""
        intake = env["incident.intake"].create(
            {
                "email_from": address,
                "team_id": env.ref("openip_incident.team_incident").id,
                "sent_date": fields.Datetime.now(),
            }
        )
        env["mail.message"].create(
            {
                "model": intake._name,
                "res_id": intake.id,
                "message_id": message_id,
                "message_type": "email",
            }
        )
        self.made.append(intake.id)

    def _race(self, address, message_id=SECOND, **options):
        """Decide about a mail while a link to the sender is on its way.

        :return: why the second mail gets none
        """
        reasons, looked = [], threading.Event()

        def decide():
            with self._get_transaction() as env:
                # From here on it does not see what others commit.
                env["incident.intake"].search_count([])
                looked.set()
                reasons.append(self._decide(env, address, message_id, **options))

        second = threading.Thread(target=decide)
        with self._get_transaction() as env:
            self.assertFalse(self._decide(env, SENDER, FIRST))
            second.start()
            self.assertTrue(looked.wait(10))
            self._send_link(env, SENDER, FIRST)
            env.flush_all()
        second.join(20)
        self.assertFalse(second.is_alive())
        return reasons[0]

    def test_sender_gets_one_link_of_two_mails_at_once(self):
        self.assertEqual(self._race(SENDER), "sender_limit")

    def test_domain_gets_no_more_links_than_it_may(self):
        reason = self._race(COLLEAGUE, intake_domain_limit=1)
        self.assertEqual(reason, "domain_limit")

    def test_conversation_gets_one_link_though_others_join_in(self):
        reason = self._race(STRANGER, references=FIRST)
        self.assertEqual(reason, "conversation")

    def test_mail_that_is_delivered_twice_at_once_gets_one_link(self):
        reason = self._race(SENDER, message_id=FIRST, intake_sender_limit=0)
        self.assertEqual(reason, "conversation")

    def test_nobody_else_is_concerned(self):
        self.assertFalse(self._race(STRANGER))

    def _with_ceiling(self, number):
        model = type(self.env["incident.intake"])
        return patch.object(model, "_get_ceiling", lambda self: number)

    def test_strangers_get_no_more_links_than_the_ceiling(self):
        with self._with_ceiling(1):
            self.assertEqual(self._race(STRANGER), "ceiling")

    def _wait(self, count):
        """Let mails of strangers wait for their hour."""
        with self._get_transaction() as env:
            waiting = env["incident.intake"].create(
                [
                    {
                        "email_from": f"u{index}@waiting{index}.example",
                        "team_id": env.ref("openip_incident.team_incident").id,
                        "hold_reason": "ceiling",
                    }
                    for index in range(count)
                ]
            )
            self.made += waiting.ids
            return waiting.ids

    def _get_sent(self, ids):
        with self._get_transaction() as env:
            return [bool(row.sent_date) for row in env["incident.intake"].browse(ids)]

    def test_two_runs_at_once_send_no_more_than_the_ceiling_and_each_once(self):
        ids, mailed, barrier = self._wait(6), [], threading.Barrier(2)
        model = type(self.env["incident.intake"])

        def release():
            barrier.wait(10)
            with self._get_transaction() as env:
                env["incident.intake"]._cron_intake()

        def mail(intake, template):
            mailed.append(intake.id)

        runs = [threading.Thread(target=release) for _index in range(2)]
        with self._with_ceiling(3), patch.object(model, "_mail_form_link", mail):
            for run in runs:
                run.start()
            for run in runs:
                run.join(30)
        # Who loses a race is left for later, nobody is written to twice.
        self.assertLessEqual(sum(self._get_sent(ids)), 3)
        self.assertEqual(len(mailed), len(set(mailed)))
        with self._with_ceiling(3), patch.object(model, "_mail_form_link", mail):
            release_alone(self)
        self.assertEqual(self._get_sent(ids), [True] * 3 + [False] * 3)
        self.assertEqual(sorted(mailed), ids[:3])

    def test_a_run_that_is_killed_leaves_its_link_for_the_next(self):
        ids = self._wait(1)
        model = type(self.env["incident.intake"])
        mail = patch.object(model, "_mail_form_link", lambda self, template: None)
        with mail, self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["incident.intake"].browse(ids)._do_release()
            self.assertTrue(env["incident.intake"].browse(ids).sent_date)
            env.flush_all()
            cr.rollback()
        self.assertEqual(self._get_sent(ids), [False])
        with mail:
            release_alone(self)
        self.assertEqual(self._get_sent(ids), [True])

    def test_whoever_decides_second_waits_for_the_first(self):
        done = threading.Event()

        def decide():
            with self._get_transaction() as env:
                self._decide(env, COLLEAGUE, SECOND)
            done.set()

        second = threading.Thread(target=decide)
        with self._get_transaction() as env:
            self._decide(env, SENDER, FIRST)
            second.start()
            self.assertFalse(done.wait(0.5))
        self.assertTrue(done.wait(10))
        second.join()


def release_alone(case):
    with case._get_transaction() as env:
        env["incident.intake"]._cron_intake()
