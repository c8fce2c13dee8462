# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Internal is internal on every way in: by id, over relations, by methods of core."""

from itertools import product

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.mail.tools.discuss import Store

from .common import IN_PROGRESS, WAITING, IncidentCommon

MARK = "Zebrafish"

# Public in Python only: called by RPC they need a recordset or a callable.
NOT_BY_RPC = {"browse", "concat", "env", "ensure_one", "filtered", "grouped", "mapped"}


class VisibilityCommon(IncidentCommon):
    """An incident and a plain ticket with every message that there can be on them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        people = {
            "customer": cls.customer,
            "customer's colleague": cls.baker,
            "integrator": cls.integrator,
            "integrator's colleague": cls.technician,
        }
        cls.parties = {
            name: cls._create_portal_user(cls, partner, f"visibility_{index}")
            for index, (name, partner) in enumerate(people.items())
        }
        cls.prepare_once()

    def prepare(self):
        with self.capture_letters():
            self.incident = self._create_incident_in(WAITING).sudo()
            self._say_everything(self.incident)
        self.plain = self._create_plain_ticket(partner_id=self.customer.id).sudo()
        self._make_messages(self.incident)
        self._make_messages(self.plain)

    def _say_everything(self, incident):
        """Have the product write what it writes: notes, feedback, mail kept inside."""
        own = incident.with_user(self.agent)
        own.message_post(body=MARK, subtype_xmlid="mail.mt_note")
        own.message_post(
            body=MARK,
            subject=MARK,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            attachments=[(f"{MARK}.txt", b"Secret")],
        )
        own.activity_schedule("mail.mail_activity_data_todo", summary=MARK)
        own.activity_ids.action_feedback(feedback=MARK)
        own.activity_schedule("mail.mail_activity_data_todo", summary=MARK)
        question = self._hidden_message(incident, self.customer)
        to = question.reply_to
        self._receive("noc@carrier.example.com", to, reply_to=question, html=MARK)
        self._receive(
            self.baker.email_formatted,
            to,
            reply_to=question,
            html=MARK,
            headers={"Auto-Submitted": "auto-replied"},
        )
        own.action_incident_escalate(self.level, f"<p>{MARK}</p>")
        self._reply(incident, self.customer, html="<p>Audible</p>")
        self.flush_tracking()

    def _make_messages(self, ticket):
        """Write a message of every type, with every subtype, marked internal or not."""
        types = [name for name, _label in self._get_types()]
        subtypes = (
            self.env.ref("mail.mt_comment"),
            self.env.ref("mail.mt_note"),
            self.env["mail.message.subtype"],
            self.env["mail.message.subtype"].create(
                {"name": "Made", "internal": True, "res_model": "helpdesk.ticket"}
            ),
        )
        parent = ticket.message_ids[:1]

        def is_shown(subtype, internal):
            return bool(subtype and not subtype.internal and not internal)

        self.env["mail.message"].create(
            [
                {
                    "model": ticket._name,
                    "res_id": ticket.id,
                    "message_type": kind,
                    "subtype_id": subtype.id,
                    "is_internal": internal,
                    "body": "Audible" if is_shown(subtype, internal) else MARK,
                    "subject": "Audible" if is_shown(subtype, internal) else MARK,
                    "parent_id": parent.id,
                    "author_id": self.agent.partner_id.id,
                    "email_from": f"{MARK}@example.com",
                    "attachment_ids": [Command.create({"name": f"{MARK}.txt"})],
                }
                for kind, subtype, internal in product(types, subtypes, (False, True))
            ]
        )
        self.env.flush_all()

    def _get_types(self):
        return self.env["mail.message"]._fields["message_type"].selection

    def _get_messages(self, ticket):
        return (
            self.env["mail.message"]
            .sudo()
            .search([("model", "=", ticket._name), ("res_id", "=", ticket.id)])
        )

    def _get_internal(self, ticket):
        """Return what is internal, by what it is and not by what the guard says."""
        return self._get_messages(ticket).filtered(
            lambda message: (
                message.is_internal
                or not message.subtype_id
                or message.subtype_id.internal
            )
        )

    def _is_refused(self, call, record):
        """Tell whether a call is refused, without the savepoint of an assertion."""
        try:
            call(record)
        except AccessError:
            return True
        return False

    def _each_reader(self):
        """Yield each party's user with each ticket that it may read."""
        for name, user in self.parties.items():
            for ticket in self.incident | self.plain:
                if ticket.with_user(user).has_access("read"):
                    with self.subTest(user=name, incident=ticket.is_incident):
                        self.env.invalidate_all()
                        yield user, ticket


