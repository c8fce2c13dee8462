# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Addresses with something behind a plus: the incident that a mail answers."""

import re
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import BaseCase, tagged
from odoo.tools import email_normalize

from ..models.incident_address_mixin import REPLY_ADDRESSES, REPLY_TAGS
from ..tools.reply_address import add_tag, get_plain_address, read_tag, shorten
from .common import CUSTOMER_MAIL, INTEGRATOR_MAIL
from .test_whose import WhoseCommon

SIGNATURE = "abcdefgh234567ab"


@tagged("post_install", "-at_install")
class TestTag(BaseCase):
    def test_tag(self):
        self.assertEqual(shorten("00" * 32), "a" * 16)
        tagged_address = add_tag("s@x.example", "INC2026-00127", SIGNATURE)
        self.assertEqual(tagged_address, f"s+inc2026-00127-{SIGNATURE}@x.example")
        self.assertEqual(get_plain_address(tagged_address), "s@x.example")
        for address, name in (
            ("s@x.example", "INC/2026 1"),
            ("s@x.example", ""),
            ("s@x.example", "é1"),
            ("s" * 40 + "@x.example", "INC2026-00127"),
        ):
            with self.subTest(address, name=name):
                self.assertEqual(add_tag(address, name, SIGNATURE), address)
        for tag, expected in (
            (f"inc2026-00127-{SIGNATURE}", ("inc2026-00127", SIGNATURE)),
            (f"INC2026-00127-{SIGNATURE.upper()}", ("inc2026-00127", SIGNATURE)),
            (f"x-{SIGNATURE}a", ("", "")),
            (SIGNATURE, ("", "")),
            ("-" * 10_000, ("", "")),
            ("", ("", "")),
        ):
            with self.subTest(tag[:40]):
                self.assertEqual(read_tag(tag), expected)
        for address in ("a@b", "@", "", "+x@y", "a"):
            with self.subTest(address):
                self.assertEqual(get_plain_address(address), address)


@tagged("post_install", "-at_install")
class TestReplyAddress(WhoseCommon):
    def setUp(self):
        super().setUp()
        self.address = self.team.alias_full_name
        self._switch_on()
        self.incident = self._ask()

    def _switch_on(self, addresses=None):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param(REPLY_ADDRESSES, addresses or self.address)
        parameters.set_param(REPLY_TAGS, True)

    def _get_reply_to(self, incident, partner):
        return email_normalize(self._hidden_message(incident, partner).reply_to)

    def _write(self, sender, to, **options):
        """A mail that names nothing: new Message-ID, new subject, no reference."""
        return self._hear(
            sender, options.pop("incident", None), to=to, reply=False, **options
        )

    def _count(self):
        # With the portal what is no answer is an intake.
        intakes = self.env.get("incident.intake")
        count = self.env["helpdesk.ticket"].search_count([])
        return count + (intakes.search_count([]) if intakes is not None else 0)

    # What leaves

    def test_each_party_has_its_own(self):
        number = self.incident.number.lower()
        local, domain = self.address.split("@")
        found = {
            self._get_reply_to(self.incident, party)
            for party in (self.customer, self.integrator)
        }
        self.assertEqual(len(found), 2)
        for address in found:
            self.assertRegex(
                address, rf"^{local}\+{number}-[a-z2-7]{{16}}@{re.escape(domain)}$"
            )
        with self.capture_letters() as letters:
            self.incident.incident_update("<p>Soon.</p>")
        letter = self._letter_to(letters, CUSTOMER_MAIL)
        self.assertEqual(
            email_normalize(letter["reply_to"]),
            self._get_reply_to(self.incident, self.customer),
        )
        self.assertEqual(email_normalize(letter["email_from"]), self.address)

    def test_nothing_changes_before_the_test_has_passed(self):
        parameters = self.env["ir.config_parameter"]
        for name, value in (
            (REPLY_TAGS, False),
            (REPLY_ADDRESSES, "another@example.com"),
        ):
            self._switch_on()
            parameters.set_param(name, value)
            with self.subTest(name):
                incident = self._ask()
                address = self._get_reply_to(incident, self.customer)
                self.assertEqual(address, self.address)

    # What arrives

    def test_answer_arrives_with_nothing_but_the_address(self):
        before = self._count()
        for number, (shape, headers) in enumerate(
            (
                ("%s", {}),
                ("Support <%s>", {}),
                ("who@x.example", {"Delivered-To": "%s"}),
                (
                    "who@x.example",
                    {"X-Original-To": "%s", "Delivered-To": self.address},
                ),
            )
        ):
            incident = self._ask()
            address = self._get_reply_to(incident, self.customer)
            found = {
                name: text.replace("%s", address) for name, text in headers.items()
            }
            with self.subTest(shape, headers=headers):
                letters = self._write(
                    self.baker.email_formatted,
                    shape.replace("%s", address.upper()),
                    incident=incident,
                    headers=found,
                    html=f"<p>Line {number} works again.</p>",
                )
                self.assertAnswered(incident)
                self.assertEqual(self._get_last(incident).author_id, self.baker)
                self.assertIn(INTEGRATOR_MAIL, self._recipients(letters))
                self.assertFalse(incident.message_partner_ids.filtered("partner_share"))
        self.assertEqual(self._count(), before + 4, "the incidents that were asked")

    def test_answer_to_a_private_question_stays_private(self):
        with self.capture_letters():
            self.incident.incident_request(
                "information", "<p>PIN?</p>", parties="customer"
            )
        address = self._get_reply_to(self.incident, self.customer)
        letters = self._write(self.baker.email_formatted, address, subject="x")
        self.assertAnswered()
        line = self._get_last().incident_private_party_id
        self.assertEqual(line, self.customer)
        self.assertNotIn(INTEGRATOR_MAIL, self._recipients(letters))

    def test_signature_counts_with_its_party_only(self):
        other = self._ask()
        address = self._get_reply_to(self.incident, self.customer)
        tag = address.partition("+")[2].partition("@")[0]
        forged = address.replace(tag[-16:], SIGNATURE)
        foreign = self._get_reply_to(self.incident, self.integrator)
        moved = address.replace(self.incident.number.lower(), other.number.lower())
        for sender, to in (
            (CUSTOMER_MAIL, forged),
            (CUSTOMER_MAIL, foreign),
            (CUSTOMER_MAIL, moved),
            (CUSTOMER_MAIL, address.replace("-", "", 1)),
            (CUSTOMER_MAIL, self.address.replace("@", "+x@")),
            (INTEGRATOR_MAIL, address),
            ("who@knows.example.net", address),
            (self.stranger.email, address),
            ("", address),
        ):
            before = self._count()
            with self.subTest(sender, to=to):
                self._write(sender, to, subject="Something else")
                self.assertEqual(self._count(), before + 1)
                self.assertFalse(self.incident.last_answer_date)
                self.assertFalse(other.last_answer_date)

    def test_reference_is_stronger(self):
        other = self._ask()
        address = self._get_reply_to(self.incident, self.customer)
        self._hear(self.baker.email_formatted, other, to=address)
        self.assertAnswered(other)
        self.assertFalse(self.incident.last_answer_date)

    def test_address_is_stronger_than_a_number(self):
        other = self._ask()
        address = self._get_reply_to(self.incident, self.customer)
        self._write(self.baker.email_formatted, address, subject=other.number)
        self.assertAnswered()
        self.assertFalse(other.last_answer_date)

    def test_odd_numbers_are_named_by_the_record(self):
        self.incident.sudo().number = "inc/Été 7"
        with self.capture_letters():
            self.incident.incident_update("<p>Soon.</p>")
        address = self._get_reply_to(self.incident, self.customer)
        self.assertIn(f"+id{self.incident.id}-", address)
        self._write(self.baker.email_formatted, address, subject="x")
        self.assertAnswered()

    def test_whatever_stands_behind_the_plus_is_ours(self):
        domain = self.team.alias_domain_id
        before = self._count()
        self._write(self.stranger.email_formatted, self.address.replace("@", "+x@"))
        self.assertEqual(self._count(), before + 1)
        plus = self.env["incident.address.mixin"]
        for address in (self.address, domain.catchall_email, domain.bounce_email):
            tagged_address = address.replace("@", "+Any.Thing@")
            with self.subTest(tagged_address):
                self.assertEqual(plus._get_own_address(tagged_address), address)
                self.assertTrue(plus._is_own_address(tagged_address))
                found = self.env["mail.alias.domain"]._find_aliases([tagged_address])
                self.assertEqual(found, [tagged_address])
        for address in ("x+y@elsewhere.example", self.address.replace("@", "x@")):
            self.assertEqual(plus._get_own_address(address), address)
            self.assertFalse(plus._is_own_address(address))

    def test_bounce_behind_a_plus_is_a_bounce(self):
        address = self.team.alias_domain_id.bounce_email.replace("@", "+any@")
        seen = []
        thread = type(self.env["mail.thread"])
        with patch.object(
            thread,
            "_routing_handle_bounce",
            lambda _self, _mail, values: seen.append(values["is_bounce"]),
        ):
            self._write("mailer@mx.example.net", address)
        self.assertEqual(seen, [True])


