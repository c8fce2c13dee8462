# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One outage, one voice: one mail per mailbox, naming its reader's own things only."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from markupsafe import escape

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import CLOSED, CUSTOMER_MAIL, INTEGRATOR_MAIL, OPENED
from .outage_common import OutageCommon

TEXT = "<p>Calls fail.</p>"
FRENCH = "<p>Les appels échouent.</p>"


@tagged("post_install", "-at_install")
class TestOutagePublish(OutageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_customer = cls.env["res.partner"].create(
            {
                "name": "Garage Petit",
                "is_company": True,
                "email": "garage@petit.example.com",
                "lang": "fr_FR",
                "integrator_id": cls.integrator.id,
            }
        )
        services = cls.env["incident.service"]
        cls.trunk = services.create({"name": "TS-1", "partner_id": cls.customer.id})
        cls.fibre = services.create(
            {"name": "FTTO-2", "partner_id": cls.other_customer.id}
        )
        cls.unaffected = services.create(
            {"name": "FTTO-3", "partner_id": cls.customer.id}
        )

    def _open(self, **values):
        return self._create_incident_in(OPENED, **values)

    def _begin(self, tickets, **values):
        outage = self._create_outage(
            service_ids=[(6, 0, (self.trunk | self.fibre).ids)], **values
        )
        outage.action_attach(tickets)
        self.flush_tracking()
        return outage

    def _publish(self, outage, body=TEXT, **options):
        with self.capture_letters() as letters:
            outage.publish(body, **options)
        return letters

    # Who, and what

    def test_one_mail_per_mailbox_with_all_its_incidents(self):
        first = self._open(service_id=self.trunk.id)
        second = self._open()
        third = self._open(partner_id=self.other_customer.id, service_id=self.fibre.id)
        outage = self._begin(first | second | third)
        letters = self._publish(outage)
        self.assertLettersTo(
            letters, CUSTOMER_MAIL, INTEGRATOR_MAIL, "garage@petit.example.com"
        )
        bodies = {
            address: self._letter_to(letters, address)["body"]
            for address in (CUSTOMER_MAIL, INTEGRATOR_MAIL, "garage@petit.example.com")
        }
        for ticket in first | second:
            self.assertIn(ticket.number, bodies[CUSTOMER_MAIL])
            self.assertNotIn(ticket.number, bodies["garage@petit.example.com"])
        self.assertNotIn(third.number, bodies[CUSTOMER_MAIL])
        self.assertNotIn("FTTO-2", bodies[CUSTOMER_MAIL])
        self.assertNotIn("Garage", bodies[CUSTOMER_MAIL])
        for ticket in first | second | third:
            self.assertIn(ticket.number, bodies[INTEGRATOR_MAIL])
        self.assertIn("Garage Petit", bodies[INTEGRATOR_MAIL])
        self.assertNotIn("FTTO-3", str(bodies))

    def test_only_what_lasts_is_promised_to_be_held(self):
        outage = self._begin(self._open(service_id=self.trunk.id))
        self.assertIn("no reminders", str(self._publish(outage)))
        outage.action_resolve()
        letters = self._publish(outage)
        self.assertIn("Calls fail", str(letters))
        self.assertNotIn("no reminders", str(letters))

    def test_each_reads_its_language(self):
        outage = self._begin(self._open())
        letters = self._publish(outage, {"en_US": TEXT, "fr_FR": FRENCH})
        self.assertIn("échouent", self._letter_to(letters, CUSTOMER_MAIL)["body"])
        self.assertIn("Calls fail", self._letter_to(letters, INTEGRATOR_MAIL)["body"])

    def test_markup_is_nobodys_to_read(self):
        ticket = self._open()
        outage = self._begin(ticket)
        letters = self._publish(outage, {"en_US": TEXT, "fr_FR": FRENCH})
        said = {
            "customer": self._letter_to(letters, CUSTOMER_MAIL)["body"],
            "integrator": self._letter_to(letters, INTEGRATOR_MAIL)["body"],
            "incident": self._entries(ticket)[:1].body,
            "outage": self._entries(outage).body,
        }
        for lang in ("en_US", "fr_FR"):
            reader = outage.with_context(lang=lang)
            [shown] = reader._get_public_messages(self.customer)
            said[lang] = escape(shown["body"])
        for where, text in said.items():
            with self.subTest(where):
                self.assertRegex(text, "<p>(Calls fail|Les appels échouent).</p>")
                # Nor in the line that mailboxes show of a mail before it is opened.
                self.assertNotIn("&lt;", text)

    def test_text_of_a_language_is_cleaned_wherever_it_comes_from(self):
        outage = self._begin(self._open())
        nasty = {
            "fr_FR": "<p>Oui</p><script>alert(1)</script>",
            "en_US": "R&D < 5 & ok",
        }
        letters = self._publish(outage, nasty)
        french = self._letter_to(letters, CUSTOMER_MAIL)["body"]
        self.assertIn("<p>Oui</p>", french)
        self.assertNotIn("script", french)
        self.assertIn("R&amp;D", self._letter_to(letters, INTEGRATOR_MAIL)["body"])
        message = outage.sudo().message_record_ids
        # As an import writes it, past what publishes.
        message.texts = nasty
        self.assertEqual(message._get_text("fr_FR"), "<p>Oui</p>")
        self.assertEqual(message._get_text("es_ES"), message.text)

    def test_who_has_no_incident_only_if_wanted(self):
        outage = self._begin(self._open())
        self.assertLettersTo(self._publish(outage), CUSTOMER_MAIL, INTEGRATOR_MAIL)
        letters = self._publish(outage, everybody=True)
        self.assertLettersTo(
            letters, CUSTOMER_MAIL, INTEGRATOR_MAIL, "garage@petit.example.com"
        )
        garage = self._letter_to(letters, "garage@petit.example.com")["body"]
        self.assertIn("FTTO-2", garage)
        self.assertNotIn("TS-1", garage)

    def test_a_closed_incident_is_told_nothing(self):
        outage = self._begin(self._open())
        member = outage.ticket_ids
        member.action_incident_close("support")
        self.flush_tracking()
        self.assertNoLetters(self._publish(outage))
        self.assertEqual(member.incident_phase, CLOSED)

    def test_whoever_writes_everybody_is_told(self):
        outage = self._begin(self._open())
        outage.ticket_ids.user_id = self.leader
        newcomer = new_test_user(
            self.env,
            login="outage_newcomer",
            groups="helpdesk_mgmt.group_helpdesk_user_own",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.flush_tracking()
        letters = self._publish(outage.with_user(newcomer))
        self.assertLettersTo(letters, CUSTOMER_MAIL, INTEGRATOR_MAIL)

    def test_shared_mailbox_gets_one(self):
        self.other_customer.email = CUSTOMER_MAIL
        outage = self._begin(
            self._open() | self._open(partner_id=self.other_customer.id)
        )
        self.assertLettersTo(self._publish(outage), CUSTOMER_MAIL, INTEGRATOR_MAIL)

    # What is kept

    def test_one_entry_in_each_chatter(self):
        tickets = self._open() | self._open()
        outage = self._begin(tickets)
        before = {ticket: self._entries(ticket) for ticket in tickets}
        self._publish(outage)
        for ticket in tickets:
            [entry] = self._entries(ticket) - before[ticket]
            self.assertIn("Calls fail.", entry.body)
        [entry] = self._entries(outage)
        self.assertIn("Calls fail.", entry.body)

    def test_notices_are_the_evidence(self):
        outage = self._begin(self._open())
        self._publish(outage)
        message = outage.message_record_ids
        notices = message.sudo().notice_ids
        self.assertEqual(set(notices.mapped("status")), {"sent"})
        self.assertEqual(notices.partner_id, self.customer | self.integrator)
        self.assertEqual(message.mail_count, 2)
        self.assertEqual(message.with_user(self.agent).notice_ids, notices)

    def test_no_answer_and_no_delivery_of_an_incident(self):
        ticket = self._open()
        before = ticket.sudo().notice_ids
        self._publish(self._begin(ticket))
        self.assertEqual(ticket.sudo().notice_ids, before)
        self.assertFalse(ticket.last_answer_date)

    def test_subject_headers_and_thread(self):
        outage = self._begin(self._open())
        self._publish(outage)
        [first, second] = [
            self.env["mail.mail"].sudo().browse(),
            self._publish(outage, "<p>More.</p>"),
        ]
        self.assertFalse(first)
        letter = self._letter_to(second, INTEGRATOR_MAIL)
        self.assertTrue(letter["subject"].startswith(outage.number))
        self.assertIn("Investigating", letter["subject"])
        self.assertTrue(letter["references"], "the second follows the first")

    def test_bounce_tells_who_is_in_charge(self):
        outage = self._begin(self._open())
        self._publish(outage)
        notice = outage.message_record_ids.sudo().notice_ids.filtered(
            lambda one: one.partner_id == self.customer
        )
        notice._set_bounced("550 No such user")
        self.assertTrue(self.customer.incident_unreachable_date)
        activity = outage.sudo().activity_ids
        self.assertEqual(activity.user_id, self.agent)
        self.assertEqual(outage.message_record_ids.undelivered_count, 1)

    # Promise

    def test_form_and_window_call_the_next_message_alike(self):
        for lang in ("en_US", "fr_FR"):
            self.env["res.lang"]._activate_lang(lang)
            form, window = (
                self.env[name].with_context(lang=lang).fields_get()["next_message_date"]
                for name in ("incident.outage", "incident.outage.publish.wizard")
            )
            self.assertEqual(form["string"], window["string"])

    def test_promised_message_is_awaited(self):
        outage = self._begin(self._open())
        soon = fields.Datetime.now() + timedelta(minutes=30)
        self._publish(outage, next_message=soon)
        self.assertEqual(outage.next_message_date, soon)
        health = self.env["incident.health"].search([("kind", "=", "outage_message")])
        before = health.count
        later = fields.Datetime.now() + timedelta(hours=1)
        with patch.object(fields.Datetime, "now", lambda *_args: later):
            outage.sudo()._do_tell_promise()
            health.invalidate_recordset()
            self.assertEqual((health.count, health.state), (before + 1, "alarm"))
        self.assertEqual(len(outage.sudo().activity_ids), 1)
        self._publish(outage, "<p>Still looking.</p>")
        self.assertFalse(outage.sudo().activity_ids)
        self.assertFalse(outage.next_message_date)
        self.assertEqual(outage.message_record_ids.mapped("in_time"), [True, False])

    def test_clear_errors(self):
        outage = self._begin(self._open())
        past = fields.Datetime.now() - timedelta(minutes=1)
        for body, options in (
            ("", {}),
            ("<p> </p>", {}),
            ({"fr_FR": ""}, {}),
            (TEXT, {"next_message": past}),
            (TEXT, {"next_message": "soon"}),
        ):
            with self.subTest(body=body), self.assertRaises(UserError):
                outage.publish(body, **options)
        outage.action_cancel()
        with self.assertRaises(UserError):
            outage.publish(TEXT)
        outsider = self._create_portal_user(self.baker, "outage_baker")
        with self.assertRaises(AccessError):
            outage.with_user(outsider).publish(TEXT)

    def test_text_is_cleaned(self):
        outage = self._begin(self._open())
        letters = self._publish(outage, "<p>Hi<script>alert(1)</script></p>")
        self.assertNotIn("script", self._letter_to(letters, CUSTOMER_MAIL)["body"])

    # Dialog

    def test_dialog_offers_texts_by_language_and_publishes_once(self):
        outage = self._begin(self._open())
        wizards = self.env["incident.outage.publish.wizard"].with_user(self.agent)
        form = Form(wizards.with_context(default_outage_id=outage.id))
        wizard = form.save()
        self.assertEqual(sorted(wizard.line_ids.mapped("lang")), ["en_US", "fr_FR"])
        self.assertEqual(wizard.reader_count, 3)
        with self.capture_letters() as letters:
            wizard.action_publish()
            wizard.action_publish()
        self.assertEqual(len(letters), 3)
        self.assertEqual(outage.publish_count, 1)
        for letter in letters:
            self.assertIn("<p>", letter["body"])
            self.assertNotIn("&lt;", letter["body"])

    # Asked twice

    def test_who_has_heard_no_answer_tells_nothing_twice(self):
        outage = self._begin(self._open())
        with freeze_time("2026-11-23 09:00:00"):
            self._publish(outage, {"en_US": TEXT, "fr_FR": FRENCH})
        with freeze_time("2026-11-23 09:09:00"):
            with self.assertRaisesRegex(UserError, "a moment ago"):
                outage.publish({"en_US": TEXT, "fr_FR": FRENCH})
            self._publish(outage, {"en_US": TEXT, "fr_FR": "<p>Autre.</p>"})
            self._publish(outage)
            outage.action_identify()
            self._publish(outage)
        with freeze_time("2026-11-23 09:30:00"):
            self._publish(outage)
        self.assertEqual(outage.publish_count, 5)

    def test_a_key_makes_one_message(self):
        outage, other = self._begin(self._open()), self._create_outage()
        for text in (TEXT, TEXT, "<p>Something else.</p>"):
            letters = self._publish(outage, text, key="4711")
        self.assertNoLetters(letters)
        self.assertEqual(outage.publish_count, 1)
        self._publish(outage, "<p>Known.</p>", key="4712")
        self._publish(other, key="4711")
        self.assertEqual((outage.publish_count, other.publish_count), (2, 1))
        outsider = self._create_portal_user(self.baker, "outage_baker")
        with self.assertRaises(AccessError):
            outage.with_user(outsider).publish(TEXT, key="4711")

    # Cost

    def _count_queries(self, number, twice=False):
        """Return how many queries a message to so many customers takes.

        :param twice: whether each has two incidents
        """
        tickets = self._create_incidents(number)
        for ticket in tickets if twice else ():
            tickets |= ticket.copy({"partner_id": ticket.partner_id.id})
        tickets.action_incident_open()
        outage = self._create_outage()
        outage.action_attach(tickets)
        self.flush_tracking()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        outage.publish(TEXT)
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def test_queries_per_reader(self):
        self._count_queries(5)
        few, many = self._count_queries(10), self._count_queries(60)
        self.assertLess((many - few) / 50, 0.3)

    def test_queries_per_reader_of_several_incidents(self):
        self._count_queries(5, twice=True)
        few, many = (self._count_queries(count, twice=True) for count in (10, 40))
        self.assertLess((many - few) / 30, 0.5)
