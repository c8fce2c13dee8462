# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import (
    CLOSED,
    CLOSURE,
    FROZEN,
    IN_PROGRESS,
    OPENED,
    WAITING,
)

from .page_common import make_view
from .portal_common import IncidentPortalCommon

BUDGET = 60


@tagged("post_install", "-at_install")
class TestPortalList(IncidentPortalCommon):
    def test_customers_see_theirs_and_integrators_those_of_all_their_customers(self):
        mine = self._create_incident_in(OPENED)
        other = self._create_incident_in(OPENED, partner_id=self.other_customer.id)
        seen = {
            "baker": {mine.number},
            "other_customer": {other.number},
            "technician": {mine.number, other.number},
            "other_integrator": set(),
            "stranger": set(),
        }
        for name, numbers in seen.items():
            with self.subTest(user=name):
                self._login(name)
                self.assertEqual(set(self._numbers()), numbers)

    def test_what_is_put_away_is_not_listed(self):
        kept, away = (self._create_incident_in(OPENED) for _time in range(2))
        away.sudo().active = False
        self._login("baker")
        self.assertEqual(self._numbers(), [kept.number])

    def test_visitor_is_sent_to_the_login(self):
        self._login(None)
        self.assertSentToLogin(self._get("/my/tickets"))

    def test_filters_by_what_matters_to_a_party(self):
        opened = self._create_incident_in(OPENED)
        waiting = self._create_incident_in(WAITING)
        closure = self._create_incident_in(CLOSURE)
        closed = self._create_incident_in(CLOSED)
        self._login("baker")
        for choice, incidents in (
            ("open", opened | waiting | closure),
            ("turn", waiting | closure),
            ("closed", closed),
            ("all", opened | waiting | closure | closed),
        ):
            with self.subTest(filter=choice):
                numbers = self._numbers(f"/my/tickets?filterby={choice}")
                self.assertEqual(set(numbers), set(incidents.mapped("number")))

    def test_stages_are_no_filter(self):
        """The base reads every stage to offer it."""
        self._create_incident_in(OPENED)
        self._login("baker")
        page = self._page("/my/tickets")
        links = page.xpath("//a[contains(@href, 'filterby=')]/@href")
        self.assertTrue(links)
        self.assertFalse(
            [link for link in links if f"={self.stages[OPENED].id}" in link]
        )

    def test_turn_is_the_same_in_list_and_page(self):
        """The search and the page must not tell a party different things."""
        tickets = self.env["helpdesk.ticket"].sudo()
        incidents = tickets.browse()
        for phase in (WAITING, FROZEN):
            for wait_for in ("either", "customer", "integrator", "both", False):
                for answered in (False, self.customer, self.integrator):
                    incident = self._create_incident_in(phase).sudo()
                    incident.write(
                        {"wait_for": wait_for, "answered_party_id": answered}
                    )
                    incidents |= incident
        alone = self._create_incident_in(WAITING, partner_id=self.stranger.id).sudo()
        alone.wait_for = "integrator"
        incidents |= alone
        for wait_for, asked in (
            ("customer", self.customer),
            ("customer", self.stranger),
            ("integrator", self.integrator),
            ("integrator", self.stranger),
            ("either", self.stranger),
        ):
            private = self._create_incident_in(WAITING).sudo()
            party = asked.incident_party_id
            private.write({"wait_for": wait_for, "private_request_party_id": party.id})
            incidents |= private
        for name in ("baker", "technician", "stranger"):
            partner = self.portal_users[name].partner_id
            domain = tickets._get_portal_turn_domain(partner)
            found = tickets.search([("id", "in", incidents.ids)] + list(domain))
            expected = incidents.filtered(
                lambda incident, partner=partner: (
                    incident._get_incident_party(partner)
                    and incident._is_incident_awaiting(partner)
                )
            )
            own = found.filtered(
                lambda incident, partner=partner: incident._get_incident_party(partner)
            )
            with self.subTest(user=name):
                self.assertTrue(expected)
                self.assertEqual(own, expected)

    def test_search_in_number_title_and_customer(self):
        mine = self._create_incident_in(OPENED, name="Fax is mute")
        other = self._create_incident_in(
            OPENED, name="Noise on the line", partner_id=self.other_customer.id
        )
        self._login("technician")
        for search_in, search, incident in (
            ("all", mine.number, mine),
            ("number", other.number, other),
            ("all", "mute", mine),
            ("name", "noise", other),
            ("all", "boulangerie", mine),
            ("customer", "durand", other),
        ):
            with self.subTest(search_in=search_in, search=search):
                path = f"/my/tickets?search_in={search_in}&search={search}"
                self.assertEqual(self._numbers(path), [incident.number])
        self.assertFalse(self._numbers("/my/tickets?search_in=name&search=durand"))

    def test_search_in_services_and_in_what_was_reported(self):
        services = self.env["incident.service"].sudo()
        line, other_line = (
            services.create(
                {
                    "name": name,
                    "partner_id": partner.id,
                    "site": site,
                    "phone_numbers": number,
                }
            )
            for name, partner, site, number in (
                ("FTTO-77", self.customer, "Rennes", "+33 2 61 91 20 41"),
                ("FTTO-88", self.other_customer, "Lorient", "+33 2 61 91 20 42"),
            )
        )
        mine = self._create_incident_in(OPENED, service_id=line.id)
        other = self._create_incident_in(
            OPENED, partner_id=self.other_customer.id, service_id=other_line.id
        )
        written = self._create_incident_in(
            OPENED, incident_service="Loge 12", description="<p>Crackles at noon</p>"
        )
        self._login("technician")
        for search_in, search, incident in (
            ("all", "FTTO-77", mine),
            ("service", "rennes", mine),
            ("service", "02 61 91 20 42", other),
            ("all", "0261912041", mine),
            ("service", "loge 12", written),
            ("text", "crackles", written),
            ("all", "crackles", written),
        ):
            with self.subTest(search_in=search_in, search=search):
                path = f"/my/tickets?search_in={search_in}&search={search}"
                self.assertEqual(self._numbers(path), [incident.number])
        self.assertFalse(self._numbers("/my/tickets?search_in=name&search=crackles"))
        # Another customer's line is not found by who may not see it.
        self._login("baker")
        self.assertFalse(self._numbers("/my/tickets?search=FTTO-88"))
        self.assertFalse(self._numbers("/my/tickets?search=0261912042"))

    def test_carriers_reference_is_not_searched(self):
        """What is internal must not be guessed by searching."""
        incident = self._create_incident_in(OPENED)
        incident.sudo().escalation_reference = "CARRIER-4711"
        self._login("technician")
        self.assertFalse(self._numbers("/my/tickets?search=CARRIER-4711"))

    def test_sorted_by_the_next_date(self):
        late, never, soon = (
            self._create_incident_in(phase)
            for phase in (
                WAITING,
                OPENED,
                CLOSURE,
            )
        )
        now = fields.Datetime.now()
        late.sudo().followup_id.due_date = now + timedelta(days=9)
        soon.sudo().followup_id.due_date = now + timedelta(hours=1)
        self._login("baker")
        numbers = self._numbers("/my/tickets?sortby=due")
        self.assertEqual(numbers, [soon.number, late.number, never.number])

    def test_days_are_those_of_the_reader(self):
        """A day begins and ends at its reader's midnight, and counts as a whole."""
        incidents = self.env["helpdesk.ticket"].browse()
        for moment in (
            "2026-03-09 22:59:59",
            "2026-03-09 23:00:00",
            "2026-03-10 22:59:59",
            "2026-03-10 23:00:00",
        ):
            incident = self._create_incident()
            self.env.cr.execute(
                "UPDATE helpdesk_ticket SET create_date = %s WHERE id = %s",
                (moment, incident.id),
            )
            incidents |= incident
        self.portal_users["baker"].tz = "Europe/Paris"
        self._login("baker")
        for query, shown in (
            ("date_begin=2026-03-10&date_end=2026-03-10", incidents[1:3]),
            ("date_begin=2026-03-10", incidents[1:]),
            ("date_end=2026-03-09", incidents[:1]),
        ):
            with self.subTest(query=query):
                numbers = self._numbers(f"/my/tickets?{query}")
                self.assertEqual(set(numbers), set(shown.mapped("number")))
        page = self._page("/my/tickets?date_begin=2026-03-10")
        (day,) = page.xpath("//input[@type='date'][@name='date_begin']/@value")
        self.assertEqual(day, "2026-03-10")

    def test_rows_say_company_service_turn_and_last_change(self):
        incident = self._create_incident_in(
            WAITING, partner_id=self.baker.id, incident_service="Line 7"
        )
        incident.sudo().wait_for = "customer"
        self._login("technician")
        [row] = self._page("/my/tickets").xpath("//tbody/tr")

        def read(name):
            (cell,) = row.xpath(f".//td[contains(@class, 'o_incident_row_{name}')]")
            return " ".join(cell.text_content().split())

        self.assertEqual(read("customer"), "Boulangerie Martin Claire Martin")
        self.assertIn("Line 7", read("title"))
        self.assertEqual(read("turn"), "Whose turn: Boulangerie Martin")
        self.assertTrue(read("changed"))
        self._login("baker")
        [row] = self._page("/my/tickets").xpath("//tbody/tr")
        self.assertEqual(read("turn"), "Whose turn: You")

    def test_search_finds_nothing_that_the_rules_hide(self):
        other = self._create_incident_in(OPENED, partner_id=self.other_customer.id)
        self._login("baker")
        for search in (other.number, "durand", other.name):
            with self.subTest(search=search):
                self.assertFalse(self._numbers(f"/my/tickets?search={search}"))

    def test_sorted_by_title(self):
        names = ("Crackling", "Absent tone", "Broken line")
        for name in names:
            self._create_incident_in(OPENED, name=name)
        self._login("baker")
        cells = self._page("/my/tickets?sortby=name").xpath(
            "//td[contains(@class, 'o_incident_row_title')]"
        )
        self.assertEqual([cell.text_content().strip() for cell in cells], sorted(names))

    def test_integrators_group_by_customer(self):
        for partner in (self.customer, self.other_customer, self.customer):
            self._create_incident_in(OPENED, partner_id=partner.id)
        self._login("technician")
        page = self._page("/my/tickets?groupby=customer")
        titles = [title.text_content() for title in page.xpath("//section/h2")]
        self.assertEqual(titles, ["Boulangerie Martin", "Garage Durand"])
        self._login("baker")
        page = self._page("/my/tickets?groupby=customer")
        self.assertFalse(page.xpath("//section/h2"))

    def test_pages_follow_each_other(self):
        incidents = self.env["helpdesk.ticket"].browse()
        for index in range(42):
            incidents |= self._create_incident(name=f"Incident {index}")
        self._login("baker")
        first = self._numbers("/my/tickets?sortby=name")
        second = self._numbers("/my/tickets/page/2?sortby=name")
        self.assertEqual((len(first), len(second)), (40, 2))
        self.assertEqual(set(first + second), set(incidents.mapped("number")))

    def test_next_step_is_shown_with_its_date(self):
        incident = self._create_incident_in(WAITING).sudo()
        due = fields.Datetime.now() + timedelta(hours=5)
        incident.followup_id.due_date = due
        self._login("baker")
        cell = self._page("/my/tickets").xpath("//td[@class='o_incident_row_next']")[0]
        view = make_view(incident, self.baker)
        date = view.page._format_date(view, due)
        self.assertEqual(cell.text_content().strip(), f"Reply before {date}")

    def test_step_that_is_late_is_not_promised(self):
        incident = self._create_incident_in(WAITING).sudo()
        incident.followup_id.due_date = fields.Datetime.now() - timedelta(hours=5)
        self._login("baker")
        cell = self._page("/my/tickets").xpath("//td[@class='o_incident_row_next']")[0]
        self.assertFalse(cell.text_content().strip())

    def test_malformed_parameters_give_the_list(self):
        incident = self._create_incident_in(OPENED)
        self._login("baker")
        for query in (
            "?page=0",
            "?page=abc",
            "?page=-1",
            "?page=%C2%B2",
            "?page=1000000000",
            "/page/99999999999999999999",
            "/page/0",
            "?sortby=foo",
            "?filterby=999999",
            "?groupby=evil",
            "?groupby=__class__",
            "?search_in=foo&search=",
            "?search=%00%27%22%25_%5C",
            "?date_begin=garbage&date_end=garbage",
            "?date_begin=2020-01-01",
            "?date_begin=&date_end=9999999-99-99",
            "?unknown=1&sortby=name&sortby=foo",
        ):
            with self.subTest(query=query):
                response = self._get(f"/my/tickets{query}")
                self.assertEqual(response.status_code, 200)
                if "search=%00" not in query:
                    self.assertIn(incident.number, response.text)

    def test_titles_are_inert(self):
        self._create_incident_in(OPENED, name="<script>alert(1)</script>")
        self._login("baker")
        response = self._get("/my/tickets")
        self.assertNotIn("<script>alert(1)", response.text)
        self.assertIn("&lt;script&gt;alert(1)", response.text)

    def test_plain_tickets_are_listed_with_their_stage(self):
        ticket = self._create_plain_ticket(partner_id=self.baker.id)
        self._login("baker")
        response = self._get("/my/tickets")
        self.assertIn(ticket.number, response.text)
        self.assertIn(ticket.stage_id.name, response.text)

    def test_home_counts_what_is_open_and_what_waits(self):
        for phase in (OPENED, IN_PROGRESS, WAITING, CLOSURE, CLOSED):
            self._create_incident_in(phase)
        self._create_incident_in(WAITING, partner_id=self.other_customer.id)
        self._login("baker")
        counters = ["ticket_count", "incident_turn_count"]
        self.env.flush_all()
        counted = self.make_jsonrpc_request("/my/counters", {"counters": counters})
        self.assertEqual(counted, {"ticket_count": 4, "incident_turn_count": 2})
        page = self._page("/my")
        for counter in counters:
            self.assertTrue(page.xpath(f"//*[@data-placeholder_count='{counter}']"))

    def test_cost_does_not_depend_on_the_number_of_incidents(self):
        self._login("technician")
        counts = []
        for size in (2, 20):
            for index in range(size):
                partner = self.customer if index % 2 else self.other_customer
                self._create_incident_in(WAITING, partner_id=partner.id)
            self._get("/my/tickets?groupby=customer")
            before = self.env.cr.sql_log_count
            self._get("/my/tickets?groupby=customer")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(max(counts), BUDGET)
        self.assertLessEqual(counts[1], counts[0] + 1)
