# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import IN_PROGRESS, OPENED
from odoo.addons.openip_incident.tests.followup_common import FollowupCommon

from .page_common import PageCommon, get_page


@tagged("post_install", "-at_install")
class TestPageStep(PageCommon, FollowupCommon):
    """What the process says by itself is one line between the words of people (C4)."""

    def _get_entries(self, incident, party=None):
        return get_page(incident, party or self.customer)["entries"]

    def _get_lines(self, incident, party=None):
        """Return each entry's line, newest first; nothing for what is shown whole."""
        lines = (entry["step"] for entry in self._get_entries(incident, party))
        # Without its date.
        return [line.split(" on ")[0] for line in lines]

    def test_steps_of_the_process_are_lines(self):
        incident = self.request()
        self.run_to(24)
        self.run_to(48)
        lines = self._get_lines(incident)
        self.assertEqual(lines[:3], ["Reminder sent", "Reminder sent", ""])
        reminder, _again, asked = self._get_entries(incident)[:3]
        self.assertEqual(reminder["step"], "Reminder sent on 25 November at 10:00")
        # What was asked is the word of a colleague.
        self.assertFalse(asked["step"])

    def test_automatic_end_is_two_lines(self):
        incident = self.resolve()
        self.run_to(24 * 4)
        lines = self._get_lines(incident)
        self.assertEqual(
            lines[:4],
            [
                "Closed automatically",
                "Automatic closure announced",
                "Reminder sent",
                "Confirmation of closure requested",
            ],
        )

    def test_step_with_the_words_of_a_colleague_stays_whole(self):
        with self.mock_mail_gateway():
            told = self._create_incident_in(OPENED)
            told.action_incident_start()
            level = self.env.ref("openip_incident.escalation_level_2")
            told.action_incident_escalate(level, "<p>The carrier digs.</p>")
            told.action_incident_resolve("<p>A cable was spliced.</p>")
        solved, escalated, *_others = self._get_entries(told)
        self.assertFalse(solved["step"])
        self.assertFalse(escalated["step"])
        self.assertIn("The carrier digs.", escalated["body"])
        # After the incident has come back to work, the entry alone still says it.
        told.sudo()._incident_confirm_closure(self.customer)
        self.assertEqual(self._get_lines(told)[0], "Closed")

    def test_update_and_answer_are_no_steps(self):
        incident = self._create_incident_in(IN_PROGRESS)
        with self.mock_mail_gateway():
            incident.incident_update("<p>The technician is on his way.</p>")
        incident.sudo()._incident_answer_on_page(self.customer, "Good.", [], "n")
        self.assertEqual(self._get_lines(incident)[:2], ["", ""])

    def test_line_opens_to_what_was_mailed(self):
        self.customer.lang = "en_US"
        incident = self.resolve()
        page = self.visit(self.get_path(incident))
        details = page.xpath("//article/details")
        self.assertIn("Confirmation of closure", details[0].xpath("string(summary)"))
        self.assertIsNone(details[0].get("open"))
        whole = details[0].text_content()
        self.assertIn("confirm", whole.replace("Confirmation of closure", ""))
        self.assertFalse(details[0].getparent().xpath("./header"))

    def test_work_began_on_its_first_day(self):
        with self.moment(0):
            incident = self._create_incident_in(OPENED)
        with self.moment(24):
            incident.action_incident_start()
        with self.moment(72):
            level = self.env.ref("openip_incident.escalation_level_2")
            incident.action_incident_escalate(level, "<p>The carrier digs.</p>")
        stations = get_page(incident, self.customer)["stations"]
        days = [station["date"].replace("\u00a0", " ") for station in stations]
        self.assertEqual(days, ["Nov 23", "Nov 23", "Nov 24", "", ""])