@tagged("post_install", "-at_install")
class TestReplyTrial(WhoseCommon):
    def setUp(self):
        super().setUp()
        self.address = self.team.alias_full_name
        self.settings = self.env["res.config.settings"].create({})

    def _send(self):
        with self.capture_letters() as letters:
            self.settings.action_incident_test_reply()
        found = {}
        for letter in letters:
            self.assertEqual(
                self._recipients([letter]), [self.env.user.email_normalized]
            )
            address = email_normalize(letter["email_from"])
            found[address] = email_normalize(letter["reply_to"])
        return found

    def _get_proven(self):
        self.settings.invalidate_recordset()
        return self.settings.incident_reply_proven

    def test_switch_waits_for_the_test(self):
        with self.assertRaises(UserError):
            self.env["res.config.settings"].create(
                {"incident_reply_tags": True}
            ).execute()
        found = self._send()
        addresses = self.env["incident.address.mixin"]._get_team_addresses()
        self.assertEqual(set(found), set(addresses.values()))
        before = self.env["mail.message"].search_count([("message_type", "=", "email")])
        self._receive(self.env.user.email_formatted, found[self.address].upper())
        after = self.env["mail.message"].search_count([("message_type", "=", "email")])
        self.assertEqual(after, before, "a test is about no incident")
        self.assertEqual(self._get_proven(), self.address)
        self.env["res.config.settings"].create({"incident_reply_tags": True}).execute()
        incident = self._ask()
        message = self._hidden_message(incident, self.customer)
        self.assertIn("+", message.reply_to)
        other = self._ask(team_id=self.other_team.id)
        message = self._hidden_message(other, self.customer)
        self.assertNotIn("+", message.reply_to)

    def test_nothing_else_passes(self):
        address = self._send()[self.address]
        local, domain = self.address.split("@")
        for to in (
            self.address,
            f"{local}+test-{SIGNATURE}@{domain}",
            address.replace(local, self.other_team.alias_name),
            address.replace(domain, "elsewhere.example"),
        ):
            with self.subTest(to):
                self._receive(self.env.user.email_formatted, to)
                self.assertFalse(self._get_proven())
