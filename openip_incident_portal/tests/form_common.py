# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from .intake_common import UNKNOWN, IntakeCommon
from .page_common import PageCommon

FORM_PATH = "/my/incidents/new"

# What the form asks at least.
ANSWERS = {"impact": "down", "description": "Busy tone on every call."}


class FormCommon(IntakeCommon, PageCommon):
    """Senders of mails, and people with a login, who fill in the form."""

    def _get_form_path(self, sender, **options):
        """Let somebody write to the team; return the path of its form."""
        self.intake, letters = self._write_in(sender, **options)
        self.env.flush_all()
        return f"/incident/form/{self._get_token(letters[-1])}"

    def _report(self, sender=None, files=None, path=None, **answers):
        """Fill in and send a form; return the new incident and the mails that leave."""
        path = path or self._get_form_path(sender or self.baker.email_formatted)
        before = self.incidents.search([])
        with self.capture_letters() as letters:
            self.response = self.fill(path, files=files, **{**ANSWERS, **answers})
        return self.incidents.search([("id", "not in", before.ids)]), letters

    def _report_unknown(self, **answers):
        return self._report(UNKNOWN, name="Unknown Ltd", **answers)

    def _log_in(self, partner, login="form_portal"):
        user = self._create_portal_user(partner, login)
        self.env.flush_all()
        self.authenticate(login, login)
        return user

    def _name_fields(self, page):
        return {
            element.get("name")
            for element in page.xpath("//form//*[@name]")
            if element.get("type") != "hidden"
        }

    def assertRegistered(self, incident):
        self.assertEqual(len(incident), 1, self.response.text[:3000])
        self.assertEqual(self.response.status_code, 303)
        self.assertEqual(incident.incident_phase, "registered")
