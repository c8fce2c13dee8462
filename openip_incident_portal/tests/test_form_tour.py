# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from .form_common import FormCommon

# Odoo's tours need Odoo's scripts, which pages by link do without.
STEPS = """
const find = (selector) => document.querySelector(selector);
const until = async (what, check) => {
    for (let turn = 0; turn < 100; turn++) {
        if (check()) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(what);
};
const press = () => find("button[type=submit]").click();
(async () => {
    await until("script", () => find("form.o_incident_form[data-ready]"));
    if (window.odoo.session_info || document.scripts.length !== 1) {
        throw new Error("somebody else's script");
    }
    press();
    await until("complaint", () => find("#impact_error.d-block"));
    find("#impact_down").click();
    await until("no complaint", () => !find("#impact_error.d-block"));
    find("#service").value = "+33 1 23 45 67 89";
    if (find("#description").value !== "Busy tone on every call") {
        throw new Error(find("#description").value);
    }
    const choose = (name) => {
        const chosen = new DataTransfer();
        chosen.items.add(new File(["SIP 503"], name));
        find("#files").files = chosen.files;
        find("#files").dispatchEvent(new Event("change", {bubbles: true}));
    };
    choose("trace.log");
    choose("wrong.log");
    await until("both", () => find("#files").files.length === 2);
    find(".o_incident_chosen li:nth-child(2) button").click();
    await until("one", () => find("#files").files.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    press();
    await until("progress", () => !find(".o_incident_progress").hidden);
    console.log("test successful");
})().catch((error) => console.error(error));
"""


@tagged("post_install", "-at_install")
class TestFormTour(FormCommon):
    def test_from_the_link_to_the_number(self):
        """What somebody clicks in a browser is what the server registers."""
        self.baker.lang = "en_US"
        path = self._get_form_path(
            self.baker.email_formatted, html="<p>Busy tone on every call</p>"
        )
        self.browser_js(path, STEPS)
        incident = self.intake.ticket_id
        self.assertEqual(incident.incident_phase, "registered")
        self.assertEqual(incident.incident_impact, "down")
        self.assertEqual(incident.incident_service, "+33 1 23 45 67 89")
        self.assertEqual(incident.partner_id, self.baker)
        names = self.incidents.env["ir.attachment"].search(
            [("res_model", "=", incident._name), ("res_id", "=", incident.id)]
        )
        self.assertEqual(names.mapped("name"), ["trace.log"])
