# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The first run of an admin: what is missing, and a mail that goes and comes back."""

from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import email_normalize

from ..models.inbound.incident_mail_trial import MARK
from .test_whose import WhoseCommon


@tagged("post_install", "-at_install")
class TestSetup(WhoseCommon):
    def setUp(self):
        super().setUp()
        self.setups = self.env["incident.setup"].with_user(self.manager)
        self.trials = self.env["incident.mail.trial"].with_user(self.manager)

    def _open(self):
        """Return the lines of the list: dict of name: line."""
        action = self.setups.action_open_setup()
        setup = self.setups.browse(action["res_id"])
        return {line.name: line for line in setup.line_ids}

    def _send(self):
        """Return the mail of a test that was just asked for."""
        setup = self.setups.browse(self.setups.action_open_setup()["res_id"])
        with self.capture_letters() as letters:
            setup.action_send_trial()
        [letter] = letters
        return letter

    def _answer(self, letter, sender=None, subject=None, **options):
        self._receive(
            sender or self.manager.email_formatted,
            email_normalize(letter["reply_to"]),
            subject=subject or f"Re: {letter['subject']}",
            **options,
        )
        self.env.invalidate_all()
        return self.trials.search([("user_id", "=", self.manager.id)], limit=1)

    def _count_tickets(self):
        tickets = self.env["helpdesk.ticket"].with_context(active_test=False)
        return tickets.search_count([])

    def test_each_line_says_what_is_missing_and_opens_its_place(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("web.base.url", "https://support.example.com")
        self.env["ir.mail_server"].create({"name": "Out", "smtp_host": "mx.example"})
        self.company.write(
            {"email": "a@operator.example.com", "street": "1", "city": "X"}
        )
        teams = self.env["helpdesk.ticket.team"].search(
            [("incident_process", "=", True), ("user_ids", "=", False)]
        )
        teams.user_ids = self.agent
        gaps = {
            "Address of the company": lambda: self.company.write({"street": False}),
            "Public address of Odoo": lambda: parameters.set_param(
                "web.base.url", "http://127.0.0.1:8069"
            ),
            "Members of the team": lambda: self.team.write({"user_ids": [(5,)]}),
        }
        for name, make in gaps.items():
            with self.subTest(name):
                line = self._open()[name]
                self.assertEqual(line.state, "good", line.problem)
                self.assertFalse(line.problem or line.path)
                make()
                self.env.invalidate_all()
                line = self._open()[name]
                self.assertEqual(line.state, "missing")
                self.assertTrue(line.problem.endswith("."))
                action = line.action_open()
                self.assertTrue(action["url"].startswith("/odoo/"))

    def test_its_buttons_show_the_list_anew(self):
        """As the screen calls them: on the record, whose lines are looked at again."""
        setup = self.setups.browse(self.setups.action_open_setup()["res_id"])
        self.company.write({"street": False})
        view = etree.fromstring(setup.get_view(view_type="form")["arch"])
        for name in view.xpath("//header/button/@name"):
            with self.subTest(name), self.capture_letters():
                self.assertTrue(call_kw(setup, name, [setup.ids], {}))
                lines = {line.name: line.state for line in setup.line_ids}
                self.assertEqual(lines["Address of the company"], "missing")
                self.assertEqual(len(lines), len(setup.line_ids))

    def test_an_answer_proves_both_directions(self):
        letter = self._send()
        self.assertEqual(self._recipients([letter]), [self.manager.email_normalized])
        self.assertEqual(self._open()["Mail in both directions"].state, "missing")
        before = self._count_tickets()
        trial = self._answer(letter)
        self.assertEqual(trial.state, "answered")
        self.assertEqual(self._open()["Mail in both directions"].state, "good")
        self.assertEqual(self._count_tickets(), before, "a test is no incident")
        date = trial.answered_date
        self.assertEqual(self._answer(letter).answered_date, date)
        self.assertEqual(self._count_tickets(), before, "nor is a second answer")

    def test_machines_answer_nothing(self):
        letter = self._send()
        for kind in ("auto-replied", "auto-generated", "Auto-Notified"):
            with self.subTest(kind):
                trial = self._answer(letter, headers={"Auto-Submitted": kind})
                self.assertEqual(trial.state, "sent")
        trial = self._answer(letter, sender="MAILER-DAEMON@mx.example.net")
        self.assertEqual(trial.state, "sent")

    def test_only_its_own_mark_counts_and_not_for_ever(self):
        letter = self._send()
        found = MARK.search(letter["subject"])
        other = f"[incident-test-{found[1]}-{'0' * 32}]"
        self.assertEqual(self._answer(letter, subject=other).state, "sent")
        trial = self.trials.search([], limit=1)
        later = fields.Datetime.now() - timedelta(days=3)
        trial.sudo().sent_date = later
        self.assertEqual(self._answer(letter).state, "expired")

    def test_only_managers_and_only_with_an_address(self):
        setups = self.env["incident.setup"].with_user(self.agent)
        with self.assertRaises(AccessError):
            setups.action_open_setup()
        setup = self.setups.browse(self.setups.action_open_setup()["res_id"])
        with self.assertRaises(AccessError):
            setup.with_user(self.agent).action_send_trial()
        self.manager.partner_id.email = False
        with self.assertRaises(UserError):
            setup.action_send_trial()
        self.assertFalse(self.trials.search([]))

    def test_it_opens_after_the_installation(self):
        todo = self.env.ref("openip_incident.todo_first_steps")
        self.assertEqual(todo.action_id.type, "ir.actions.server")
        menu = self.env.ref("openip_incident.incident_setup_menu")
        self.assertEqual(menu.action.id, todo.action_id.id)
