# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whoever forges a thousand addresses has us write to few of them (no backscatter)."""

from datetime import datetime, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from .intake_common import IntakeCommon

START = datetime(2026, 11, 16, 9, 0, 0)
HOUR = timedelta(hours=1)
SETTING = "openip_incident_portal.intake_ceiling"
CRON = "openip_incident_portal.ir_cron_intake"
MIGRATION = Path(__file__).parents[1] / "migrations" / "19.0.1.1.0"


class CeilingCommon(IntakeCommon):
    def setUp(self):
        super().setUp()
        self.clock = self.startFrozen(START)

    def startFrozen(self, date):
        freezer = freeze_time(date)
        clock = freezer.start()
        self.addCleanup(freezer.stop)
        return clock

    def _set_ceiling(self, number):
        self.env["ir.config_parameter"].set_param(SETTING, number)

    def _flood(self, *senders):
        """Let strangers write, a second after each other; return their intakes."""
        before = self.intakes.search([])
        letters = []
        for sender in senders:
            letters += self._write_in(sender)[1]
            self.clock.tick(timedelta(seconds=1))
        intakes = self.intakes.search([("id", "not in", before.ids)], order="id")
        self.assertEqual(len(intakes), len(senders))
        return intakes, self._recipients(letters)

    def _pass(self, span=HOUR):
        """Let time pass, then run the scheduled action; return who was written to."""
        self.clock.tick(span)
        letters = self._run_cron()
        self.env.invalidate_all()
        return [self._recipients([letter])[0] for letter in letters]

    def _get_links(self, intake):
        return intake.sudo().message_ids.filtered(
            lambda message: message.message_type == "auto_comment"
        )


