# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A number is the one that core would have drawn, whatever was asked to draw it."""

from unittest.mock import patch

from odoo.exceptions import ConcurrencyError
from odoo.fields import Date
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_sequence import IrSequence
from odoo.addons.openip_incident.models.speed.ir_sequence import Source

from .common import IncidentCommon


@tagged("post_install", "-at_install")
class TestSpeedNumber(IncidentCommon):
    def test_a_number_costs_one_query(self):
        tickets = self.env["helpdesk.ticket"]
        self._prepare_numbers()
        # The first one finds out where numbers come from.
        first = int(tickets._draw_incident_number(self.company)[-5:])
        self.assertIsInstance(
            self.env["ir.sequence"]._get_source(self.company.id, Date.today()), Source
        )
        with self.assertQueryCount(1):
            number = tickets._draw_incident_number(self.company)
        self.assertEqual(int(number[-5:]), first + 1)

    def test_what_changes_the_next_number_is_known_at_once(self):
        tickets = self.env["helpdesk.ticket"]
        sequence = self.env["ir.sequence"].search([("code", "=", "openip.incident")])
        sequence.use_date_range = False
        changes = (
            ({"prefix": "A-", "number_next": 7}, "A-00007"),
            ({"padding": 3}, "A-008"),
            ({"implementation": "no_gap", "number_next": 20}, "A-020"),
            ({"implementation": "standard", "suffix": "/x"}, "A-021/x"),
            ({"prefix": "%(range_year)s-", "use_date_range": True}, "2046-001/x"),
        )
        with freeze_time("2046-12-31 23:00:00"):
            for vals, number in changes:
                with self.subTest(vals=vals):
                    sequence.write(vals)
                    self.assertEqual(
                        tickets._draw_incident_number(self.company), number
                    )
            ranges = sequence.date_range_ids
            today = ranges.filtered(lambda one: str(one.date_to) == "2046-12-31")
            self._prepare_numbers()
            self.assertEqual(tickets._draw_incident_number(self.company), "2046-002/x")
            today.number_next_actual = 30
            self.assertEqual(tickets._draw_incident_number(self.company), "2046-030/x")
            today.unlink()
            self.assertEqual(tickets._draw_incident_number(self.company), "2046-001/x")
        with freeze_time("2047-01-01 00:00:00"):
            self.assertEqual(tickets._draw_incident_number(self.company), "2047-001/x")

    def test_another_way_of_drawing_is_heard(self):
        with patch.object(IrSequence, "get_next_char", lambda _self, _next: "Z1"):
            self.assertEqual(self._create_incident().number, "Z1")

    def test_what_was_rolled_back_is_known_no_more(self):
        tickets = self.env["helpdesk.ticket"]
        sequences = self.env["ir.sequence"]
        sequences.search([("code", "=", "openip.incident")]).company_id = False
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            sequences.create(
                {
                    "name": "Own",
                    "code": "openip.incident",
                    "company_id": self.company.id,
                    "prefix": "OWN-",
                }
            )
            number = tickets._draw_incident_number(self.company)
            self.assertTrue(number.startswith("OWN-"), number)
            raise ZeroDivisionError
        self.assertTrue(tickets._draw_incident_number(self.company).startswith("INC"))

    @mute_logger("odoo.sql_db")
    def test_a_counter_that_ended_meanwhile_is_looked_up_anew(self):
        sequences = self.env["ir.sequence"]
        self._prepare_numbers()
        source = sequences._get_source(self.company.id, Date.today())
        self.env.cr.execute(f"DROP SEQUENCE {source.counter}")
        with self.assertRaises(ConcurrencyError), self.env.cr.savepoint():
            self.env["helpdesk.ticket"]._draw_incident_number(self.company)
        # It was forgotten, and is looked up once more.
        before = self.cr.sql_log_count
        sequences._get_source(self.company.id, Date.today())
        self.assertGreater(self.cr.sql_log_count, before)

    def test_what_one_caller_sees_is_not_kept_for_all(self):
        tickets = self.env["helpdesk.ticket"]
        sequences = self.env["ir.sequence"]
        sequences.search([("code", "=", "openip.incident")]).company_id = False
        sequences.create(
            {
                "name": "Former",
                "code": "openip.incident",
                "company_id": self.company.id,
                "prefix": "FORMER-",
                "active": False,
            }
        )
        self._prepare_numbers()
        self.env.cr.execute("UPDATE ir_sequence SET write_date = '2020-01-01'")
        self.env.invalidate_all()
        tickets.with_context(active_test=False)._draw_incident_number(self.company)
        number = tickets._draw_incident_number(self.company)
        self.assertTrue(number.startswith("INC"), number)
