# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a mail says of itself and of the mails before it, as its reader gets it."""

from email import message_from_bytes, policy

from odoo.tests import tagged

from .common import CUSTOMER_MAIL, INTEGRATOR_MAIL, IncidentCommon

SUBJECTS = [
    "Incident clôturé : {}",
    "Votre réponse est attendue, {}",
    "Rappel 2/3 – {} sera fermé",
    "Confirmez la résolution de {} s’il vous plaît",
    "Fermeture automatique demain : {}",
    "à {}",
]
NAMES = [
    "Voix hachée",
    "l'annexe du château",
    "Coupure à Évry",
    "ligne 01 23 45 67 89",
    "hôtel «Élysée», 3e étage",
    "été " * 20 + "fin",
    "a" * 70 + " é",
]


@tagged("post_install", "-at_install")
class TestOutgoingThread(IncidentCommon):
    def _act(self, act):
        """Return the letters of an act by their recipient."""
        with self.capture_letters() as letters:
            act()
        by_address = {self._recipients([letter])[0]: letter for letter in letters}
        self.assertEqual(len(by_address), len(letters))
        return by_address

    def _get_ids(self, letters):
        return {address: letter["message_id"] for address, letter in letters.items()}

    def test_the_mails_to_a_party_are_one_conversation(self):
        incident = self._create_incident()
        first = self._act(incident.action_incident_open)
        second = self._act(lambda: incident.incident_update("<p>News.</p>"))
        third = self._act(lambda: incident.incident_request("information", "<p>?</p>"))
        for address in (CUSTOMER_MAIL, INTEGRATOR_MAIL):
            ids = [letters[address]["message_id"] for letters in (first, second, third)]
            self.assertEqual(len(set(ids)), 3)
            self.assertFalse(first[address]["references"])
            self.assertNotIn("In-Reply-To", first[address]["headers"])
            self.assertEqual(second[address]["references"], ids[0])
            self.assertEqual(second[address]["headers"]["In-Reply-To"], ids[0])
            self.assertEqual(third[address]["references"], " ".join(ids[:2]))
            self.assertEqual(third[address]["headers"]["In-Reply-To"], ids[1])
        others = set(self._get_ids(first).values()) | set(
            self._get_ids(second).values()
        )
        for address, letter in third.items():
            known = {first[address]["message_id"], second[address]["message_id"]}
            told = str(letter["headers"]) + letter["references"]
            for message_id in others - known:
                self.assertNotIn(message_id, told)

    def test_incidents_share_no_conversation(self):
        first, second = self._create_incident(), self._create_incident(name="Noise")
        self._act(first.action_incident_open)
        letters = self._act(second.action_incident_open)
        self.assertFalse(any(letter["references"] for letter in letters.values()))

    def test_a_party_asked_alone_keeps_its_mails_to_itself(self):
        incident = self._create_incident()
        self._act(incident.action_incident_open)
        private = self._act(
            lambda: incident.incident_request(
                "information", "<p>?</p>", parties="customer"
            )
        )
        self.assertEqual(list(private), [CUSTOMER_MAIL])
        letters = self._act(lambda: incident.incident_update("<p>News.</p>"))
        message_id = private[CUSTOMER_MAIL]["message_id"]
        self.assertIn(message_id, letters[CUSTOMER_MAIL]["references"])
        self.assertNotIn(message_id, str(letters[INTEGRATOR_MAIL]))

    def test_message_ids_are_of_the_domain_that_we_write_from(self):
        letters = self._act(self._create_incident().action_incident_open)
        for letter in letters.values():
            self.assertRegex(
                letter["message_id"], rf"^<[^@<>\s]+@{self.alias_domain}>$"
            )

    def test_an_answer_with_all_references_finds_its_incident(self):
        incident = self._create_incident()
        first = self._act(incident.action_incident_open)[CUSTOMER_MAIL]
        last = self._act(lambda: incident.incident_request("information", "<p>?</p>"))
        last = last[CUSTOMER_MAIL]
        references = f"{first['message_id']} {last['message_id']}"
        for name, headers in (
            ("as programs do", {"References": references}),
            ("the first alone", {"References": first["message_id"]}),
            ("the last alone", {"In-Reply-To": last["message_id"]}),
        ):
            with self.subTest(name=name), self.cr.savepoint() as savepoint:
                self._receive(
                    self.customer.email_formatted,
                    self.team.alias_full_name,
                    subject="Since noon",
                    headers=headers,
                )
                self.env.invalidate_all()
                self.assertTrue(incident.sudo().last_answer_date)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_the_body_names_its_language(self):
        letters = self._act(self._create_incident().action_incident_open)
        self.assertIn('lang="fr-FR"', letters[CUSTOMER_MAIL]["body"])
        self.assertIn('lang="en-US"', letters[INTEGRATOR_MAIL]["body"])

    # As it is sent

    def _build(self, subject):
        return self.env["ir.mail_server"]._build_email__(
            email_from="voice@operator.example.com",
            email_to=["claire@boulangerie.example.com"],
            subject=subject,
            body="<p>Hello</p>",
            subtype="html",
        )

    def test_no_subject_loses_a_blank(self):
        for pattern in SUBJECTS:
            for name in NAMES:
                subject = " ".join(pattern.format(name).split())
                message = self._build(subject)
                self.assertEqual(message["Subject"], subject)
                raw = message.as_bytes()
                read = message_from_bytes(raw, policy=policy.SMTP)
                self.assertEqual(read["Subject"], subject)
                head = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
                self.assertLessEqual(max(map(len, head)), 78)
                self.assertEqual(read.get_all("Subject"), [subject])

    def test_plain_subjects_stay_as_they_are(self):
        raw = self._build("INC2026-00001: opened").as_bytes()
        self.assertIn(b"Subject: INC2026-00001: opened\r\n", raw)

    def test_the_return_path_is_on_the_envelope_only(self):
        """Who delivers a mail writes the field (RFC 5321, section 4.4)."""
        self.env["ir.mail_server"].search([]).active = False
        incident = self._create_incident()
        incident.action_incident_open()
        self.flush_tracking()
        mails = (
            self.env["mail.mail"]
            .sudo()
            .search([("res_id", "=", incident.id), ("state", "=", "outgoing")])
        )
        with self.mock_smtplib_connection():
            mails.send()
        bounce_address = f"{self.alias_bounce}@{self.alias_domain}"
        self.assertEqual(
            [email["smtp_from"] for email in self.emails], [bounce_address] * 2
        )
        for email in self.emails:
            head = email["message"].partition("\n\n")[0]
            self.assertNotIn("Return-Path", head)
            self.assertIn("Message-Id:", head)
