# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The entry of a creation is core's, whatever was asked to write it."""

from contextlib import suppress
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.helpdesk_mgmt.models.helpdesk_ticket import HelpdeskTicket
from odoo.addons.mail.models.mail_followers import MailFollowers
from odoo.addons.mail.models.mail_thread import MailThread
from odoo.addons.openip_incident.models.speed.helpdesk_ticket_creation import (
    CREATING,
)

from ..tools.act import Act
from .common import IncidentCommon
from .elsewhere import write_elsewhere

SUBTYPE = "helpdesk_mgmt.hlp_tck_created"


@tagged("post_install", "-at_install")
class TestSpeedCreation(IncidentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = cls.leader.partner_id

    def _get_entry(self, ticket):
        return ticket.message_ids.sorted("id")[:1]

    def test_entry_is_cores(self):
        entry = self._get_entry(self._create_incident())
        self.assertEqual(entry.subtype_id, self.env.ref(SUBTYPE))
        self.assertFalse(entry.parent_id)

    def test_subtype_of_another_addon_is_heard(self):
        """Where another addon gives another one, the base's is not looked for."""
        note = self.env.ref("mail.mt_note")
        other = write_elsewhere(lambda _self: note)
        with patch.object(HelpdeskTicket, "_creation_subtype", other):
            entry = self._get_entry(self._create_incident())
        self.assertEqual(entry.subtype_id, note)

    def test_words_are_cores(self):
        incident = self._create_incident()
        model = self.env["ir.model"]._get("helpdesk.ticket")
        for lang in ("en_US", "fr_FR"):
            ticket = incident.with_context(lang=lang)
            with self.subTest(lang=lang):
                text = MailThread._creation_message(ticket)
                self.assertEqual(ticket._creation_message(), text)
                self.env.invalidate_all()
                with self.assertQueryCount(0):
                    self.assertEqual(ticket._creation_message(), text)
        model.name = "Trouble"
        self.assertIn("Trouble", incident._creation_message())

    def test_stages_are_read_by_one_query(self):
        team = self.team
        stages = team._get_incident_stages()
        self.env.invalidate_all()
        self.assertTrue(team.company_id)
        with self.assertQueryCount(1):
            self.assertEqual(team._get_incident_stages().ids, stages.ids)
            self.assertTrue(all(stages.mapped("incident_phase")))
        self.env.invalidate_all()
        seen = team.with_user(self.agent)
        self.assertEqual(seen._get_incident_stages().ids, stages.ids)
        self.env.invalidate_all()
        self.assertEqual(seen.stage_ids.ids, team.stage_ids.ids)
        archived = stages[-1:]
        self.env.invalidate_all()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket_stage SET active = FALSE WHERE id = %s",
            [archived.id],
        )
        self.assertEqual(team._get_incident_stages(), stages - archived)
        self.assertIn(archived, team.with_context(active_test=False).stage_ids)

    def test_deleted_subtype_is_no_longer_given(self):
        self.env.ref(SUBTYPE).unlink()
        with self.assertRaises(ValueError):
            self._create_incident()

    def test_earlier_entry_of_another_ticket_is_found(self):
        ticket = self._create_incident()
        first = self._get_entry(ticket)
        find = ticket._message_compute_parent_id
        self.assertEqual(find(False), first.id)
        forged = ticket.with_context(**{CREATING: True})
        self.assertEqual(forged._message_compute_parent_id(False), first.id)
        # Whoever names one is heard, amid a creation, too.
        with Act() as creation:
            creating = ticket.with_context(**{CREATING: creation})
            self.assertEqual(creating._message_compute_parent_id(first.id), first.id)
        earlier = ticket.create_date - timedelta(days=1)
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = %s WHERE id = %s",
            [earlier, ticket.id],
        )
        ticket.invalidate_recordset(["create_date"])
        # While another one is being created.
        with Act() as creation:
            creating = ticket.with_context(**{CREATING: creation})
            self.assertEqual(creating._message_compute_parent_id(False), first.id)

    def _create_kept(self):
        """Return an incident as it is kept by what its creation has set off."""
        kept = []

        def note(ticket):
            kept.append(ticket)
            return note.core(ticket)

        note.core = HelpdeskTicket._creation_subtype
        with patch.object(HelpdeskTicket, "_creation_subtype", write_elsewhere(note)):
            self._create_incident()
        return kept[0]

    def test_no_creation_goes_on_for_records_that_are_kept(self):
        """Precommit functions and automations keep them, with their context."""
        ticket = self._create_kept()
        self.assertIn(CREATING, ticket.env.context)
        first = self._get_entry(ticket)
        self.assertTrue(first)
        self.assertEqual(ticket._message_compute_parent_id(False), first.id)

    def test_a_second_entry_finds_the_first_amid_the_creation(self):
        found, model = [], type(self.env["helpdesk.ticket"])
        enter = model._incident_enter_process

        def note(tickets):
            for ticket in tickets:
                found.append(ticket._message_compute_parent_id(False))
            return enter(tickets)

        with patch.object(model, "_incident_enter_process", note):
            ticket = self._create_incident()
        self.assertEqual(found, self._get_entry(ticket).ids)

    def test_creation_that_fails_has_ended(self):
        acts = []

        @write_elsewhere
        def fail(ticket):
            acts.append(ticket.env.context[CREATING])
            raise ValueError("No")

        with patch.object(HelpdeskTicket, "_creation_subtype", fail):
            with self.assertRaises(ValueError):
                self._create_incident()
        self.assertFalse(Act.find({CREATING: acts[0]}, CREATING))

    # Who is notified of it

    def _report(self):
        """Create an incident that not even its author follows."""
        tickets = self.env["helpdesk.ticket"].with_user(self.agent)
        return tickets.with_context(mail_create_nosubscribe=True).create(
            {
                "name": "No dial tone",
                "description": "<p>Silence.</p>",
                "team_id": self.team.id,
                "partner_id": self.customer.id,
            }
        )

    def _create_amid(self, act):
        """Create an incident; while that goes on, do something with it.

        :param act: takes the incident before its entry is written
        :return: the incident, and how often somebody was looked for to be notified
        """
        asked, model = [], type(self.env["mail.followers"])
        look = model._is_new_to_all

        def amid(ticket):
            act(ticket)
            return amid.core(ticket)

        def note(followers, records):
            known = look(followers, records)
            asked.extend([] if known else [records])
            return known

        amid.core = HelpdeskTicket._creation_subtype
        heard = write_elsewhere(amid)
        with (
            patch.object(HelpdeskTicket, "_creation_subtype", heard),
            patch.object(model, "_is_new_to_all", note),
        ):
            return self._report(), len(asked)

    def test_nobody_is_looked_for_who_cannot_follow_yet(self):
        ticket, asked = self._create_amid(lambda _ticket: None)
        self.assertEqual(asked, 0)
        self.assertFalse(self._get_entry(ticket).notified_partner_ids)

    def _follow(self, ticket):
        kinds = self.env.ref(SUBTYPE).ids
        ticket.message_subscribe(self.colleague.ids, kinds)

    def test_follower_from_the_beginning_is_notified(self):
        ticket, asked = self._create_amid(self._follow)
        self.assertEqual(self._get_entry(ticket).notified_partner_ids, self.colleague)
        self.assertEqual(asked, 1)

    def test_follower_who_is_moved_to_it_is_notified(self):
        earlier = self._create_incident()
        self._follow(earlier)
        follower = earlier.sudo().message_follower_ids.filtered(
            lambda one: one.partner_id == self.colleague
        )

        def move(ticket):
            follower.write({"res_id": ticket.id})
            # Core does not, before it looks.
            follower.flush_recordset()

        ticket, _asked = self._create_amid(move)
        self.assertEqual(self._get_entry(ticket).notified_partner_ids, self.colleague)

    def test_what_was_taken_back_is_not_relied_on(self):
        def take_back(ticket):
            with suppress(ZeroDivisionError), ticket.env.cr.savepoint():
                raise ZeroDivisionError

        _ticket, asked = self._create_amid(take_back)
        self.assertEqual(asked, 1)

    def test_followers_of_another_ticket_are_notified_amid_a_creation(self):
        earlier = self._create_incident()
        self._follow(earlier)
        self._create_amid(
            lambda ticket: earlier.with_env(ticket.env).message_post(
                body="Meanwhile", subtype_xmlid=SUBTYPE
            )
        )
        entry = earlier.message_ids.sorted("id")[-1:]
        self.assertIn("Meanwhile", entry.body)
        self.assertEqual(entry.notified_partner_ids, self.colleague)

    def test_another_addon_that_finds_somebody_is_heard(self):
        asked = []

        @write_elsewhere
        def find(_followers, records, *_args, **_kwargs):
            asked.append(records)
            return {records.id: {}}

        with patch.object(MailFollowers, "_get_recipient_data", find):
            ticket = self._report()
        self.assertIn(ticket, [one.with_env(ticket.env) for one in asked])
