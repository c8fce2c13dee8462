# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from psycopg2.errors import UniqueViolation

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import CLOSED, IN_PROGRESS, REGISTERED, IncidentCommon


@tagged("post_install", "-at_install")
class TestNumber(IncidentCommon):
    def _tail(self, ticket):
        return int(ticket.number.rsplit("-", 1)[1])

    def test_prefix_carries_the_year(self):
        with freeze_time("2027-03-01 10:00:00"):
            incident = self._create_incident()
        self.assertRegex(incident.number, r"^INC2027-\d{5}$")

    def test_year_begins_anew(self):
        with freeze_time("2041-12-31 12:00:00"):
            last = self._create_incident()
        with freeze_time("2042-01-01 12:00:00"):
            first = self._create_incident()
        self.assertEqual(last.number, "INC2041-00001")
        self.assertEqual(first.number, "INC2042-00001")

    def test_sequence_advances_by_one_per_incident(self):
        """Nothing is drawn for the bin: numbers without gaps are asked about."""
        numbers = [self._tail(self._create_incident()) for _time in range(3)]
        incidents = self.env["helpdesk.ticket"].create(
            [
                {"name": "A", "description": "<p>a</p>", "team_id": self.team.id},
                {"name": "B", "description": "<p>b</p>", "team_id": self.team.id},
            ]
        )
        numbers += sorted(self._tail(incident) for incident in incidents)
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 5)))

    def test_plain_sequence_is_left_alone(self):
        before = self._create_plain_ticket().number
        self._create_incident()
        after = self._create_plain_ticket().number
        self.assertEqual(
            int("".join(filter(str.isdigit, after))),
            int("".join(filter(str.isdigit, before))) + 1,
        )

    def test_incident_by_mail_draws_once(self):
        first = self._tail(self._create_incident())
        self._receive(
            "Stan <stan@stranger.example.com>",
            self.team.alias_full_name,
            subject="The line is dead",
        )
        incident = self.env["helpdesk.ticket"].search(
            [("name", "=", "The line is dead")]
        )
        self.assertEqual(self._tail(incident), first + 1)
        self.assertFalse(incident.former_number)

    def test_companies_count_by_themselves(self):
        """Each company has its own first incident of the year."""
        self.env["ir.sequence"].create(
            {
                "name": "Incidents of the other company",
                "code": "openip.incident",
                "prefix": "INCB%(range_year)s-",
                "padding": 5,
                "use_date_range": True,
                "company_id": self.company_2.id,
            }
        )
        with freeze_time("2043-05-05 12:00:00"):
            ours = self._create_incident()
            theirs = self._create_incident(team_id=self.team_c2.id, user=self.user_root)
            ours_again = self._create_incident()
        self.assertEqual(ours.number, "INC2043-00001")
        self.assertEqual(theirs.number, "INCB2043-00001")
        self.assertEqual(ours_again.number, "INC2043-00002")

    def test_the_next_year_is_ready_before_its_first_number(self):
        """Two that draw the first number of a year in one moment both get one."""
        sequences = self.env["ir.sequence"]
        ours = sequences.search([("code", "in", ("openip.incident", "openip.outage"))])
        with freeze_time("2044-12-30 12:00:00"):
            sequences._prepare_incident_years()
            sequences._prepare_incident_years()
        ranges = ours.date_range_ids
        for sequence in ours:
            for year in ("2044", "2045"):
                mine = ranges.filtered(
                    lambda one, of=sequence, year=year: (
                        one.sequence_id == of and str(one.date_from) == f"{year}-01-01"
                    )
                )
                self.assertEqual(len(mine), 1)
                self.assertEqual(str(mine.date_to), f"{year}-12-31")
        with freeze_time("2045-01-01 00:00:01"):
            incident = self._create_incident()
        self.assertEqual(incident.number, "INC2045-00001")
        self.assertEqual(ours.date_range_ids, ranges, "no range is made by a number")

    def test_company_without_its_own_sequence_has_a_number(self):
        incident = self._create_incident(team_id=self.team_c2.id, user=self.user_root)
        self.assertRegex(incident.number, r"^INC\d{4}-\d{5}$")

    def test_plain_ticket_gets_a_new_number(self):
        ticket = self._create_plain_ticket()
        former = ticket.number
        ticket.team_id = self.team
        self.assertRegex(ticket.number, r"^INC\d{4}-\d{5}$")
        self.assertEqual(ticket.former_number, former)
        self.assertIn(ticket.number, ticket.display_name)

    def test_former_number_is_found(self):
        ticket = self._create_plain_ticket()
        former = ticket.number
        ticket.team_id = self.team
        tickets = self.env["helpdesk.ticket"].with_user(self.agent)
        for number in (former, ticket.number):
            with self.subTest(number=number):
                found = [found_id for found_id, _name in tickets.name_search(number)]
                self.assertIn(ticket.id, found)

    def test_former_number_is_found_by_the_exact_look_up(self):
        ticket = self._create_plain_ticket()
        former = ticket.number
        ticket.team_id = self.team
        tickets = self.env["helpdesk.ticket"]
        for numbers, found in (
            ([former], ticket),
            ([ticket.number], ticket),
            ([ticket.number[:-1]], tickets),
            (["INC"], tickets),
        ):
            with self.subTest(numbers=numbers):
                self.assertEqual(
                    tickets.search(tickets._get_number_domain(numbers)), found
                )

    def test_number_stays_when_the_team_changes(self):
        incident = self._create_incident_in(IN_PROGRESS)
        number = incident.number
        incident.team_id = self.other_team
        self.assertEqual(incident.number, number)
        incident.team_id = self.plain_team
        incident.team_id = self.team
        self.assertEqual(incident.number, number)
        self.assertEqual(incident.incident_phase, REGISTERED)

    def test_copy_has_its_own_number(self):
        incident = self._create_incident_in(CLOSED)
        copy = incident.copy()
        self.assertEqual(self._tail(copy), self._tail(incident) + 1)
        self.assertFalse(copy.former_number)

    def test_copies_of_several(self):
        incidents = self._create_incident() | self._create_incident()
        action = self.env["helpdesk.ticket"].with_context(active_ids=incidents.ids)
        before = self.env["helpdesk.ticket"].search_count([])
        action.action_duplicate_tickets()
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), before + 2)

    def test_copy_of_a_plain_ticket(self):
        copy = self._create_plain_ticket().copy()
        self.assertFalse(copy.number.startswith("INC"))
        self.assertNotEqual(copy.number, "/")

    def test_number_is_unique_among_incidents(self):
        first, second = self._create_incident(), self._create_incident()
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            with self.env.cr.savepoint():
                second.sudo().number = first.number
                self.env.flush_all()

    def test_agent_without_rights_on_sequences_may_create(self):
        incident = self._create_incident(user=self.agent)
        self.assertTrue(incident.number.startswith("INC"))
