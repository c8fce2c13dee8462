# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The list of an integrator with many incidents: what waits first, and how many."""

from datetime import datetime
from time import perf_counter

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.openip_incident.tests.common import (
    CLOSED,
    CLOSURE,
    IN_PROGRESS,
    OPENED,
    WAITING,
)

from ..controllers.cockpit import COOKIE
from .portal_common import IncidentPortalCommon


def multiply(env, incident, count, first=1):
    """Copy the row of an incident as often as asked: no test waits for 10,000."""
    env.flush_all()
    columns = [
        name
        for (name,) in env.execute_query(
            SQL(
                "SELECT column_name FROM information_schema.columns "
                "WHERE table_name = 'helpdesk_ticket' AND column_name NOT IN %s",
                ("id", "number", "followup_id"),
            )
        )
    ]
    names = SQL(", ").join(SQL.identifier(name) for name in columns)
    env.cr.execute(
        SQL(
            "INSERT INTO helpdesk_ticket (number, %s) "
            "SELECT 'MANY' || %s || '-' || n, %s FROM helpdesk_ticket, "
            "generate_series(%s, %s) AS n WHERE id = %s",
            names,
            incident.id,
            names,
            first,
            first + count - 1,
            incident.id,
        )
    )
    env.cr.execute("ANALYZE helpdesk_ticket")
    env.invalidate_all()


