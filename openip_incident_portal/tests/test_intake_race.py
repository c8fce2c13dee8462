# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Mails that arrive at the same time, in transactions that do not see each other."""

import threading
from contextlib import contextmanager

from odoo import SUPERUSER_ID, api, fields
from odoo.tests import TransactionCase, tagged

SENDER = "rita@race.example.com"
COLLEAGUE = "remy@race.example.com"
STRANGER = "sam@elsewhere.example.com"
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
