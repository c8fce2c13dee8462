# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import CLOSURE, WAITING

from .form_common import ANSWERS, FormCommon

TEXT = "The line went dead at nine"


@tagged("post_install", "-at_install")
class TestFormKey(FormCommon):
    """Forms by link need no session, and give back what comes on an old page."""

    def _open_forms(self, reporter):
        """Return a form of each kind, what is typed there, and what has come of it."""
        asked = self._create_incident_in(WAITING)
        solved = self._create_incident_in(CLOSURE)
        form_path = self._get_form_path(reporter.email_formatted)
        return [
            (
                self.get_form(self.visit(form_path)),
                {**ANSWERS, "description": TEXT},
                lambda: self.intake.ticket_id,
            ),
            (
                self.get_form(self.visit(self.get_path(asked, purpose="answer"))),
                {"text": TEXT},
                lambda: self.get_answers(asked),
            ),
            (
                self.get_form(self.visit(self.get_path(solved, purpose="closure"))),
                {"decision": "refused", "text": TEXT},
                lambda: solved.incident_phase != CLOSURE,
            ),
        ]

    def test_form_is_sent_whatever_became_of_the_session(self):
        user = self._create_portal_user(self.technician, "somebody_else")
        changes = {
            "cookies gone": self.opener.cookies.clear,
            "login in between": lambda: self.authenticate(user.login, user.login),
        }
        # A link that was mailed is not mailed again: another reporter for each.
        reporters = (self.baker, self.stranger)
        for reporter, (change, act) in zip(reporters, changes.items(), strict=True):
            for form, typed, find in self._open_forms(reporter):
                with self.subTest(change=change, action=form.action[:20]):
                    self.env.flush_all()
                    act()
                    response = self.send(form, **typed)
                    self.assertEqual(response.status_code, 303)
                    self.assertTrue(find())

    def test_bad_key_gives_back_what_was_typed(self):
        """Once more, with a fresh key, it is taken."""
        forms = self._open_forms(self.baker)
        others = [form.fields["form_key"] for form, _typed, _find in forms]
        for index, (form, typed, find) in enumerate(forms):
            foreign = others[index - 1]
            for key in (None, "", "x", "é", "A" * 90, form.fields["form_key"][:-4]):
                with self.subTest(key=key, action=form.action[:20]):
                    response = self.send(form, form_key=key, **typed)
                    page = self.assertRefused(response, "restée ouverte longtemps")
                    self.assertIn(TEXT, response.text)
                    self.assertFalse(find())
            page = self.assertRefused(self.send(form, form_key=foreign, **typed))
            self.assertFalse(find())
            response = self.send(self.get_form(page))
            self.assertEqual(response.status_code, 303, response.text[:3000])
            self.assertTrue(find())

    def test_key_is_good_for_days(self):
        late = (timedelta(days=6), 303), (timedelta(days=8), 422)
        for wait, status in late:
            incident = self._create_incident_in(WAITING)
            form = self.get_form(self.visit(self.get_path(incident, purpose="answer")))
            with self.subTest(wait=wait), freeze_time(datetime.now() + wait):
                self.assertEqual(self.send(form, text=TEXT).status_code, status)

    def test_fresh_link_needs_the_key_of_its_page(self):
        incident = self._create_incident()
        path = incident.sudo()._get_incident_path(self.customer, "view", until=1000)
        form = self.get_form(self.visit(path, 410))
        with self.capture_letters() as letters:
            self.send(form, agreed="1", form_key="x")
        self.assertNoLetters(letters)
        with self.capture_letters() as letters:
            self.assertEqual(self.send(form, agreed="1").status_code, 200)
        self.assertEqual(len(letters), 1)
