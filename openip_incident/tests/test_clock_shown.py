# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What agents see of the guaranteed time at a glance."""

from ast import literal_eval
from unittest.mock import patch

from lxml import etree

from odoo.tests import tagged

from .clock_common import ClockCommon
from .followup_common import HOUR, START

NAMES = (
    "incident_clock_line",
    "incident_clock_tone",
    "gtr_deadline",
    "gtr_state",
    "gti_state",
    "gti_deadline",
)


@tagged("post_install", "-at_install")
class TestClockShown(ClockCommon):
    def look(self, incident, *names):
        incident.invalidate_recordset()
        [row] = (
            incident.with_user(self.agent)
            .with_context(tz="Europe/Paris")
            .read(names or NAMES)
        )
        row.pop("id")
        return row

    def test_the_colour_follows_the_thresholds(self):
        incident = self.open()
        for hours, tone, line in (
            (1, "calm", "3 h 00 min left"),
            (3, "soon", "1 h 00 min left"),
            (3.75, "urgent", "15 min left"),
            (5.5, "missed", "Missed by 1 h 30 min"),
        ):
            with self.subTest(hours=hours), self.at(START + hours * HOUR):
                row = self.look(incident, "incident_clock_tone", "incident_clock_line")
                self.assertEqual(
                    row, {"incident_clock_tone": tone, "incident_clock_line": line}
                )

    def test_archived_thresholds_colour_nothing(self):
        incident = self.open()
        thresholds = self.env["incident.clock.threshold"].search([])
        thresholds.filtered(lambda one: one.percent < 100).action_archive()
        with self.at(START + 3.9 * HOUR):
            row = self.look(incident, "incident_clock_tone")
        self.assertEqual(row["incident_clock_tone"], "calm")

    def test_a_stopped_clock_says_since_when_and_by_what(self):
        incident = self.open()
        with self.at(START + 2 * HOUR):
            incident.with_user(self.agent).incident_clock_stop(
                self.causes["no_access"], START + HOUR, "Nobody on site"
            )
            row = self.look(incident)
        self.assertEqual(row["incident_clock_tone"], "stopped")
        self.assertIn("Clock stopped since", row["incident_clock_line"])
        self.assertIn("No access to the site", row["incident_clock_line"])
        self.assertFalse(row["gtr_deadline"])

    def test_the_banner_says_it_in_the_zone_of_its_reader(self):
        incident = self.open().with_user(self.agent)
        said = {}
        for zone in ("Europe/Paris", "Asia/Tokyo"):
            with self.at(START + HOUR):
                incident.invalidate_recordset()
                said[zone] = incident.with_context(tz=zone).incident_banner
            self.assertIn("3 h 00 min left", said[zone])
        self.assertEqual(len(set(said.values())), 2)

    def test_what_is_over_is_no_news(self):
        incident = self.open()
        with self.at(START + HOUR), self.mock_mail_gateway():
            incident.with_user(self.agent).action_incident_start()
            incident.with_user(self.agent).action_incident_resolve()
            incident.invalidate_recordset()
            banner = incident.with_user(self.agent).incident_banner
        self.assertNotIn("GTR", banner)
        self.assertEqual(self.look(incident)["incident_clock_tone"], "kept")

    def test_screens_cost_the_same_however_many_clocks(self):
        incidents = [self.open() for _n in range(12)]
        tickets = self.env["helpdesk.ticket"].with_user(self.agent)
        counts = []
        for few in (incidents[:2], incidents):
            ids = [one.id for one in few]
            tickets.browse(ids).read(NAMES)
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            tickets.browse(ids).read(NAMES)
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(*counts)

    def test_the_filters_find_each_its_own(self):
        running, stopped, disputed = self.open(), self.open(), self.open()
        agent = self.agent
        with self.at(START + HOUR):
            stopped.with_user(agent).incident_clock_stop(
                self.causes["no_access"], None, "Nobody on site"
            )
            disputed.with_user(agent).incident_clock_dispute("We did answer")
            self.assertEqual(self._find("clock_stopped"), stopped)
            self.assertEqual(self._find("clock_disputed"), disputed)
            self.assertEqual(self._find("clock_due"), running | disputed)
            dispute = self.get_entries(disputed)[-1:]
            dispute.with_user(self.manager).action_refuse_dispute("Not before noon")
            self.assertFalse(self._find("clock_disputed"))
        with self.at(START + 5 * HOUR):
            self.assertEqual(self._find("clock_missed"), running | disputed)

    def _find(self, name):
        view = self.env.ref("openip_incident.incident_view_search")
        tickets = self.env["helpdesk.ticket"].with_user(self.agent)
        arch = etree.fromstring(tickets.get_view(view.id, "search")["arch"])
        [found] = arch.xpath(f"//filter[@name='{name}']")
        asked = literal_eval(found.get("domain"))
        domain = [*asked, ("contract_id", "=", self.contract.id)]
        return tickets.search(domain).with_user(self.env.user)

    def test_without_contracts_its_columns_take_no_room(self):
        tickets = self.env["helpdesk.ticket"].with_user(self.agent)
        view = self.env.ref("openip_incident.incident_view_list")
        contracts, found = type(self.env["incident.contract"]), []
        for there in (True, False):
            with patch.object(contracts, "_are_there", return_value=there):
                arch = tickets.get_view(view.id, "list")["arch"]
            [field] = etree.fromstring(arch).xpath(
                "/list/field[@name='incident_clock_deadline']"
            )
            found.append(field.get("column_invisible"))
        self.assertEqual(found, [None, "1"])
