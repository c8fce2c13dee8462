# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A private line on every way in: each party, each thing that hangs on an entry."""

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.openip_incident.tests.common import (
    CUSTOMER_MAIL,
    IN_PROGRESS,
    INTEGRATOR_MAIL,
)

from .portal_common import IncidentPortalCommon

QUESTION = "Zanzibar"
ANSWER = "Timbuktu"
FILE = b"Samarkand"


@tagged("post_install", "-at_install")
class TestPrivateLine(IncidentPortalCommon):
    """The integrator is asked alone; the customer is the other party."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prepare_once()

    def prepare(self):
        with self.capture_letters():
            self.incident = self._create_incident_in(IN_PROGRESS)
            before = self.incident.sudo().message_ids
            self.incident.incident_request(
                "information", f"<p>{QUESTION}</p>", parties="integrator"
            )
            self.incident.message_post(
                attachments=[("secret.txt", FILE)],
                body=f"{QUESTION} again",
                message_type="comment",
                partner_ids=self.integrator.ids,
                subtype_xmlid="mail.mt_comment",
            )
        self._answer()
        entries = self.incident.sudo().message_ids - before
        self.entries = entries.filtered(
            lambda message: (
                message.incident_private_party_id
                and message.message_type != "user_notification"
            )
        )
        self.assertEqual(len(self.entries), 3)
        self.file = self.entries.attachment_ids
        self.assertEqual(len(self.file), 1)
        self.entries[:1]._message_reaction(
            "👍", "add", self.agent.partner_id, self.env["mail.guest"]
        )

    def _answer(self):
        """Have the integrator answer, on a page of its own."""
        with self.capture_letters() as letters:
            self.incident.with_user(self.portal_users["technician"]).message_post(
                body=ANSWER, message_type="comment", subtype_xmlid="mail.mt_comment"
            )
        self.assertNotIn(CUSTOMER_MAIL, self._recipients(letters))

    # What each party reads

    def _read_all(self, name):
        """Return all that a user gets of the incident, by way: text."""
        user = self.portal_users[name]
        party = self.incident.sudo()._get_incident_party(user.partner_id)
        party = party or self.incident.partner_id
        path = f"/my/ticket/{self.incident.id}"
        pages = {}
        for way in (path, f"{path}/answer", "/my/tickets"):
            self._login(name)
            pages[way] = self._get(way).text
        self._login(None)
        for purpose in ("view", "answer"):
            link = self.incident.sudo()._get_incident_path(party, purpose)
            pages[purpose] = self._get(link).text
        return pages

    def test_pages_show_the_line_to_its_party_alone(self):
        shown = self._read_all("technician")
        for way in (f"/my/ticket/{self.incident.id}", "view"):
            self.assertIn(QUESTION, shown[way], way)
            self.assertIn(ANSWER, shown[way], way)
            self.assertIn("secret.txt", shown[way], way)
            self.assertIn("Only you and our support read this", shown[way], way)
        for way, text in self._read_all("baker").items():
            for secret in (QUESTION, ANSWER, "secret.txt", "Only you and our"):
                with self.subTest(way=way, secret=secret):
                    self.assertNotIn(secret, text)

    def test_files_are_handed_out_on_the_line_alone(self):
        party_paths = {
            "technician": (self.integrator, 200),
            "baker": (self.customer, 404),
        }
        for name, (party, status) in party_paths.items():
            self._login(name)
            path = f"/my/ticket/{self.incident.id}/file/{self.file.id}"
            self.assertEqual(self._get(path).status_code, status, name)
            self._login(None)
            token = self.incident.sudo()._sign_incident_link(party, "view")
            path = f"/incident/{self.incident.id}/file/{self.file.id}?token={token}"
            self.assertEqual(self._get(path).status_code, status, name)

    @mute_logger("odoo.http")
    def test_core_routes_hand_out_no_file(self):
        for name in ("baker", "stranger", None):
            self._login(name)
            for path in (
                f"/web/content/{self.file.id}",
                f"/web/image/{self.file.id}",
                f"/mail/attachment/zip?file_ids={self.file.id}&zip_name=a",
            ):
                with self.subTest(name=name, path=path):
                    self.assertNotIn(FILE, self._get(path).content)

    def test_rpc_meets_the_line_as_its_party_alone(self):
        for name, seen in (("technician", True), ("baker", False)):
            user = self.portal_users[name]
            env = self.env(user=user.id)
            messages = env["mail.message"]
            for entry in self.entries:
                mine = entry.with_env(env)
                with self.subTest(name=name, entry=entry.message_type):
                    found = {
                        "id": messages.search([("id", "=", entry.id)]),
                        "body": messages.search(
                            [("id", "=", entry.id), ("body", "ilike", "a")]
                        ),
                        "access": mine._filtered_access("read"),
                    }
                    self.assertEqual(bool(found["id"]), seen)
                    self.assertEqual(bool(found["body"]), seen)
                    self.assertEqual(bool(found["access"]), seen)
                    if not seen:
                        for call in (
                            lambda mine=mine: mine.read(["body"]),
                            lambda mine=mine: mine.read(["attachment_ids"]),
                            lambda mine=mine: mine.read(["reaction_ids"]),
                            lambda mine=mine: mine.toggle_message_starred(),
                        ):
                            self.assertRaises(AccessError, call)
            counted = messages.search_count(
                [("res_id", "=", self.incident.id), ("model", "=", "helpdesk.ticket")]
            )
            private = messages.search_count(
                [("incident_private_party_id", "!=", False)]
            )
            self.assertEqual(bool(private), seen)
            everything = self.entries.search_count(
                [
                    ("res_id", "=", self.incident.id),
                    ("model", "=", "helpdesk.ticket"),
                    ("is_internal", "=", False),
                    ("subtype_id.internal", "=", False),
                    ("message_type", "!=", "user_notification"),
                    ("incident_private_party_id", "in", [False, user.partner_id.id]),
                ]
            )
            self.assertGreaterEqual(counted, everything)

    def test_reactions_and_files_by_rpc_follow_the_entry(self):
        env = self.env(user=self.portal_users["baker"].id)
        for model, domain in (
            ("mail.message.reaction", [("message_id", "in", self.entries.ids)]),
            ("ir.attachment", [("id", "in", self.file.ids)]),
            ("mail.notification", [("mail_message_id", "in", self.entries.ids)]),
            ("mail.tracking.value", [("mail_message_id", "in", self.entries.ids)]),
        ):
            with self.subTest(model=model):
                try:
                    self.assertFalse(env[model].search(domain))
                except AccessError:
                    continue
        for read in (
            lambda: self.file.with_env(env).read(["raw", "name"]),
            lambda: self.file.with_env(env).raw,
        ):
            self.assertRaises(AccessError, read)

    def test_routes_of_the_chatter_follow_the_entry(self):
        """Fetching, searching, reacting and previews, as the other party."""
        self._login("baker")
        ids = {"thread_id": self.incident.id, "thread_model": "helpdesk.ticket"}
        for route in ("/mail/thread/messages", "/mail/chatter_fetch"):
            for params in (
                ids,
                {**ids, "fetch_params": {"search_term": QUESTION}},
            ):
                with mute_logger("odoo.http"), self.subTest(route=route):
                    try:
                        said = str(self.make_jsonrpc_request(route, params))
                    except Exception as error:
                        said = str(error)
                    for secret in (QUESTION, ANSWER, "secret.txt"):
                        self.assertNotIn(secret, said)
        for entry in self.entries:
            known = entry.reaction_ids
            with mute_logger("odoo.http"):
                try:
                    self.make_jsonrpc_request(
                        "/mail/message/reaction",
                        {"action": "add", "content": "👎", "message_id": entry.id},
                    )
                except Exception as error:
                    self.assertTrue(error)
            entry.invalidate_recordset()
            self.assertEqual(entry.reaction_ids, known)

    def test_successor_reads_nothing_and_colleagues_do(self):
        colleague = self.env["res.partner"].create(
            {"name": "Tim", "parent_id": self.integrator.id, "email": "t@x.example"}
        )
        user = self._create_portal_user(colleague, "login_colleague")
        mine = self.entries.with_user(user)
        self.assertEqual(mine._filtered_access("read"), mine)
        self.other_integrator.email = "new@integrator.example.com"
        self.incident.sudo().integrator_id = self.other_integrator
        successor = self.entries.with_user(self.portal_users["other_integrator"])
        self.assertFalse(successor._filtered_access("read"))
        for way, text in self._read_all("other_integrator").items():
            for secret in (QUESTION, ANSWER, "secret.txt"):
                with self.subTest(way=way, secret=secret):
                    self.assertNotIn(secret, text)
        # Nor does who was replaced: it is no party any more.
        self.assertFalse(mine._filtered_access("read"))

    # Answers on the page

    def _ask_again(self):
        self._login(None)
        with self.capture_letters():
            self.incident.incident_request(
                "information", f"<p>{QUESTION}</p>", parties="integrator"
            )

    def test_answer_page_says_who_reads_it(self):
        self._ask_again()
        for party, alone in ((self.integrator, True), (self.customer, False)):
            path = self.incident.sudo()._get_incident_path(party, "answer")
            text = self._get(path).text
            only = "Read by our support only"
            (self.assertIn if alone else self.assertNotIn)(only, text)
            (self.assertIn if alone else self.assertNotIn)(QUESTION, text)

    def test_answer_on_the_page_is_private(self):
        self._ask_again()
        for party, private in ((self.integrator, True), (self.customer, False)):
            with self.subTest(party=party.name), self.capture_letters() as letters:
                token = self.incident.sudo()._sign_incident_link(party, "answer")
                self._post(
                    f"/incident/{self.incident.id}/answer",
                    token=token,
                    text=f"Said by {party.name}",
                    nonce=party.name,
                )
            told = {CUSTOMER_MAIL, INTEGRATOR_MAIL} & set(self._recipients(letters))
            self.assertEqual(told, set() if private else {INTEGRATOR_MAIL})

    def test_answer_to_a_question_that_a_colleague_has_answered_stays_private(self):
        """The form said that nobody but support reads it."""
        self._ask_again()
        token = self.incident.sudo()._sign_incident_link(self.integrator, "answer")
        self._answer()
        self.assertEqual(self.incident.incident_phase, IN_PROGRESS)
        with self.capture_letters() as letters:
            self._post(
                f"/incident/{self.incident.id}/answer",
                token=token,
                text="Second thoughts",
                nonce="2",
                private="1",
            )
        entry = self._entries(self.incident).sorted("id")[-1:]
        self.assertIn("Second thoughts", entry.body)
        self.assertEqual(entry.incident_private_party_id, self.integrator)
        self.assertNotIn(CUSTOMER_MAIL, self._recipients(letters))

    def test_comment_to_nobody_outside_is_on_no_page(self):
        with self.capture_letters():
            self.incident.message_post(
                attachments=[("late.txt", b"Late")],
                body="The customer pays late",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        for name in ("baker", "technician"):
            for way, text in self._read_all(name).items():
                with self.subTest(name=name, way=way):
                    self.assertNotIn("pays late", text)
                    self.assertNotIn("late.txt", text)
