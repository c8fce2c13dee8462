# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who informs whom of what is said once, and breaks nothing for the parties."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import IN_PROGRESS, REGISTERED

from ..models.informed.helpdesk_ticket_informed import TEMPLATE
from .test_informed import InformedCommon


@tagged("post_install", "-at_install")
class TestInformedRows(InformedCommon):
    def test_without_their_template_the_parties_are_told_all_the_same(self):
        incident = self._create_incident_in(REGISTERED)
        self._inform_both(incident)
        self.env.ref(TEMPLATE).unlink()
        with self.capture_letters() as letters:
            incident.with_user(self.agent).action_incident_open()
        self.assertPartiesGot(letters, self.customer.email, self.integrator.email)

    def test_row_stays_with_its_incident_and_its_side(self):
        incident = self._create_incident_in(IN_PROGRESS)
        other = self._create_incident_in(IN_PROGRESS)
        own = self._inform(incident, self.colleague, self.integrator)
        third = self._inform(incident, self.third)
        for informed, vals in (
            (own, {"ticket_id": other.id}),
            (own, {"side_id": False}),
            (own, {"side_id": self.customer.id}),
            (third, {"side_id": self.integrator.incident_party_id.id}),
            (own | third, {"ticket_id": other.id, "partner_id": self.third.id}),
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                informed.write(vals)
        own.write({"ticket_id": incident.id, "side_id": own.side_id.id})
        self.assertEqual((own | third).ticket_id, incident)
        self.assertFalse(third.side_id)
