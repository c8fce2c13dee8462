# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whoever reports an affected service is told first, and attached with one click."""

from odoo.tests import tagged

from odoo.addons.openip_incident.tests.outage_common import create_outage

from .form_common import FORM_PATH, FormCommon
from .intake_common import UNKNOWN

# What the script asks for, and what it lets pass.
STEPS = """
const find = (selector) => document.querySelector(selector);
const until = async (what, check) => {
    for (let turn = 0; turn < 200; turn++) {
        if (check()) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error("waited for " + what);
};
const press = () => find("button[type=submit]").click();
(async () => {
    await until("script", () => find("form.o_incident_form[data-ready]"));
    press();
    await until("the choice", () => find("#outage_error.d-block"));
    find("#outage_else").click();
    press();
    await until("all the rest", () => find("#impact_error.d-block"));
    find("[name=outage]:not([value=else])").click();
    // With a file the sending is seen; without one the page is gone at once.
    const chosen = new DataTransfer();
    chosen.items.add(new File(["SIP 503"], "trace.log"));
    find("#files").files = chosen.files;
    find("#files").dispatchEvent(new Event("change", {bubbles: true}));
    await until("the file", () => find(".o_incident_chosen li"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    press();
    await until("progress", () => !find(".o_incident_progress").hidden);
    console.log("test successful");
})().catch((error) => console.error(error));
"""

BOX = "//section[contains(@class, 'o_incident_outage')]"


