# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How near a date is, as lists and forms say it, in a browser."""

from odoo.tests import HttpCase, new_test_user, tagged

SAY = """
    const {IncidentDueDateField} = odoo.loader.modules.get(
        "@openip_incident/followups/incident_due_date_field"
    );
    // The last evening of a year.
    luxon.Settings.now = () => new Date(2026, 11, 31, 18).valueOf();
    const say = (date) => {
        const field = Object.create(IncidentDueDateField.prototype);
        const due = luxon.DateTime.fromISO(date);
        field.props = {name: "due_date", record: {data: {due_date: due}}};
        return field.diffString.replace(/\\s+/g, " ");
    };
    const said = [
        "2027-01-01T19:39",
        "2026-12-31T19:39",
        "2026-11-29T08:00",
        "2027-02-01T08:00",
    ].map(say).join("; ");
    const expected =
        "Tomorrow 7:39 PM; Today 7:39 PM; 32 days ago 8:00 AM; In 32 days 8:00 AM";
    console[said === expected ? "log" : "error"](
        said === expected ? "test successful" : said
    );
"""


@tagged("post_install", "-at_install")
class TestDueDate(HttpCase):
    def test_days_are_counted_across_months_and_years(self):
        agent = new_test_user(
            self.env, login="due_agent", groups="helpdesk_mgmt.group_helpdesk_user"
        )
        self.browser_js(
            "/odoo/incidents", SAY, "odoo.isReady === true", login=agent.login
        )
