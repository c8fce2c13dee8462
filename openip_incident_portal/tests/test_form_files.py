# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import CUSTOMER_MAIL, INTEGRATOR_MAIL

from .form_common import FORM_PATH, FormCommon


@tagged("post_install", "-at_install")
class TestFormFiles(FormCommon):
    def test_files_that_are_kept_inside_are_named_to_nobody(self):
        """A page that is saved is named by its address, with all that it opens."""
        address = self.get_path(self._create_incident(), self.integrator)
        self._log_in(self.technician)
        files = [
            ("plan.txt", b"Plan of the site"),
            (f"{address.removeprefix('/').replace('/', '_')}.txt", b"Saved"),
            ("mail.txt", f"See {address}".encode()),
        ]
        _incident, letters = self._report(
            path=FORM_PATH, customer=str(self.customer.id), files=files
        )
        self.assertLettersTo(letters, CUSTOMER_MAIL, INTEGRATOR_MAIL)
        token = address.partition("token=")[2]
        for letter in letters:
            text = letter["body"] + letter["subject"]
            self.assertIn("plan.txt", text)
            self.assertNotIn("mail.txt", text)
            self.assertNotIn(token, text)
