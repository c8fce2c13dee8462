# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Two contacts become one: outages, works and clocks go on with who remains."""

from datetime import timedelta

from odoo.tests import tagged

from .clock_common import ClockCommon
from .common import CUSTOMER_MAIL, INTEGRATOR_MAIL
from .followup_common import START
from .outage_common import create_outage
from .test_outage_works import DAY, PETIT_MAIL, WorksCommon


def merge_contacts(test, source, target):
    """Merge contacts, as an admin does in the list of contacts."""
    test.env.flush_all()
    wizard = test.env["base.partner.merge.automatic.wizard"].with_user(
        test.env.ref("base.user_admin")
    )
    wizard._merge((source | target).ids, target.with_env(wizard.env))
    test.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestWorksOfMergedContacts(WorksCommon):
    def test_both_were_told_of_the_works(self):
        """Who remains is told of a change once, as of the works that it knows."""
        with self.moment(0):
            works = self.plan(5 * DAY)
        self.run_to(2)
        account = works.sudo().account_ids.filtered(
            lambda one: one.partner_id == self.garage
        )
        with self.at(self.clock):
            merge_contacts(self, self.customer, self.garage)
        self.assertEqual(
            works.sudo().account_ids.partner_id, self.garage | self.integrator
        )
        self.assertEqual(account.service_ids, self.trunk | self.fibre)
        letters = self.run_to(3)
        self.assertFalse(letters, "nothing has changed for anybody")
        with self.moment(4):
            works.begin_date += timedelta(hours=1)
        letters = self.run_to(5)
        self.assertCountEqual(
            [letter.address for letter in letters], [PETIT_MAIL, INTEGRATOR_MAIL]
        )
        files = self.read_files(works, PETIT_MAIL)
        self.assertEqual({file["UID"][0] for file in files}, {account.uid})
        self.assertEqual(account.sequence, 1)

    def test_one_of_both_was_told_that_it_is_spared(self):
        with self.moment(0):
            works = self.plan(5 * DAY)
        with self.moment(2):
            works.service_ids -= self.fibre
        self.run_to(3)
        for source, target in (
            (self.garage, self.customer),
            (self.customer, self.integrator.copy({"is_integrator": False})),
        ):
            with self.at(self.clock):
                merge_contacts(self, source, target)
            account = works.sudo().account_ids.filtered(
                lambda one, target=target: one.partner_id == target
            )
            self.assertFalse(account.withdrawn)
            self.assertEqual(account.service_ids, self.trunk)

    def test_an_outage_goes_on_with_who_remains(self):
        with self.moment(0):
            incidents = self._create_incident() | self._create_incident(
                partner_id=self.garage.id
            )
            incidents.action_incident_open()
            outage = create_outage(self)
            outage.action_attach(incidents)
        self.run_to(1)
        with self.at(self.clock):
            merge_contacts(self, self.customer, self.garage)
        self.assertEqual(outage.ticket_ids, incidents)
        with self.moment(2):
            outage.publish("<p>A card is being replaced.</p>")
        letters = self.run_to(3)
        addresses = [letter.address for letter in letters]
        self.assertEqual(addresses.count(PETIT_MAIL), 1)
        self.assertNotIn(CUSTOMER_MAIL, addresses)


@tagged("post_install", "-at_install")
class TestClockOfMergedContacts(ClockCommon):
    def test_a_clock_counts_on_as_it_was(self):
        incident = self.open()
        with self.at(START + timedelta(hours=1)):
            incident.incident_clock_stop(self.causes["no_access"], None, "Closed")
        entries = self.get_entries(incident)
        target = self.env["res.partner"].create(
            {"name": "Boulangerie", "is_company": True, "email": "one@b.example.com"}
        )
        with self.at(START + timedelta(hours=2)):
            merge_contacts(self, self.customer, target)
            self.assertEqual(incident.partner_id, target)
            self.assertEqual(self.get_entries(incident), entries)
            self.assertEqual(incident.sudo().contract_id, self.contract)
            self.assertEqual(target.sudo().incident_contract_id, self.contract)
            incident.sudo()._incident_recount()
            self.assertClock(incident, "stopped", consumed=1, stopped=1)
