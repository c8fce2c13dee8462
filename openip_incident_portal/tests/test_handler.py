# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who of the integrator handles an incident, and what it tells support alone."""

from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import OPENED, WAITING

from .page_common import PageCommon, get_page
from .portal_common import IncidentPortalCommon

SECRET = "The customer has not paid us"


@tagged("post_install", "-at_install")
class TestHandler(IncidentPortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prepare_once()

    def prepare(self):
        self.incident = self._create_incident_in(OPENED).sudo()
        self.path = f"/my/ticket/{self.incident.id}"

    def _say(self, handler, csrf=True):
        return self._post(f"{self.path}/handler", csrf=csrf, handler=handler)

    def test_staff_of_the_integrator_says_who_handles_it(self):
        self._login("technician")
        form = [
            form
            for form in self._page(self.path).forms
            if form.action.endswith("/handler")
        ][0]
        values = form.inputs["handler"].value_options
        self.assertEqual(values, ["0", str(self.technician.id)])
        self.assertEqual(self._say(self.technician.id).status_code, 303)
        self.assertEqual(self.incident.integrator_handler_id, self.technician)
        for party in (self.customer, self.integrator):
            page = get_page(self.incident, party)
            self.assertEqual(page["handler"], self.technician.name)
            self.assertFalse(page["handlers"])
        self._say(0)
        self.assertFalse(self.incident.integrator_handler_id)

    def test_nobody_else_says_it_and_nobody_else_is_named(self):
        for name in ("baker", "other_integrator", "other_customer", "stranger", None):
            self._login(name)
            with self.subTest(user=name):
                self._say(self.technician.id)
                self.assertFalse(self.incident.integrator_handler_id)
        self._login("technician")
        self._say(self.technician.id, csrf=False)
        self.assertFalse(self.incident.integrator_handler_id)
        for chosen in (self.baker.id, self.agent.partner_id.id, "-1", "x", "9" * 30):
            with self.subTest(chosen=chosen):
                self.assertEqual(self._say(chosen).status_code, 303)
                self.assertFalse(self.incident.integrator_handler_id)

    def test_who_is_no_staff_any_more_handles_nothing(self):
        self.incident.integrator_handler_id = self.technician
        self.incident.integrator_id = self.other_integrator
        self.assertFalse(self.incident.integrator_handler_id)
        self.incident.integrator_id = self.integrator
        self.incident.integrator_handler_id = self.technician
        self.technician.user_ids.active = False
        self.technician.active = False
        self.assertFalse(get_page(self.incident, self.customer)["handler"])

    def test_outside_nobody_reads_it_by_rpc(self):
        user = self.portal_users["technician"]
        fields = self.incident.with_user(user).fields_get()
        self.assertNotIn("integrator_handler_id", fields)


@tagged("post_install", "-at_install")
class TestSupportAlone(PageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prepare_once()

    def prepare(self):
        self.incident = self._create_incident_in(OPENED).sudo()

    def _get_message(self, incident=None):
        entries = self._entries(incident or self.incident)
        return entries.filtered(lambda entry: SECRET in entry.body)

    def test_page_says_from_whom_it_is_kept(self):
        for party, other in (
            (self.integrator, self.customer),
            (self.customer, self.integrator),
        ):
            page = self.visit(self.get_path(self.incident, party, "answer"))
            [label] = page.xpath("//label[@for='private']")
            self.assertIn(other.name, label.text_content())
            box = self.get_form(page).inputs["private"]
            self.assertFalse(box.checked)

    def test_other_party_neither_gets_nor_sees_it(self):
        with self.capture_letters() as letters:
            self.answer(self.incident, self.integrator, text=SECRET, private="1")
        message = self._get_message()
        self.assertEqual(
            message.sudo().incident_private_party_id,
            self.integrator.incident_party_id,
        )
        self.assertPartiesGot(letters)
        self.assertIn(SECRET, self.view(self.incident, self.integrator))
        self.assertNotIn(SECRET, self.view(self.incident, self.customer))
        self.assertTrue(self.incident.answer_unread)

    def test_unticked_is_read_by_both(self):
        with self.capture_letters() as letters:
            self.answer(self.incident, self.integrator, text=SECRET)
        self.assertFalse(self._get_message().sudo().incident_private_party_id)
        self.assertPartiesGot(letters, self.customer.email)
        self.assertIn(SECRET, self.view(self.incident, self.customer))

    def test_double_click_says_it_once(self):
        for _click in range(2):
            self.answer(
                self.incident, self.integrator, text=SECRET, private="1", nonce="n"
            )
        self.assertEqual(len(self._get_message()), 1)

    def test_choice_survives_an_error_and_can_be_taken_back(self):
        response = self.answer(self.incident, self.integrator, text="", private="1")
        page = self.assertRefused(response, "Please write your answer")
        form = self.get_form(page)
        self.assertTrue(form.inputs["private"].checked)
        self.send(form, text=SECRET, private=None)
        self.assertFalse(self._get_message().sudo().incident_private_party_id)

    def test_no_choice_where_nobody_else_reads(self):
        alone = self._create_incident_in(WAITING, partner_id=self.stranger.id).sudo()
        alone.integrator_id = False
        page = self.visit(self.get_path(alone, self.stranger, "answer"))
        self.assertFalse(page.xpath("//input[@name='private']"))
