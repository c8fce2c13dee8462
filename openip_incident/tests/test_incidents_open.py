# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What else is open: looked for once, told by banner, counts and form."""

from odoo.tests import Form, tagged

from .common import CLOSED, OPENED
from .test_service import ServiceCommon

COUNTS = ("incident_customer_open_count", "incident_service_open_count")


@tagged("post_install", "-at_install")
class TestIncidentsOpen(ServiceCommon):
    def _read_counts(self, tickets):
        tickets.invalidate_recordset()
        return [(ticket[COUNTS[0]], ticket[COUNTS[1]]) for ticket in tickets]

    def test_one_search_serves_banner_counts_and_form(self):
        first = self._create_incident_in(OPENED, service_id=self.trunk.id)
        second = self._create_incident(service_id=self.trunk.id)
        second.invalidate_recordset()
        second.service_id.mapped("display_name")
        second.partner_id.mapped("incident_party_id")
        with self.assertQueryCount(1):
            self.assertEqual(second.incident_other_ids, first)
            self.assertEqual(second[COUNTS[0]], 1)
            self.assertEqual(second[COUNTS[1]], 1)
            [line] = second._get_incident_same_lines()
            self.assertIn(first.number, line)
            first.check_access("read")

    def test_those_on_the_same_service_come_first(self):
        old = self._create_incident(service_id=self.trunk.id)
        new = self._create_incident()
        incident = self._create_incident(service_id=self.trunk.id)
        incident.invalidate_recordset()
        self.assertEqual(incident.incident_other_ids.ids, [old.id, new.id])

    def test_the_same_service_is_told_however_many_there_are(self):
        old = self._create_incident(service_id=self.trunk.id)
        others = [self._create_incident() for _time in range(6)]
        incident = self._create_incident(service_id=self.trunk.id)
        incident.invalidate_recordset()
        newest = [other.id for other in reversed(others)]
        self.assertEqual(incident.incident_other_ids.ids, [old.id, *newest[:4]])
        self.assertEqual(incident[COUNTS[0]], 7)
        self.assertEqual(incident[COUNTS[1]], 1)
        self.assertIn(old.number, incident.incident_banner)
        self.assertNotIn(others[-1].number, incident.incident_banner)

    def test_many_on_the_same_service_are_named_in_part(self):
        others = [self._create_incident(service_id=self.trunk.id) for _ in range(6)]
        incident = self._create_incident(service_id=self.trunk.id)
        incident.invalidate_recordset()
        self.assertEqual(incident[COUNTS[1]], 6)
        [line] = incident._get_incident_same_lines()
        for other, named in zip(reversed(others), (1, 1, 1, 0, 0, 0), strict=True):
            self.assertEqual(line.count(f"/{other.id}'"), named)
        self.assertIn("…", line)

    def test_one_is_counted_as_many_are(self):
        """What is known of one by the others is what counting all of them says."""
        incidents = self.env["helpdesk.ticket"].with_user(self.agent)
        for service in (self.trunk, self.trunk, self.fibre, self.services):
            incidents |= self._create_incident(service_id=service.id)
        incidents |= self._create_incident(partner_id=self.stranger.id)
        incidents |= self._create_incident(partner_id=False)
        incidents |= self._create_incident_in(CLOSED, service_id=self.trunk.id)
        incidents |= self._create_incident(service_id=self.trunk.id)
        incidents[-1].sudo().active = False
        incidents |= self._create_plain_ticket().with_user(self.agent)
        each = [self._read_counts(incident)[0] for incident in incidents]
        self.assertEqual(
            each,
            [(3, 1), (3, 1), (3, 0), (3, 0), (0, 0), (0, 0), (4, 2), (4, 2), (4, 0)],
        )
        self.assertEqual(self._read_counts(incidents), each)
        # Where so many are open that they are counted.
        for _time in range(3):
            incidents |= self._create_incident()
        each = [self._read_counts(incident)[0] for incident in incidents]
        self.assertEqual(each[0], (6, 1))
        self.assertEqual(self._read_counts(incidents), each)

    def test_counting_many_takes_one_query(self):
        incidents = self.env["helpdesk.ticket"]
        for _time in range(4):
            incidents |= self._create_incident(service_id=self.trunk.id)
        self._read_counts(incidents)
        incidents.invalidate_recordset(COUNTS)
        with self.assertQueryCount(1):
            self.assertEqual(incidents.mapped(COUNTS[1]), [3] * 4)

    def test_another_companys_is_not_told(self):
        hidden = self._create_incident(service_id=self.trunk.id).sudo()
        hidden.company_id = self.company_2
        incident = self._create_incident(service_id=self.trunk.id)
        self.assertEqual(self._read_counts(incident), [(0, 0)])
        self.assertFalse(incident.incident_other_ids)
        self.assertNotIn(hidden.number, incident.incident_banner)

    def test_another_companys_is_not_told_whoever_has_asked_before(self):
        hidden = self._create_incident(service_id=self.trunk.id).sudo()
        hidden.company_id = self.company_2
        incident = self._create_incident(service_id=self.trunk.id)
        incident.invalidate_recordset()
        self.assertIn(hidden, incident.sudo().incident_other_ids)
        self.assertNotIn(hidden.number, incident.incident_banner)

    def test_a_new_one_follows_what_is_entered(self):
        first = self._create_incident(service_id=self.trunk.id)
        second = self._create_incident()
        tickets = self.env["helpdesk.ticket"].with_user(self.agent)
        form = Form(tickets.with_context(default_team_id=self.team.id))
        form.name = "No calls"
        self.assertFalse(form.incident_other_ids[:])
        form.partner_id = self.customer
        self.assertEqual(form.incident_other_ids[:].ids, [second.id, first.id])
        self.assertNotIn(first.number, form.incident_banner)
        form.service_id = self.trunk
        self.assertEqual(form.incident_other_ids[:], first | second)
        self.assertIn(f"'/odoo/incidents/{first.id}'", form.incident_banner)
        self.assertEqual([form[name] for name in COUNTS], [2, 1])
        form.service_id = self.services
        form.partner_id = self.stranger
        self.assertFalse(form.incident_other_ids[:])
        self.assertNotIn(first.number, form.incident_banner)