@tagged("post_install", "-at_install")
class TestCockpit(IncidentPortalCommon):
    def _counts(self, path="/my/tickets"):
        spans = self._page(path).xpath("//span[@data-filter]")
        return {span.get("data-filter"): int(span.text_content()) for span in spans}

    def _create_of_each_kind(self):
        return {
            phase: self._create_incident_in(phase)
            for phase in (OPENED, WAITING, IN_PROGRESS, CLOSURE, CLOSED)
        }

    # Numbers

    def test_filters_say_how_many_they_show(self):
        self._create_of_each_kind()
        self._create_incident_in(WAITING, partner_id=self.other_customer.id)
        alone = self._create_incident_in(WAITING).sudo()
        alone.wait_for = "integrator"
        expected = {
            "baker": (6, 5, 2, 1, 1, 1),
            "technician": (7, 6, 4, 3, 1, 1),
            "other_customer": (1, 1, 1, 1, 0, 0),
            "stranger": (0, 0, 0, 0, 0, 0),
        }
        for name, numbers in expected.items():
            self._login(name)
            with self.subTest(user=name):
                counts = self._counts()
                self.assertEqual(
                    counts,
                    dict(
                        zip(
                            ("all", "open", "turn", "answer", "confirm", "closed"),
                            numbers,
                            strict=True,
                        )
                    ),
                )
                for choice, count in counts.items():
                    path = f"/my/tickets?filterby={choice}"
                    self.assertEqual(len(self._numbers(path)), count, choice)

    def test_numbers_are_those_of_what_is_searched(self):
        self._create_incident_in(WAITING, name="Fax is mute")
        self._create_incident_in(WAITING)
        self._login("technician")
        counts = self._counts("/my/tickets?search=mute")
        self.assertEqual((counts["all"], counts["answer"]), (1, 1))

    def test_colleagues_of_ours_are_asked_nothing(self):
        self._create_of_each_kind()
        self.authenticate("incident_agent", "incident_agent")
        counts = self._counts()
        self.assertNotIn("answer", counts)
        self.assertEqual(counts["turn"], 0)

    # Order

    def test_what_waits_comes_first_under_its_title(self):
        incidents = self._create_of_each_kind()
        self._login("technician")
        page = self._page("/my/tickets")
        titles = [title.text_content() for title in page.xpath("//section/h2")]
        self.assertEqual(
            titles, ["Your answer is asked", "Your confirmation is asked", "Others"]
        )
        numbers = self._numbers()
        first = [incidents[phase].number for phase in (WAITING, CLOSURE)]
        self.assertEqual(numbers[:2], first)
        self.assertEqual(len(numbers), len(set(numbers)))
        self.assertEqual(len(numbers), 5)

    def test_pages_go_on_where_the_last_one_ended(self):
        waiting, opened = (self._create_incident_in(one) for one in (WAITING, OPENED))
        multiply(self.env, waiting, 44)
        multiply(self.env, opened, 44)
        self._login("technician")
        numbers = [
            number
            for page in (1, 2, 3)
            for number in self._numbers(f"/my/tickets/page/{page}")
        ]
        self.assertEqual(len(numbers), 90)
        self.assertEqual(len(set(numbers)), 90)
        known = f"MANY{waiting.id}-", waiting.number
        self.assertTrue(all(number.startswith(known) for number in numbers[:45]))

    def test_bar_counts_what_waits(self):
        self._create_incident_in(CLOSURE)
        for _index in range(2):
            self._create_incident_in(WAITING)
        self._login("technician")
        [bar] = self._page("/my/tickets").xpath(
            "//*[contains(@class, 'o_incident_waiting_bar')]/span"
        )
        self.assertEqual(
            " ".join(bar.text_content().split()),
            "2 incidents wait for your answer. 1 incident waits for your confirmation.",
        )

    # Last choice

    def test_last_choice_is_that_of_the_next_visit(self):
        incidents = self._create_of_each_kind()
        self._login("technician")
        self._get("/my/tickets?filterby=closed&sortby=name&groupby=none")
        self.assertEqual(self._numbers(), [incidents[CLOSED].number])
        # What leads to the list by a filter alone is no choice.
        self.assertEqual(len(self._numbers("/my/tickets?filterby=open")), 4)
        self.assertEqual(self._numbers(), [incidents[CLOSED].number])
        self._get("/my/tickets?filterby=all&sortby=turn&groupby=none")
        self.assertEqual(len(self._numbers()), 5)

    def test_choice_is_its_users_own(self):
        self._create_of_each_kind()
        self._login("technician")
        self._get("/my/tickets?filterby=closed&sortby=name")
        kept = self.opener.cookies.get(COOKIE)
        self._login("baker")
        self.opener.cookies.set(COOKIE, kept)
        self.assertEqual(len(self._numbers()), 5)

    def test_forged_choice_gives_the_list(self):
        self._create_of_each_kind()
        self._login("technician")
        uid = self.portal_users["technician"].id
        for value in ("x", f"{uid}", f"{uid}.a.b.c", f"{uid}.__class__..", "…" * 9):
            self.opener.cookies.set(COOKIE, value.encode().decode("latin-1"))
            with self.subTest(value=value):
                self.assertEqual(len(self._numbers()), 5)

    # Customers

    def test_customers_with_what_is_open_and_how_long_lines_were_down(self):
        with freeze_time(datetime(2026, 11, 15, 12)):
            for since, restored, partner in (
                # Begun last month: 31 October, 23 h UTC is midnight in Paris.
                ((10, 31, 21), (11, 1, 1), self.customer),
                ((11, 10, 8), (11, 10, 9), self.customer),
                ((10, 2, 8), (10, 3, 9), self.customer),
            ):
                incident = self._create_incident_in(CLOSED, partner_id=partner.id)
                incident.sudo().write(
                    {
                        "incident_since": datetime(2026, *since),
                        "restored_date": datetime(2026, *restored),
                    }
                )
            going_on = self._create_incident_in(
                WAITING, partner_id=self.other_customer.id
            )
            going_on.sudo().incident_since = datetime(2026, 11, 15, 10, 30)
            unknown = self._create_incident_in(
                CLOSED, partner_id=self.other_customer.id
            )
            unknown.sudo().write(
                {"incident_since": datetime(2026, 11, 2), "restored_date": False}
            )
            self.portal_users["technician"].tz = "Europe/Paris"
            self._login("technician")
            rows = [
                [cell.text_content().split(":")[-1].strip() for cell in row]
                for row in self._page("/my/incidents/customers").xpath("//tbody/tr")
            ]
        self.assertEqual(
            rows,
            [
                ["Garage Durand", "1", "1", "1 h 30 min", "2"],
                ["Boulangerie Martin", "0", "0", "3 h 0 min", "3"],
            ],
        )

    def test_customers_are_an_integrators_page(self):
        self._create_incident_in(OPENED)
        self._login("baker")
        self.assertLedAway(self._get("/my/incidents/customers"))
        self._login("other_integrator")
        self.assertFalse(self._page("/my/incidents/customers").xpath("//tbody/tr"))
        self._login(None)
        self.assertSentToLogin(self._get("/my/incidents/customers"))

    # Cost

    def test_ten_thousand_incidents_cost_what_three_hundred_cost(self):
        incidents = self._create_of_each_kind()
        self._login("technician")
        paths = ("/my/tickets", "/my/tickets?groupby=customer&filterby=turn")
        paths += ("/my/incidents/customers", "/my/incidents/several")
        costs = []
        for size in (60, 2000):
            for incident in incidents.values():
                multiply(self.env, incident, size, first=size)
            costs.append([self._count_queries(path) for path in paths])
        self.assertEqual(*costs)

    def _count_queries(self, path):
        self._get(path)
        before = self.env.cr.sql_log_count
        self._get(path)
        return self.env.cr.sql_log_count - before

    def test_numbers_of_ten_thousand_come_from_the_database_at_once(self):
        incident = self._create_incident_in(WAITING)
        multiply(self.env, incident, 10_000)
        partner = self.portal_users["technician"].partner_id
        tickets = self.env["helpdesk.ticket"].sudo()
        domain = [("integrator_party_id", "=", partner.incident_party_id.id)]
        filters = {"answer": tickets._get_portal_answer_domain(partner)}
        spent = []
        for _attempt in range(5):
            start = perf_counter()
            with self.assertQueryCount(1):
                counts = tickets._count_incident_filters(domain, filters)
            spent.append(perf_counter() - start)
        self.assertEqual(counts["answer"], 10_001)
        # About 5 ms; the machine may be busy.
        self.assertLess(min(spent), 0.1)