@tagged("post_install", "-at_install")
class TestMessageVisibility(VisibilityCommon):
    def test_there_is_something_to_hide(self):
        for ticket in self.incident | self.plain:
            internal = self._get_internal(ticket)
            self.assertEqual(
                set(internal.mapped("message_type")),
                {name for name, _label in self._get_types()},
            )
            self.assertTrue(self._get_messages(ticket) - internal)
        readers = [(user, ticket) for user, ticket in self._each_reader()]
        self.assertEqual(len(readers), 6)

    def test_internal_messages_are_opened_by_no_id(self):
        """Every message by itself: what one batch refuses, says nothing of each."""
        for user, ticket in self._each_reader():
            for message in self._get_internal(ticket).with_user(user):
                kind = message.sudo().message_type
                self.assertTrue(
                    self._is_refused(lambda item: item.read(["body"]), message), kind
                )
                for mode in ("read", "create", "write"):
                    opened = message._get_with_access(message.id, mode=mode)
                    self.assertFalse(opened, (kind, mode))

    def test_internal_messages_are_refused_to_every_method(self):
        for user, ticket in self._each_reader():
            kinds = self._get_internal(ticket).grouped("message_type")
            for kind, messages in kinds.items():
                message = messages[:1].with_user(user)
                for call in (
                    lambda item: item.read(["author_id", "date"]),
                    lambda item: item.web_read({"body": {}}),
                    lambda item: item.copy_data(),
                    lambda item: item.export_data(["body"]),
                    lambda item: item.portal_message_format(),
                    lambda item: item.toggle_message_starred(),
                    lambda item: item.action_open_document(),
                    lambda item: item.write({"starred_partner_ids": []}),
                    lambda item: item.unlink(),
                ):
                    self.assertTrue(self._is_refused(call, message), kind)

    def test_internal_messages_are_neither_found_nor_counted(self):
        for user, ticket in self._each_reader():
            internal = self._get_internal(ticket)
            messages = self.env["mail.message"].with_user(user)
            by_id = [("id", "in", internal.ids)]
            by_text = [*by_id, ("body", "ilike", MARK)]
            for domain in (by_id, by_text, [*by_id, ("starred", "=", False)]):
                self.assertFalse(messages.search(domain))
                self.assertEqual(messages.search_count(domain), 0)
                groups = messages.formatted_read_group(domain, ["model"], ["__count"])
                self.assertFalse(groups)
            self.assertFalse(messages.name_search(MARK, domain=by_id))
            seen = messages._message_fetch(None, thread=ticket.with_user(user))
            self.assertFalse(seen["messages"].sudo() & internal)
            found = messages._message_fetch(
                None, thread=ticket.with_user(user), search_term=MARK
            )
            self.assertEqual(found["count"], len(found["messages"]))
            self.assertFalse(found["messages"].sudo() & internal)

    def test_what_bypasses_the_rules_does_not_reach_them(self):
        """Core evaluates some relations without the rules of messages."""
        for user, ticket in self._each_reader():
            internal = self._get_internal(ticket)
            messages = self.env["mail.message"].with_user(user)
            query = messages._search([("id", "in", internal.ids)], bypass_access=True)
            self.assertFalse(list(query))

    def test_internal_messages_are_not_stored_for_the_client(self):
        for user, ticket in self._each_reader():
            messages = self._get_messages(ticket).with_user(user)
            result = Store().add(messages).get_result()
            ids = {row["id"] for row in result.get("mail.message", ())}
            self.assertFalse(ids & set(self._get_internal(ticket).ids))

    def test_what_is_seen_leads_to_nothing_internal(self):
        for user, ticket in self._each_reader():
            internal = self._get_internal(ticket)
            note = internal.filtered(lambda message: message.subject == MARK)[:1]
            seen = (self._get_messages(ticket) - internal).filtered(
                lambda message: message.message_type == "comment"
            )[:1]
            seen.parent_id = note
            note.parent_id = seen
            self.env.flush_all()
            self.env.invalidate_all()
            own = seen.with_user(user)
            row = own.read(["parent_id", "child_ids", "linked_message_ids"])[0]
            self.assertFalse(row["parent_id"])
            self.assertNotIn(note.id, row["child_ids"])
            self.assertEqual(
                own.web_read({"parent_id": {"fields": {"display_name": {}}}})[0][
                    "parent_id"
                ],
                False,
            )
            self.assertNotIn(MARK, note.with_user(user).sudo().display_name)
            self.env.invalidate_all()
            self.assertEqual(note.display_name, MARK)
            for name in ("parent_id", "child_ids"):
                with self.assertRaises(AccessError):
                    own.formatted_read_group([], [name], ["__count"])

    def test_what_is_for_everybody_is_read_as_before(self):
        for user, ticket in self._each_reader():
            seen = (self._get_messages(ticket) - self._get_internal(ticket)).filtered(
                lambda message: message.message_type != "user_notification"
            )
            messages = seen.with_user(user)
            self.assertEqual(len(messages.read(["body"])), len(seen))
            self.assertEqual(messages.search([("id", "in", seen.ids)]).sudo(), seen)
            message = messages[:1]
            message.toggle_message_starred()
            self.assertTrue(message.starred)
            self.assertTrue(message._get_with_access(message.id, mode="create"))

    def test_colleagues_read_everything(self):
        messages = self._get_internal(self.incident).filtered(
            lambda message: message.message_type != "user_notification"
        )
        rows = messages.with_user(self.agent).read(["body", "parent_id", "child_ids"])
        self.assertEqual(len(rows), len(messages))
        self.assertTrue(any(row["parent_id"] for row in rows))

    def test_public_methods_tell_nothing_of_internal_messages(self):
        """Whatever core or another addon lets people call with the id of a message."""
        note = self._get_internal(self.incident).filtered(
            lambda message: (
                message.message_type == "notification" and message.subject == MARK
            )
        )[:1]
        own = note.with_user(self.parties["customer"])
        called = 0
        for name in dir(type(own)):
            method = getattr(type(own), name, None)
            if name.startswith("_") or not callable(method):
                continue
            if getattr(method, "_api_private", False) or name in NOT_BY_RPC:
                continue
            called += 1
            for args in ((), (["body", "subject"],), ({"body": {}, "subject": {}},)):
                with (
                    self.subTest(method=name, args=args),
                    self.env.cr.savepoint() as point,
                ):
                    self.env.invalidate_all()
                    try:
                        told = getattr(own, name)(*args)
                    except Exception:  # pylint: disable=broad-except
                        told = None
                    self.assertNotIn(MARK, repr(told))
                    point.rollback()
        self.assertGreater(called, 50)

    def test_closing_the_ticket_changes_nothing(self):
        """What is internal stays so, whatever the incident's phase."""
        with self.capture_letters():
            self.incident.with_user(self.agent).stage_id = self.stages[IN_PROGRESS]
        for user, ticket in self._each_reader():
            for message in self._get_internal(ticket).with_user(user):
                self.assertFalse(message.has_access("read"))