@tagged("post_install", "-at_install")
class TestIntakeCeiling(CeilingCommon, CronMixinCase):
    def test_beyond_the_ceiling_mails_wait_and_leave_by_themselves(self):
        self._set_ceiling(5)
        senders = [f"u{index}@flood{index}.example" for index in range(23)]
        intakes, answered = self._flood(*senders)
        self.assertEqual(answered, sorted(senders[:5]))
        waiting = intakes[5:]
        self.assertEqual(set(waiting.mapped("hold_reason")), {"ceiling"})
        self.assertEqual(set(waiting.mapped("state")), {"sent"})
        self.assertFalse(any(waiting.mapped("to_review")))
        self.assertFalse(any(waiting.mapped("sent_date")))
        self.assertIn("more than 5 form links", waiting[0].hold_text)
        for first in range(5, 23, 5):
            self.assertEqual(self._pass(), senders[first : first + 5])
            self.assertEqual(self._pass(timedelta(0)), [])
        self.assertEqual(self._pass(), [])
        self.assertFalse(any(intakes.mapped("hold_reason")))
        self.assertEqual([len(self._get_links(intake)) for intake in intakes], [1] * 23)
        self.assertTrue(all(intakes.mapped("expiry_date")))

    @pytest.mark.slow
    def test_a_thousand_forged_addresses_of_a_thousand_domains(self):
        senders = [f"u{index}@flood{index}.example" for index in range(1000)]
        intakes, answered = self._flood(*senders)
        self.assertEqual(len(answered), 60)
        order = list(answered)
        for _hour in range(17):
            found = self._pass(HOUR + timedelta(seconds=1000))
            self.assertLessEqual(len(found), 60)
            order += found
        self.assertEqual(order[60:], senders[60:])
        self.assertEqual(
            [len(self._get_links(intake)) for intake in intakes], [1] * 1000
        )

    def test_the_shipped_ceiling(self):
        self.intakes.sudo().create(
            [
                {
                    "email_from": f"u{index}@many{index}.example",
                    "team_id": self.team.id,
                    "sent_date": START,
                }
                for index in range(59)
            ]
        )
        intakes, answered = self._flood("a@a.example", "b@b.example")
        self.assertEqual(answered, ["a@a.example"])
        self.assertEqual(intakes[1].hold_reason, "ceiling")

    def test_the_scheduled_action_wakes_when_there_is_room(self):
        self._set_ceiling(2)
        with self.capture_triggers(CRON) as capture:
            self._flood("a@a.example", "b@b.example", "c@c.example")
            self.flush_tracking()
        self.assertEqual(
            {record.call_at for record in capture.records},
            # The first link is an hour old, the minute after it.
            {START + HOUR},
        )
        self._flood("d@d.example")
        with self.capture_triggers(CRON) as capture:
            self.assertEqual(self._pass(HOUR - timedelta(seconds=4)), ["c@c.example"])
        # The second link is then an hour old.
        self.assertIn(
            START + HOUR + timedelta(minutes=1),
            [record.call_at for record in capture.records],
        )

    def test_room_that_comes_bit_by_bit_is_used_bit_by_bit(self):
        self._set_ceiling(2)
        self._flood("a@a.example")
        self.clock.tick(timedelta(minutes=30))
        self._flood("b@b.example", "c@c.example", "d@d.example")
        self.assertEqual(self._pass(timedelta(minutes=29)), [])
        self.assertEqual(self._pass(timedelta(minutes=1)), ["c@c.example"])
        self.assertEqual(self._pass(timedelta(minutes=31)), ["d@d.example"])

    def test_nobody_overtakes_who_waits(self):
        self._set_ceiling(1)
        self._flood("a@a.example", "b@b.example")
        self.clock.tick(HOUR)
        _intakes, answered = self._flood("c@c.example")
        self.assertEqual(answered, [])
        self.assertEqual(self._pass(timedelta(0)), ["b@b.example"])
        self.assertEqual(self._pass(), ["c@c.example"])

    def test_known_contacts_neither_wait_nor_count(self):
        self._set_ceiling(1)
        people = (self.customer, self.integrator, self.baker)
        addresses = [person.email for person in people]
        self.assertEqual(self._flood(*addresses)[1], sorted(addresses))
        self.assertEqual(self._flood("a@a.example")[1], ["a@a.example"])
        self.assertEqual(self._flood("b@b.example")[1], [])
        technician = self.technician.email
        self.assertEqual(self._flood(technician)[1], [technician])

    def test_the_other_limits_hold_for_who_has_waited(self):
        self._set_ceiling(1)
        intakes, answered = self._flood("a@a.example", "b@b.example", "b@b.example")
        self.assertEqual(answered, ["a@a.example"])
        self.assertEqual(intakes[2].hold_reason, "ceiling")
        self.assertEqual(self._pass(), ["b@b.example"])
        self.assertEqual(self._pass(), [])
        self.assertEqual(intakes[2].hold_reason, "sender_limit")
        self.assertTrue(intakes[2].to_review)

    def test_a_team_that_answers_nobody_unknown_any_more_answers_nobody(self):
        self._set_ceiling(1)
        intakes, _answered = self._flood("a@a.example", "b@b.example")
        self.team.intake_known_only = True
        self.assertEqual(self._pass(), [])
        self.assertEqual(intakes[1].hold_reason, "unknown_sender")
        self.assertTrue(intakes[1].to_review)

    def test_what_an_agent_puts_aside_is_not_sent(self):
        self._set_ceiling(1)
        intakes, _answered = self._flood("a@a.example", "b@b.example", "c@c.example")
        intakes[1:].with_user(self.agent).action_discard()
        intakes[2].with_user(self.agent).action_restore()
        self.assertTrue(intakes[2].to_review)
        self.assertEqual(self._pass(), [])

    def test_an_agent_sends_at_once_and_that_counts(self):
        self._set_ceiling(1)
        intakes, _answered = self._flood("a@a.example", "b@b.example", "c@c.example")
        with self.capture_letters() as letters:
            intakes[1].with_user(self.agent).action_resend()
        self.assertLink(letters, "b@b.example")
        self.assertEqual(self._pass(timedelta(minutes=59)), [])
        self.assertEqual(self._pass(timedelta(minutes=2)), ["c@c.example"])

    def test_who_writes_again_while_waiting_is_still_to_be_read(self):
        self._set_ceiling(1)
        intakes, _answered = self._flood("a@a.example", "b@b.example")
        self._write_in("b@b.example", reply_to=intakes[1].original_id)
        self.assertTrue(intakes[1].to_review)
        self.assertEqual(self._pass(), ["b@b.example"])
        self.assertTrue(intakes[1].to_review)

    def test_one_that_fails_stops_nobody(self):
        self._set_ceiling(2)
        self._write_in("x@x.example")
        self._write_in("y@y.example")
        intakes, _answered = self._flood("a@a.example", "b@b.example")
        broken = self.team.copy({"name": "No template", "alias_name": "no-template"})
        broken.form_link_template_id = False
        intakes[0].sudo().team_id = broken
        with mute_logger(
            "odoo.addons.openip_incident_portal.models.intake.incident_intake_link"
        ):
            self.assertEqual(self._pass(), ["b@b.example"])
        self.assertEqual(intakes[0].hold_reason, "failure")
        self.assertTrue(intakes[0].to_review)

    def test_health_shows_who_waits(self):
        health = self.env.ref("openip_incident_portal.health_intake_waiting")
        self.assertEqual((health.count, health.state), (0, "good"))
        self._set_ceiling(1)
        intakes, _answered = self._flood("a@a.example", "b@b.example", "c@c.example")
        self.env.invalidate_all()
        self.assertEqual((health.count, health.state), (2, "alarm"))
        action = health.with_user(self.manager).action_show()
        self.assertEqual(self.intakes.search(action["domain"]), intakes[1:].sorted())
        self._pass()
        self._pass()
        self.assertEqual((health.count, health.state), (0, "good"))

    def test_an_administrator_sets_the_ceiling(self):
        with Form(self.env["res.config.settings"]) as settings:
            self.assertEqual(settings.incident_intake_ceiling, 60)
            settings.incident_intake_ceiling = 3
        settings.save().execute()
        self.assertEqual(self.intakes._get_ceiling(), 3)

    def test_costs_do_not_grow_with_who_waits(self):
        def count(sender):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self._receive(sender, self.address)
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        count("warm@warm.example")
        few = count("few@few.example")
        self.intakes.sudo().create(
            [
                {
                    "email_from": f"u{index}@many{index}.example",
                    "team_id": self.team.id,
                    "hold_reason": "ceiling" if index % 2 else False,
                    "sent_date": False if index % 2 else START,
                }
                for index in range(200)
            ]
        )
        self.assertLessEqual(count("many@many.example"), few + 3)


