# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The mail that acknowledges a report speaks to who reported it, and to the other."""

from lxml.html import document_fromstring

from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import INTEGRATOR_MAIL

from .form_common import FormCommon

CLAIRE = "claire@boulangerie.example.com"
NEW_MAIL = "new@nouveau.example.com"


def read(letter):
    return " ".join(document_fromstring(letter["body"]).text_content().split())


@tagged("post_install", "-at_install")
class TestRegisteredMail(FormCommon):
    def test_who_reported_it_is_spoken_to(self):
        incident, letters = self._report()
        self.assertEqual(incident.incident_reporter_id, self.baker)
        mine = read(self._letter_to(letters, CLAIRE))
        self.assertIn("Vous nous avez signalé un dysfonctionnement", mine)
        self.assertNotIn("signalé par Claire Martin (Boulangerie Martin) et", mine)
        other = read(self._letter_to(letters, INTEGRATOR_MAIL))
        self.assertIn("was reported to us by Claire Martin (Boulangerie Martin)", other)
        self.assertNotIn("You have reported", other)

    def test_a_contact_with_the_same_address_has_reported_it(self):
        self.integrator.email = self.technician.email
        path = self._get_form_path(self.technician.email_formatted)
        incident, letters = self._report(path=path, customer=str(self.customer.id))
        self.assertIn(incident.incident_reporter_id, self.technician | self.integrator)
        (letter,) = [
            one for one in letters if self.technician.email in one["email_to"][0]
        ]
        self.assertIn("You have reported a malfunction to us", read(letter))

    def test_what_was_sent_stands_behind_its_heading(self):
        _incident, letters = self._report(
            description="Busy tone", tried="Restarted", onsite="Paul, 01 02"
        )
        text = read(self._letter_to(letters, INTEGRATOR_MAIL))
        places = [
            text.index(part)
            for part in ("What was sent to us:", "Busy tone", "Restarted", "Paul")
        ]
        self.assertEqual(places, sorted(places))

    def test_lines_that_were_typed_stay_lines(self):
        path = self._get_form_path(self.baker.email_formatted)
        _incident, letters = self._report(
            path=path, tried="Load < 2\nRestarted", onsite="Paul\n01 02 03 04 05"
        )
        kept = ("Load &lt; 2<br>Restarted", "Paul<br>01 02 03 04 05")
        for read_html in (
            self._letter_to(letters, INTEGRATOR_MAIL)["body"],
            self.url_open(path).text,
        ):
            for text in kept:
                self.assertIn(text, read_html.replace("<br/>", "<br>"))

    def test_words_alone_have_their_heading_too(self):
        _incident, letters = self._report(tried="", onsite="")
        text = read(self._letter_to(letters, INTEGRATOR_MAIL))
        self.assertIn("What was sent to us: Busy tone", text)


@tagged("post_install", "-at_install")
class TestTypedCustomer(FormCommon):
    def _register(self):
        self.path = self._get_form_path(self.technician.email_formatted)
        incident, letters = self._report(
            path=self.path,
            customer="new",
            customer_name="Garage  L'Écu & Cie",
            customer_email=NEW_MAIL,
        )
        self.assertFalse(incident.partner_id)
        return incident.sudo(), letters

    def test_integrator_reads_the_customer_that_it_typed(self):
        incident, letters = self._register()
        (letter,) = [one for one in letters if NEW_MAIL not in one["email_to"][0]]
        self.assertIn(f"{incident.number} [Garage L'Écu & Cie]", letter["subject"])
        self.assertIn("Customer: Garage L'Écu & Cie", read(letter))
        self.assertIn("Garage L'Écu & Cie", self.read_page(self.visit(self.path)))

    def test_nobody_else_reads_it(self):
        incident, letters = self._register()
        (letter,) = [one for one in letters if NEW_MAIL in one["email_to"][0]]
        self.assertNotIn("Garage", letter["subject"] + read(letter))
        # Another integrator that support enters instead, and who reads the chatter.
        for party in (self.stranger, self.env["res.partner"]):
            self.assertEqual(incident._get_told_customer(party), "")
        incident.integrator_id = self.stranger
        facts = incident.with_context(lang="en_US")._get_correspondence_facts(
            self.stranger
        )
        self.assertNotIn("Customer:", dict(facts))

    def test_what_somebody_unknown_typed_is_told_to_nobody(self):
        incident, _letters = self._register()
        incident.incident_reporter_id = False
        for party in (self.integrator, self.technician, self.env["res.partner"]):
            self.assertEqual(incident._get_told_customer(party), "")
        # A known customer is called as it is.
        incident.partner_id = self.baker
        self.assertEqual(
            incident._get_told_customer(self.integrator), "Boulangerie Martin"
        )