@tagged("post_install", "-at_install")
class TestOutageForm(FormCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.customer | cls.baker).lang = "en_US"
        cls.rival = cls.env["res.partner"].create(
            {"name": "Voxcom", "is_company": True, "email": "voxcom@example.org"}
        )
        services = cls.env["incident.service"]
        cls.line, cls.foreign, cls.own = services.create(
            [
                {"name": "TS-12", "partner_id": cls.customer.id},
                {"name": "FOREIGN-3", "partner_id": cls.rival.id},
                {"name": "I-1", "partner_id": cls.integrator.id},
            ]
        )

    def _strike(self, *services, **values):
        ids = [service.id for service in services or (self.line, self.foreign)]
        return create_outage(self, service_ids=ids, **values)

    def _read_box(self, path):
        page = self.visit(path)
        return " ".join(" ".join(one.text_content().split()) for one in page.xpath(BOX))

    # The form

    def test_the_form_names_it_first_and_nothing_is_chosen(self):
        outage = self._strike(expected_end_date="2030-01-01 10:00:00")
        path = self._get_form_path(self.baker.email_formatted)
        page = self.visit(path)
        text = self._read_box(path)
        self.assertIn("Outage: No calls in Nantes", text)
        self.assertIn("Investigating", text)
        self.assertIn("Expected end", text)
        self.assertIn("TS-12", text)
        self.assertNotIn("FOREIGN-3", text)
        choices = page.xpath("//input[@type='radio'][@name='outage']")
        self.assertEqual(
            [one.get("value") for one in choices], [str(outage.id), "else"]
        )
        self.assertFalse([one for one in choices if one.get("checked")])

    def test_the_enter_key_takes_no_shortcut(self):
        self._strike()
        page = self.visit(self._get_form_path(self.baker.email_formatted))
        first, second = page.xpath("//form//button[@type='submit']")[:2]
        self.assertNotIn("formnovalidate", first.attrib)
        self.assertEqual(first.get("tabindex"), "-1")
        self.assertIn("formnovalidate", second.attrib)

    def test_it_is_this_needs_nothing_else(self):
        outage = self._strike()
        incident, letters = self._report(
            outage=str(outage.id), impact="", description=""
        )
        self.assertRegistered(incident)
        self.assertEqual(incident.outage_id, outage)
        self.assertEqual(incident.service_id, self.line)
        self.assertIn("No calls in Nantes", incident.description)
        self.assertTrue(letters)
        for letter in letters:
            self.assertIn("No calls in Nantes", letter["body"])
            self.assertNotIn("FOREIGN-3", letter["body"])

    def test_what_was_typed_is_kept(self):
        outage = self._strike()
        incident, _letters = self._report(
            outage=str(outage.id), description="Dead since noon."
        )
        self.assertIn("Dead since noon.", incident.description)

    def test_it_is_something_else(self):
        self._strike()
        incident, _letters = self._report(outage="else")
        self.assertRegistered(incident)
        self.assertFalse(incident.outage_id)

    def test_nothing_chosen_is_asked_again(self):
        self._strike()
        incident, _letters = self._report()
        self.assertFalse(incident)
        self.assertEqual(self.response.status_code, 422)
        self.assertIn("whether it is this", self.response.text)
        self.assertIn("Busy tone on every call.", self.response.text)

    def test_what_is_over_meanwhile_is_not_attached(self):
        outage = self._strike()
        path = self._get_form_path(self.baker.email_formatted)
        self.visit(path)
        outage.action_resolve()
        incident, _letters = self._report(path=path, outage=str(outage.id))
        self.assertFalse(incident)
        self.assertEqual(self.response.status_code, 422)
        self.assertIn("What you have chosen is over", self.response.text)
        incident, _letters = self._report(path=path)
        self.assertRegistered(incident)
        self.assertFalse(incident.outage_id)

    def test_outages_of_others_are_refused(self):
        foreign = self._strike(self.foreign)
        path = self._get_form_path(self.baker.email_formatted)
        self.assertFalse(self._read_box(path))
        for choice in (str(foreign.id), "0", "²", "x" * 5000):
            incident, _letters = self._report(path=path, outage=choice)
            self.assertFalse(incident, choice)
            self.assertEqual(self.response.status_code, 422)

    def test_unknown_senders_are_told_nothing(self):
        outage = self._strike(self.line, self.foreign)
        path = self._get_form_path(UNKNOWN)
        self.assertFalse(self._read_box(path))
        incident, _letters = self._report(
            path=path, name="Unknown", outage=str(outage.id)
        )
        self.assertFalse(incident)
        incident, _letters = self._report(path=path, name="Unknown")
        self.assertRegistered(incident)

    def test_the_script_asks_for_nothing_else(self):
        self.baker.lang = "en_US"
        outage = self._strike()
        path = self._get_form_path(self.baker.email_formatted, html="<p></p>")
        self.browser_js(path, STEPS)
        self.assertEqual(self.intake.ticket_id.outage_id, outage)

    # With a login

    def test_integrators_choose_for_the_customer_that_is_hit(self):
        outage = self._strike()
        self._log_in(self.technician)
        text = self._read_box(FORM_PATH)
        self.assertIn(f"{self.customer.name}: TS-12", text)
        self.assertNotIn("FOREIGN-3", text)
        # Ours is not hit.
        incident, _letters = self._report(
            path=FORM_PATH, customer="own", outage=str(outage.id)
        )
        self.assertFalse(incident)
        incident, _letters = self._report(path=FORM_PATH, customer="own")
        self.assertRegistered(incident)
        incident, _letters = self._report(path=FORM_PATH, outage=str(outage.id))
        self.assertRegistered(incident)
        self.assertEqual(incident.outage_id, outage)
        self.assertEqual(incident.partner_id, self.customer)

    # The mail

    def test_the_mail_names_it_to_who_is_hit(self):
        self._strike()
        for sender, told in (
            (self.baker.email_formatted, True),
            (self.technician.email_formatted, True),
            (UNKNOWN, False),
            (self.stranger.email_formatted, False),
        ):
            _intake, letters = self._write_in(sender)
            body = letters[-1]["body"]
            self.assertEqual("No calls in Nantes" in body, told, sender)
            for name in ("TS-12", "FOREIGN-3"):
                self.assertNotIn(name, body)

    def test_the_mail_speaks_the_language_of_its_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.baker.lang = "fr_FR"
        self._strike()
        _intake, letters = self._write_in(self.baker.email_formatted)
        self.assertIn("No calls in Nantes", letters[-1]["body"])

    def test_the_mail_costs_nothing_while_nothing_fails(self):
        self.env["incident.outage"].search([]).sudo().unlink()
        self._write_in(self.baker.email_formatted)
        intake = self.intakes.search([], order="id desc", limit=1)
        intake._get_outage_facts()
        with self.assertQueryCount(0):
            self.assertFalse(intake._get_outage_facts())