@tagged("post_install", "-at_install")
class TestIntakeDomain(CeilingCommon):
    def setUp(self):
        super().setUp()
        self._set_ceiling(1000)

    def test_the_names_below_a_domain_are_one(self):
        senders = [f"u@s{index}.flood.example" for index in range(40)]
        intakes, answered = self._flood(*senders)
        self.assertEqual(answered, sorted(senders[:20]))
        self.assertEqual(set(intakes[20:].mapped("hold_reason")), {"domain_limit"})
        self.assertEqual(set(intakes.mapped("email_domain")), {"flood.example"})

    def test_what_one_may_register_below_tells_domains_apart(self):
        self.team.intake_domain_limit = 1
        for group in (
            ("a@x.co.uk", "b@mail.x.co.uk", "c@X.CO.UK"),
            ("a@y.co.uk", "b@www.y.co.uk"),
            ("a@club.asso.fr", "b@mail.club.asso.fr"),
            ("a@autre.asso.fr",),
            ("a@bücher.de", "b@mail.bücher.de", "c@xn--bcher-kva.de"),
            ("a@foo.gouv.fr", "b@bar.foo.gouv.fr"),
        ):
            with self.subTest(group):
                # A mail that cannot leave is built again, for core to say why.
                self.assertEqual(len(set(self._flood(*group)[1])), 1)

    def test_large_providers_have_the_ceiling_only(self):
        self.team.intake_domain_limit = 1
        self._set_ceiling(12)
        providers = ("gmail.com", "orange.fr", "yahoo.co.uk", "hotmail.fr", "gmx.net")
        senders = [f"u{index}@{name}" for name in providers for index in range(2)]
        self.assertEqual(len(self._flood(*senders)[1]), 10)
        senders = [f"v{index}@gmail.com" for index in range(4)]
        intakes, answered = self._flood(*senders)
        self.assertEqual(len(answered), 2)
        self.assertEqual(set(intakes[2:].mapped("hold_reason")), {"ceiling"})

    def test_what_only_looks_like_a_provider_is_none(self):
        providers = self.env["incident.mail.provider"]
        for domain in (
            "notgmail.com",
            "gmail.com.evil.example",
            "yahoo.evil.fr",
            "myyahoo.fr",
            "gmail.fr",
        ):
            with self.subTest(domain):
                self.assertFalse(providers._is_provider(domain))

    def test_managers_edit_the_list(self):
        self.team.intake_domain_limit = 1
        providers = self.env["incident.mail.provider"].with_user(self.manager)
        mine = providers.create({"name": "@Fournisseur.FR."})
        self.assertEqual(mine.name, "fournisseur.fr")
        self.assertEqual(
            len(self._flood("a@fournisseur.fr", "b@x.fournisseur.fr")[1]), 2
        )
        mine.active = False
        self.assertEqual(self._flood("c@fournisseur.fr")[1], [])
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            providers.create({"name": "GMAIL.com"})
        with self.assertRaises(AccessError):
            providers.with_user(self.agent).create({"name": "x.fr"})

    def test_the_shipped_list(self):
        names = set(self.env["incident.mail.provider"].search([]).mapped("name"))
        wanted = "orange.fr gmail.com free.fr sfr.fr wanadoo.fr laposte.net outlook.*"
        wanted += " hotmail.* yahoo.* icloud.com gmx.*"
        self.assertFalse(set(wanted.split()) - names)

    def test_an_update_shortens_the_domains_of_what_was_sent(self):
        intakes = self._flood("a@s1.flood.example", "b@x.example")[0]
        self.env.cr.execute(
            "UPDATE incident_intake SET email_domain = %s WHERE id = %s",
            ("s1.flood.example", intakes[0].id),
        )
        before = intakes.read(["sent_date", "state", "hold_reason", "write_date"])
        spec = spec_from_file_location("post", MIGRATION / "post-migration.py")
        migration = module_from_spec(spec)
        spec.loader.exec_module(migration)
        migration._shorten_domains_of_intakes(self.env)
        self.assertEqual(intakes.mapped("email_domain"), ["flood.example", "x.example"])
        self.assertEqual(
            intakes.read(["sent_date", "state", "hold_reason", "write_date"]), before
        )
