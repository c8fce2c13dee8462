# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The mixin serves any record with correspondents, not incidents alone."""

from odoo.orm.model_classes import add_to_registry
from odoo.tests import tagged
from odoo.tools import email_normalize

from ..models.correspondence.letter import Letter
from .common import CUSTOMER_MAIL, INTEGRATOR_MAIL, IncidentCommon
from .models import FakeCorrespondence

FAKE = FakeCorrespondence._name


@tagged("post_install", "-at_install")
class TestCorrespondenceMixin(IncidentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._load_fake_model()
        cls.record = cls.env[FAKE].create(
            {
                "name": "A letter",
                "company_id": cls.company.id,
                "first_id": cls.customer.id,
                "second_id": cls.integrator.id,
            }
        )
        cls.template = cls.env["mail.template"].create(
            {
                "name": "Fake",
                "model_id": cls.env["ir.model"]._get_id(FAKE),
                "subject": "Hello from {{ object.name }}",
                "body_html": '<p>English <t t-out="object.name"/></p>'
                "<t t-out=\"ctx.get('incident_text')\"/>",
            }
        )
        cls.template.with_context(lang="fr_FR").write(
            {
                "subject": "Bonjour de {{ object.name }}",
                "body_html": '<p>Français <t t-out="object.name"/></p>'
                "<t t-out=\"ctx.get('incident_text')\"/>",
            }
        )

    @classmethod
    def _load_fake_model(cls):
        """Add the model to the registry for as long as this class runs."""
        add_to_registry(cls.registry, FakeCorrespondence)
        cls.addClassCleanup(cls.registry.__delitem__, FAKE)
        cls.registry._setup_models__(cls.env.cr, [FAKE])
        cls.registry.init_models(cls.env.cr, [FAKE], {})

    def _write(self, records=None, text=None, automatic=True, **letter):
        records = records or self.record
        acts = [Letter(record, **letter) for record in records] if letter else None
        with self.capture_letters() as letters:
            entries = records._correspond(self.template, acts, text, automatic)
        return entries, letters

    def test_each_correspondent_gets_its_own_mail(self):
        _entries, letters = self._write(text="<p>Said</p>")
        self.assertBothInformed(letters)
        french = self._letter_to(letters, CUSTOMER_MAIL)
        english = self._letter_to(letters, INTEGRATOR_MAIL)
        self.assertEqual(french["subject"], "Bonjour de A letter")
        self.assertIn("Français A letter", french["body"])
        self.assertEqual(english["subject"], "Hello from A letter")
        self.assertIn("English A letter", english["body"])
        self.assertNotEqual(french["message_id"], english["message_id"])
        for letter, own, other in (
            (french, self.customer, self.integrator),
            (english, self.integrator, self.customer),
        ):
            self.assertIn("Said", letter["body"])
            self.assertIn(f"fake.example.com/{own.id}", letter["body"])
            self.assertNotIn(f"fake.example.com/{other.id}", letter["body"])
            self.assertNotIn(other.email, letter["EmailMessage"].as_string())

    def test_entry_is_one_and_without_link(self):
        entries, _letters = self._write(text="<p>Said</p>")
        self.assertEqual(len(entries), 1)
        self.assertEqual(entries.message_type, "auto_comment")
        self.assertEqual(entries.subtype_id, self.env.ref("mail.mt_comment"))
        self.assertIn("English A letter", entries.body)
        self.assertNotIn("fake.example.com", entries.body)
        self.assertIn(entries, self.record.message_ids)

    def test_hidden_messages_carry_one_notification_each(self):
        """A bounce is matched by the message and its only notification."""
        self._write()
        hidden = self.env["mail.message"].search(
            [
                ("model", "=", FAKE),
                ("res_id", "=", self.record.id),
                ("message_type", "=", "user_notification"),
            ]
        )
        self.assertEqual(len(hidden), 2)
        for message in hidden:
            self.assertEqual(len(message.notification_ids), 1)
            self.assertEqual(message.notification_ids.notification_status, "sent")
        self.assertEqual(
            hidden.notification_ids.res_partner_id, self.customer | self.integrator
        )

    def test_entry_in_the_chatter_may_be_given(self):
        entry = self.record.message_post(body="Typed", subtype_xmlid="mail.mt_comment")
        before = self.record.message_ids
        _entries, letters = self._write(entry=entry, text=entry.body)
        self.assertBothInformed(letters)
        self.assertEqual(self.record.message_ids, before)

    def test_correspondents_may_be_narrowed(self):
        _entries, letters = self._write(parties=self.integrator)
        self.assertLettersTo(letters, INTEGRATOR_MAIL)

    def test_same_address_gets_one_mail(self):
        self.integrator.email = CUSTOMER_MAIL.upper()
        _entries, letters = self._write()
        self.assertLettersTo(letters, CUSTOMER_MAIL)

    def test_nobody_to_write_to(self):
        self.record.write({"first_id": False, "second_id": False})
        entries, letters = self._write()
        self.assertEqual(len(entries), 1)
        self.assertNoLetters(letters)

    def test_typed_mail_is_not_automatic(self):
        _entries, letters = self._write(automatic=False)
        for letter in letters:
            self.assertNotIn("Auto-Submitted", letter["headers"])

    def test_sender_is_the_company(self):
        _entries, letters = self._write()
        for letter in letters:
            self.assertEqual(
                email_normalize(letter["reply_to"]), email_normalize(self.company.email)
            )

    def test_batch_mixes_no_records_up(self):
        """The renderer cuts one output apart: each piece must be the record's own."""
        records = self.record
        for index in range(7):
            records |= self.record.copy({"name": f"Letter {index}"})
        records[3].first_id = False
        _entries, letters = self._write(records)
        self.assertEqual(len(letters), 15)
        for record in records:
            about = [
                letter for letter in letters if letter["subject"].endswith(record.name)
            ]
            self.assertEqual(len(about), len(record._get_correspondents()))
            for letter in about:
                self.assertIn(f" {record.name}</p>", letter["body"])
