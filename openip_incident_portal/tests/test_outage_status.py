# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What parties read of outages: their own services, and whose turn it is."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import CLOSURE, WAITING
from odoo.addons.openip_incident.tests.outage_common import create_outage

from .portal_common import IncidentPortalCommon

STATUS = "//section[contains(@class, 'o_incident_status')]"


@tagged("post_install", "-at_install")
class TestOutageStatus(IncidentPortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.customer | cls.baker).lang = "en_US"
        services = cls.env["incident.service"]
        cls.own, cls.sister, cls.foreign, cls.integrators = services.create(
            [
                {"name": name, "partner_id": partner.id}
                for name, partner in (
                    ("OWN-1", cls.customer),
                    ("SISTER-2", cls.other_customer),
                    ("FOREIGN-3", cls.stranger),
                    ("INTEGRATOR-4", cls.integrator),
                )
            ]
        )

    def _strike(self, *services, **values):
        ids = [service.id for service in services]
        return create_outage(self, service_ids=ids, **values)

    def _read_status(self, name, path="/my"):
        self._login(name)
        page = self._page(path)
        [text] = [
            " ".join(section.text_content().split())
            for section in page.xpath(
                "//section[contains(@class, 'o_incident_status')]"
            )
        ] or [""]
        return text

    # Network status

    def test_each_reads_of_its_own_services_alone(self):
        self._strike(self.own, self.sister, self.foreign, name="Trunk of Nantes")
        seen = {
            name: self._read_status(name)
            for name in ("baker", "other_customer", "technician", "stranger")
        }
        for name, text in seen.items():
            self.assertIn("Outage: Trunk of Nantes", text, name)
        own, sister, foreign = "OWN-1", "SISTER-2", "FOREIGN-3"
        for name, shown in (
            ("baker", {own}),
            ("other_customer", {sister}),
            ("technician", {own, sister}),
            ("stranger", {foreign}),
        ):
            for service in (own, sister, foreign):
                check = self.assertIn if service in shown else self.assertNotIn
                check(service, seen[name], name)
            self.assertNotIn("more", seen[name])
        self.assertNotIn(self.other_customer.name, seen["baker"])
        self.assertIn(f"{self.other_customer.name}: SISTER-2", seen["technician"])
        self.assertFalse(self._read_status("other_integrator"))
        self.assertIn("OWN-1", self._read_status("baker", "/my/tickets"))

    def test_states_are_told_until_it_is_over(self):
        outage = self._strike(self.own)
        self.assertIn("Investigating", self._read_status("baker"))
        outage.action_identify()
        self.assertIn("Identified", self._read_status("baker"))
        outage.action_resolve()
        text = self._read_status("baker")
        self.assertIn("Resolved", text)
        self.assertIn("Ended", text)
        outage.action_complete()
        self.assertFalse(self._read_status("baker"))
        works = self._strike(self.own, kind="works", name="Fibre moved")
        text = self._read_status("baker")
        self.assertIn("Planned works: Fibre moved", text)
        self.assertIn("Expected end", text)
        works.action_cancel()
        self.assertFalse(self._read_status("baker"))

    def test_dates_are_those_of_the_reader(self):
        self.baker.tz = "America/Martinique"
        with freeze_time("2026-11-23 09:00:00"):
            self._strike(self.own, expected_end_date="2026-11-23 12:30:00")
            facts = (
                self.env["incident.page"]
                .with_user(self.portal_users["baker"])
                ._get_network_status()
            )
        self.assertIn("23 November at 05:00", facts[0]["since"])
        self.assertIn("08:30", facts[0]["expected"])

    def test_what_is_told_names_no_record_of_another_company(self):
        outage = self._strike(self.own)
        outage.sudo().write({"team_id": False, "company_id": self.company_2.id})
        self.assertFalse(self._read_status("baker"))

    def test_many_services_are_counted(self):
        lines = self.env["incident.service"].create(
            [
                {"name": f"LINE-{index}", "partner_id": self.customer.id}
                for index in range(23)
            ]
        )
        self._strike(*lines, self.foreign)
        self.assertIn("and 3 more", self._read_status("baker"))

    def test_agents_have_the_backend(self):
        self._strike(self.own)
        self.authenticate("incident_agent", "incident_agent")
        page = self._page("/my/tickets")
        self.assertFalse(page.xpath(STATUS))

    # The incident

    def _hit(self, phase=WAITING, **values):
        incident = self._create_incident_in(phase, service_id=self.own.id).sudo()
        outage = self._strike(self.own, self.foreign, **values)
        outage.action_attach(incident.ids)
        self.env.flush_all()
        return incident, outage

    def _read_page(self, path):
        return " ".join(self._page(path).text_content().split())

    def test_the_page_says_it_is_our_turn(self):
        end = fields.Datetime.now() + timedelta(hours=3)
        incident, outage = self._hit(expected_end_date=end)
        link = incident._get_incident_path(self.customer, "view")
        self._login("baker")
        for path in (link, f"/my/ticket/{incident.id}"):
            text = self._read_page(path)
            self.assertIn("Part of an outage: No calls in Nantes", text)
            self.assertIn("Expected end", text)
            self.assertEqual(text.count("Expected end"), 1)
            self.assertIn("It is our turn", text)
            self.assertIn("nothing is closed by itself", text)
            self.assertNotIn("FOREIGN-3", text)
        outage.action_resolve()
        text = self._read_page(link)
        self.assertIn("Resolved", text)
        self.assertNotIn("It is our turn", text)

    def test_what_a_monitor_alone_has_seen_is_not_told(self):
        incident, _outage = self._hit(confirmed=False)
        self._login("baker")
        for path in (f"/my/ticket/{incident.id}", "/my/tickets"):
            text = self._read_page(path)
            self.assertIn(incident.number, text)
            self.assertNotIn("art of an outage", text)
            self.assertNotIn("No calls in Nantes", text)

    def test_what_is_not_confirmed_changes_nothing_on_the_page(self):
        incident, outage = self._hit(CLOSURE, confirmed=False)
        path = f"/my/ticket/{incident.id}"
        self._login("baker")
        text = self._read_page(path)
        self.assertIn("Solved: please confirm", text)
        self.assertIn("Please confirm that everything works again", text)
        self.assertNotIn("t is our turn", text)
        self.assertIn(incident.number, self._numbers("/my/tickets?filterby=turn"))
        outage.action_confirm()
        text = self._read_page(path)
        self.assertNotIn("Solved: please confirm", text)
        self.assertIn("It is our turn", text)
        self.assertIn("Then you may confirm it", text)
        self.assertNotIn(incident.number, self._numbers("/my/tickets?filterby=turn"))

    def test_planned_works_are_called_works(self):
        end = fields.Datetime.now() + timedelta(hours=3)
        incident, works = self._hit(kind="works", expected_end_date=end)
        works.action_start()
        self._login("baker")
        for path in (f"/my/ticket/{incident.id}", "/my/tickets"):
            text = self._read_page(path)
            self.assertIn("art of planned works", text)
            self.assertNotIn("outage", text.lower())
        self.assertIn("End of the works planned for", text)

    def test_the_list_says_it_is_our_turn(self):
        incident, outage = self._hit()
        closing, _outage = self._hit(CLOSURE)
        self._login("baker")
        text = self._read_page("/my/tickets")
        self.assertIn("Part of: No calls in Nantes (Investigating)", text)
        numbers = self._numbers("/my/tickets?filterby=turn")
        self.assertNotIn(incident.number, numbers)
        self.assertNotIn(closing.number, numbers)
        page = self._page("/my/tickets")
        turns = page.xpath("//td[contains(@class, 'o_incident_row_turn')]")
        self.assertTrue(turns)
        for cell in turns:
            self.assertIn("Our support", cell.text_content())
        outage.action_cancel()
        self.assertIn(incident.number, self._numbers("/my/tickets?filterby=turn"))
        self.assertNotIn(
            "Part of: No calls in Nantes (Can", self._read_page("/my/tickets")
        )

    def test_outages_are_read_by_no_portal_user(self):
        outage = self._strike(self.own).with_user(self.portal_users["baker"])
        self.assertFalse(outage.has_access("read"))
