# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What support is told ends once, also behind a name with a full stop of its own."""

from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CLOSED, WAITING
from .outage_common import OutageCommon


@tagged("post_install", "-at_install")
class TestFullStops(OutageCommon):
    def _say(self, texts):
        """Return texts in one, of which none ends twice."""
        said = "\n".join(map(str, texts))
        self.assertNotRegex(said, r"(?<!\.)\.(</a>)?\.(?!\.)")
        return said

    def test_banner(self):
        self.customer.name = "Telecom S.A."
        incident = self._create_incident_in(WAITING, wait_for="customer")
        for lang in ("en_US", "fr_FR"):
            banner = incident.with_context(lang=lang).incident_banner
            self.assertIn("Telecom S.A.", self._say([banner]))

    def test_outage(self):
        outage = self._create_outage(name="The line is dead.")
        incident = self._create_incident()
        outage.action_attach(incident)
        self.assertIn("dead.", self._say([incident.incident_banner]))
        outage.action_detach(incident)
        notes = self._say(incident.sudo().message_ids.mapped("body"))
        self.assertEqual(notes.count("dead."), 2)
        with self.assertRaises(UserError) as refused:
            outage.action_detach(incident)
        self.assertIn("dead.", self._say(refused.exception.args))

    def test_what_is_registered_again(self):
        incident = self._create_incident_in(CLOSED, name="The line is dead.")
        incident.sudo().closed_date -= timedelta(days=400)
        successor = incident._incident_reopen("")
        self.assertNotEqual(successor, incident)
        notes = self._say(incident.sudo().message_ids.mapped("body"))
        self.assertIn("dead.</a>", notes)
