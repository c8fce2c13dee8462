# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a mail costs: that arrives for an incident, for somebody else, that leaves."""

from odoo.tests import tagged
from odoo.tools import SQL

from ..tools.mail_source import read_source
from .common import IN_PROGRESS, INTEGRATOR_MAIL, IncidentCommon

# Ledger, locks, follow-up, rule, move with its log, activity, mail to the other party:
# beside the seventy of core's answer on a ticket. Savepoints of the gateway included,
# which are there in tests only. Two read what mails say of the incident.
MORE_PER_ANSWER = 30
# In one transaction; where each mail has its own, the cache is read anew for each.
PER_MAIL_SENT = 5
MAILS = 10

STRANGE = b"""From: somebody@example.com
To: %(to)s
Subject: Hello
Message-ID: <strange@example.com>
References: <%(reference)s@example.com>

Hello.
"""


@tagged("post_install", "-at_install")
class TestInboundPerformance(IncidentCommon):
    def setUp(self):
        super().setUp()
        self.gateway = self.env["incident.mail.gateway"].sudo()

    def _count_queries(self, act):
        """Return the queries of an act, with all that its commit sets off."""
        self.flush_tracking()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        act()
        self.flush_tracking()
        return self.cr.sql_log_count - before

    def _read(self, to=b"sales@elsewhere.example.com", reference=b"unknown"):
        return read_source(STRANGE % {b"to": to, b"reference": reference})

    def _request(self, **values):
        incident = self._create_incident_in(
            IN_PROGRESS, user_id=self.agent.id, **values
        )
        with self.capture_letters():
            incident.incident_request("information", "<p>When?</p>")
        return incident

    def _ask(self, **values):
        """Ask the customer of a plain ticket, as core does."""
        ticket = self._create_plain_ticket(user_id=self.agent.id, **values)
        with self.capture_letters():
            question = ticket.message_post(
                body="When?",
                partner_ids=self.customer.ids,
                subtype_xmlid="mail.mt_comment",
            )
        return ticket, question

    # Mail that arrives

    def test_answer_costs_little_more_than_on_a_ticket(self):
        questions = [self._ask() for _time in range(2)]
        incidents = [self._request() for _time in range(2)]
        with self.mock_mail_gateway():
            # The first of each fills the caches.
            [_first, core] = [
                self._count_queries(
                    lambda asked=question: self._receive(
                        self.customer.email_formatted, asked.reply_to, asked
                    )
                )
                for _ticket, question in questions
            ]
            [_first, ours] = [
                self._count_queries(
                    lambda asked=incident: self._reply(asked, self.customer)
                )
                for incident in incidents
            ]
        self.assertEqual(incidents[1].incident_phase, IN_PROGRESS)
        self.assertTrue(incidents[1].last_answer_date)
        self.assertLessEqual(ours - core, MORE_PER_ANSWER)

    def test_sender_is_found_by_an_index(self):
        """However many contacts there are."""
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        partners = self.env["res.partner"]
        query = partners._search([("email_normalized", "in", ["a@example.com"])])
        rows = self.env.execute_query(SQL("EXPLAIN %s", query.select()))
        plan = "\n".join(row[0] for row in rows)
        self.assertIn("res_partner_email_normalized_idx", plan)

    def test_mail_for_somebody_else_costs_one_query(self):
        self.gateway._protects(self._read())
        with self.assertQueryCount(1):
            self.assertFalse(self.gateway._protects(self._read()))

    def test_mail_to_an_incident_team_costs_no_query_to_be_known(self):
        to = self.team.alias_full_name.encode()
        self.gateway._protects(self._read(to))
        with self.assertQueryCount(0):
            self.assertTrue(self.gateway._protects(self._read(to)))

    def test_mail_that_answers_an_incident_is_known_by_what_it_answers(self):
        incident = self._request()
        message = self._hidden_message(incident, self.customer)
        source = self._read()
        source.headers.replace_header("References", message.message_id)
        self.assertTrue(self.gateway._protects(source))
        self.assertEqual(self.gateway._find_team(source), self.team)
        incident.action_archive()
        self.assertTrue(self.gateway._protects(source))

    def test_mail_that_answers_a_plain_ticket_is_cores(self):
        _ticket, question = self._ask()
        source = self._read()
        source.headers.replace_header("References", question.message_id)
        self.assertFalse(self.gateway._protects(source))

    def test_mail_that_answers_nothing_is_cores(self):
        source = self._read()
        del source.headers["References"]
        self.assertFalse(self.gateway._protects(source))

    # Addresses are remembered, not beyond a change

    def _is_address(self, address):
        return address in self.env["incident.address.mixin"]._get_addresses()

    def test_renamed_alias_is_known_at_once(self):
        old = self.team.alias_full_name
        self.assertTrue(self._is_address(old))
        self.team.alias_name = "telephony"
        self.assertFalse(self._is_address(old))
        self.assertTrue(self._is_address(self.team.alias_full_name))

    def test_switched_team_is_known_at_once(self):
        address = self.plain_team.alias_full_name
        self.assertFalse(self._is_address(address))
        self.plain_team.incident_process = True
        self.assertTrue(self._is_address(address))
        self.plain_team.incident_process = False
        self.assertFalse(self._is_address(address))

    def test_new_team_is_known_at_once(self):
        self.assertTrue(self._is_address(self.team.alias_full_name))
        team = self.team.create(
            {
                "name": "Fibre support",
                "alias_name": "fibre",
                "company_id": self.company.id,
                "incident_process": True,
            }
        )
        self.assertTrue(self._is_address(team.alias_full_name))
        address = team.alias_full_name
        team.unlink()
        self.assertFalse(self._is_address(address))

    def test_renamed_domain_is_known_at_once(self):
        domain = self.team.alias_domain_id
        self.assertTrue(self._is_address(domain.catchall_email))
        domain.catchall_alias = "everything"
        self.assertTrue(self._is_address(f"everything@{domain.name}"))

    # Who is told of an answer

    def test_follower_is_not_mailed_about_the_activity(self):
        incident = self._request()
        self.assertIn(self.agent.partner_id, incident.message_partner_ids)
        with self.capture_letters() as letters:
            self._reply(incident, self.customer)
        self.assertEqual(incident.activity_ids.user_id, self.agent)
        self.assertLettersTo(letters, INTEGRATOR_MAIL, self.agent.email)

    def test_leader_who_does_not_follow_is_mailed_about_the_activity(self):
        incident = self._create_incident_in(IN_PROGRESS, user=self.manager)
        with self.capture_letters():
            incident.incident_request("information", "<p>When?</p>")
        incident.message_unsubscribe(incident.message_partner_ids.ids)
        with self.capture_letters() as letters:
            self._reply(incident, self.customer)
        self.assertEqual(incident.activity_ids.user_id, self.leader)
        self.assertLettersTo(letters, INTEGRATOR_MAIL, self.leader.email)

    # Mail that leaves

    def test_each_mail_of_the_queue_costs_the_same(self):
        few, many = self._count_sending(MAILS), self._count_sending(2 * MAILS)
        self.assertLessEqual(many - few, PER_MAIL_SENT * MAILS)

    def _count_sending(self, count):
        incidents = self._create_incidents(count // 2)
        with self.mock_mail_gateway():
            incidents.action_incident_open()
            self.flush_tracking()
            mails = self._new_mails
            queries = self._count_queries(
                lambda: self.env["mail.mail"].sudo().process_email_queue(mails.ids)
            )
            self.assertEqual(len(self._mails), count)
        self.assertEqual(set(incidents.sudo().notice_ids.mapped("status")), {"sent"})
        return queries

    def test_what_was_sent_is_deleted(self):
        incident = self._create_incident()
        with self.mock_mail_gateway(mail_unlink_sent=True):
            incident.action_incident_open()
            self.flush_tracking()
            mails = self._new_mails
            self.env["mail.mail"].sudo().process_email_queue(mails.ids)
        self.assertEqual(len(mails), 2)
        self.assertFalse(mails.exists())

    def test_what_a_dead_server_had_sent_is_deleted_later(self):
        incident = self._create_incident()
        incident.action_incident_open()
        mails = self.env["mail.mail"].search(
            [("mail_message_id", "in", incident.sudo().notice_ids.message_id.ids)]
        )
        mails[0].state = "sent"
        self.env["mail.mail"]._gc_sent_incident_mails()
        self.assertFalse(mails[0].exists())
        self.assertTrue(mails[1].exists())
