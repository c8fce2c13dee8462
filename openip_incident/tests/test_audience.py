# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who is shown is who gets it: each way out of the composer, each set of names."""

from datetime import timedelta

from markupsafe import Markup

from odoo import fields
from odoo.tests import freeze_time, tagged

from .common import (
    CUSTOMER_MAIL,
    IDENTITY_MARKS,
    IN_PROGRESS,
    INTEGRATOR_MAIL,
    IncidentCommon,
)

TEXT = "The exchange was restarted."
STRANGER_MAIL = "stan@stranger.example.com"
BAKER_MAIL = "claire@boulangerie.example.com"
LEADER_MAIL = "incident_leader@operator.example.com"


@tagged("post_install", "-at_install")
class TestAudience(IncidentCommon):
    # Instead of a line: neither party reads it.
    inside = object()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        nobody, inside = cls.env["res.partner"], cls.inside
        # Recipients: whom the agent leaves, who gets a mail, whose private line it is.
        cls.cases = {
            "both": (
                cls.customer | cls.integrator,
                [CUSTOMER_MAIL, INTEGRATOR_MAIL],
                nobody,
            ),
            "customer": (cls.customer, [CUSTOMER_MAIL], cls.customer),
            "integrator": (cls.integrator, [INTEGRATOR_MAIL], cls.integrator),
            "staff": (cls.baker, [BAKER_MAIL], cls.customer),
            "nobody": (cls.env["res.partner"], [], inside),
            "third person": (cls.stranger, [STRANGER_MAIL], inside),
            "colleague": (cls.leader.partner_id, [LEADER_MAIL], inside),
            "party and third person": (
                cls.integrator | cls.stranger,
                [INTEGRATOR_MAIL, STRANGER_MAIL],
                cls.integrator,
            ),
        }
        # Ways: name and whether what is sent is a note.
        cls.ways = (
            "chatter",
            "rpc",
            "untyped",
            "reply",
            "full_composer",
            "batch_composer",
            "mass_composer",
            "scheduled",
            "source",
            "rule",
        )

    # Ways out

    def _send(self, way, incident, partners, **values):
        """Send a text to contacts on one of the ways that Odoo has."""
        return getattr(self, f"_send_by_{way}")(incident, partners, **values)

    def _send_by_chatter(self, incident, partners, **values):
        """What the chatter's controller hands to the thread."""
        incident.message_post(
            **{
                "body": Markup("<p>%s</p>") % TEXT,
                "email_add_signature": True,
                "message_type": "comment",
                "partner_ids": partners.ids,
                "subtype_xmlid": "mail.mt_comment",
                **values,
            }
        )

    def _send_by_rpc(self, incident, partners, **values):
        vals = {"partner_ids": partners.ids} if partners else {}
        incident.message_post(
            **{
                "body": TEXT,
                "message_type": "comment",
                "subtype_xmlid": "mail.mt_comment",
                **vals,
                **values,
            }
        )

    def _send_by_untyped(self, incident, partners, **values):
        """Core takes a message without a type for a notification."""
        incident.message_post(
            **{
                "body": TEXT,
                "partner_ids": partners.ids,
                "subtype_xmlid": "mail.mt_comment",
                **values,
            }
        )

    def _send_by_reply(self, incident, partners, **values):
        parent = self._entries(incident)[:1]
        self.assertTrue(parent)
        self._send_by_chatter(incident, partners, parent_id=parent.id, **values)

    def _compose(self, incidents, partners, note=False, **values):
        subtype = "mail.mt_note" if note else "mail.mt_comment"
        return (
            self.env["mail.compose.message"]
            .with_user(self.agent)
            .create(
                {
                    "body": f"<p>{TEXT}</p>",
                    "composition_mode": "comment",
                    "model": "helpdesk.ticket",
                    "partner_ids": partners.ids,
                    "res_ids": incidents.ids,
                    "subject": "News",
                    "subtype_id": self.env.ref(subtype).id,
                    **values,
                }
            )
        )

    def _send_by_full_composer(self, incident, partners, note=False):
        self._compose(incident, partners, note)._action_send_mail()

    def _send_by_batch_composer(self, incident, partners, note=False):
        other = self._create_incident()
        self._compose(incident | other, partners, note)._action_send_mail()

    def _send_by_mass_composer(self, incident, partners, note=False):
        composer = self._compose(
            incident, partners, composition_mode="mass_mail", subtype_id=False
        )
        composer._action_send_mail()

    def _send_by_scheduled(self, incident, partners, note=False):
        later = fields.Datetime.now() + timedelta(hours=2)
        composer = self._compose(incident, partners, note, scheduled_date=str(later))
        composer._action_schedule_message()
        message = self.env["mail.scheduled.message"].search(
            [("model", "=", incident._name), ("res_id", "=", incident.id)]
        )
        self.assertEqual(message.partner_ids, partners)
        with freeze_time(later + timedelta(minutes=1)):
            self.env["mail.scheduled.message"]._post_messages_cron()

    def _send_by_source(self, incident, partners, note=False):
        incident.message_post_with_source(
            self._create_source(partners),
            subtype_xmlid="mail.mt_note" if note else "mail.mt_comment",
            **({} if note else {"message_type": "comment"}),
        )

    def _create_source(self, partners):
        return self.env["mail.template"].create(
            {
                "body_html": f"<p>{TEXT}</p>",
                "model_id": self.env.ref("helpdesk_mgmt.model_helpdesk_ticket").id,
                "name": "Source",
                "partner_to": ",".join(map(str, partners.ids)),
                "subject": "News",
                "use_default_to": False,
            }
        )

    def _send_by_rule(self, incident, partners, note=False):
        """A server action of an automation rule, as OdooBot."""
        action = self.env["ir.actions.server"].create(
            {
                "mail_post_method": "note" if note else "comment",
                "model_id": self.env.ref("helpdesk_mgmt.model_helpdesk_ticket").id,
                "name": "Post",
                "state": "mail_post",
                "template_id": self._create_source(partners).id,
            }
        )
        action.with_context(
            active_id=incident.id, active_ids=incident.ids, active_model=incident._name
        ).run()

    # Tests

    def _entry_of(self, incident, before):
        messages = incident.sudo().message_ids - before
        return messages.filtered(
            lambda message: (
                TEXT in (message.body or "")
                and message.message_type != "user_notification"
            )
        )

    def test_each_way_reaches_exactly_whom_it_names(self):
        inside = self.inside
        for way in self.ways:
            for name, (partners, addresses, line) in self.cases.items():
                if way == "mass_composer" and name == "nobody":
                    # It names nobody on its screen but says: both parties.
                    continue
                with self.subTest(way=way, recipients=name):
                    incident = self._create_incident_in(IN_PROGRESS)
                    before = incident.sudo().message_ids
                    with self.capture_letters() as letters:
                        self._send(way, incident, partners)
                    # Who follows as a colleague is told, too.
                    told = self._recipients(letters)
                    told = [item for item in told if item != self.agent.email]
                    times = 2 if way == "batch_composer" else 1
                    self.assertEqual(told, sorted(addresses * times))
                    entry = self._entry_of(incident, before)
                    self.assertEqual(len(entry), 1)
                    self.assertEqual(entry.is_internal, line is inside)
                    company = self.env["res.partner"] if line is inside else line
                    self.assertEqual(entry.incident_private_party_id, company)
                    noticed = entry.incident_notice_ids.partner_id
                    self.assertEqual(noticed, partners & (noticed | self._people()))

    def _people(self):
        return self.customer | self.integrator | self.baker | self.technician

    def test_notes_reach_nobody_outside_on_any_way(self):
        outsiders = self._people() | self.stranger
        notes = {
            "chatter": {"subtype_xmlid": "mail.mt_note"},
            "rpc": {"subtype_xmlid": "mail.mt_note"},
            "untyped": {"subtype_xmlid": False},
            "reply": {"subtype_xmlid": "mail.mt_note"},
            "full_composer": {"note": True},
            "batch_composer": {"note": True},
            "scheduled": {"note": True},
            "source": {"note": True},
            "rule": {"note": True},
        }
        for way, values in notes.items():
            with self.subTest(way=way):
                incident = self._create_incident_in(IN_PROGRESS)
                with self.capture_letters() as letters:
                    self._send(way, incident, outsiders, **values)
                self.assertNoLetters(letters)

    def test_internal_comment_and_raw_addresses_stay_inside(self):
        incident = self._create_incident_in(IN_PROGRESS)
        with self.capture_letters() as letters:
            self._send(
                "chatter",
                incident,
                self.customer | self.stranger,
                is_internal=True,
                outgoing_email_to="somebody@elsewhere.example.com",
            )
        self.assertNoLetters(letters)

    def test_mass_composer_without_recipients_writes_to_both(self):
        incident = self._create_incident_in(IN_PROGRESS)
        with self.capture_letters() as letters:
            self._send("mass_composer", incident, self.env["res.partner"])
        self.assertBothInformed(letters)
        for letter in letters:
            self.assertTrue(letter["subject"].startswith(incident.number))

    def test_plain_tickets_keep_the_composer_of_core(self):
        ticket = self._create_plain_ticket()
        with self.capture_letters() as letters:
            self._send("chatter", ticket, self.customer)
        self.assertLettersTo(letters, CUSTOMER_MAIL)
        suggested = ticket._message_get_suggested_recipients()
        self.assertIn(self.customer.id, [info["partner_id"] for info in suggested])

    def test_feedback_of_an_activity_stays_inside(self):
        incident = self._create_incident_in(IN_PROGRESS)
        activity = incident.activity_schedule("mail.mail_activity_data_todo")
        with self.capture_letters() as letters:
            activity.action_feedback(feedback=TEXT)
        self.assertNoLetters(letters)

    def test_nobody_decides_the_line_but_the_recipients(self):
        incident = self._create_incident_in(IN_PROGRESS)
        for values in ({"incident_private_party_id": self.stranger.id},):
            before = incident.sudo().message_ids
            self._send("chatter", incident, self.customer, **values)
            entry = self._entry_of(incident, before)
            self.assertEqual(entry.incident_private_party_id, self.customer)

    # Third persons

    def test_third_person_gets_what_is_addressed_to_it_and_no_more(self):
        incident = self._create_incident_in(IN_PROGRESS)
        with self.capture_letters():
            self._send("chatter", incident, self.customer, body="Secret of Claire")
            self._reply(incident, self.customer, html="<p>Secret answer</p>")
        link = f"{incident.get_base_url()}/incident/1?token={'a' * 60}"
        quote = Markup(
            '<p>Please measure.</p><div class="o_mail_reply_container"><div>On Monday '
            'Claire <a href="mailto:claire@boulangerie.example.com">&lt;'
            "claire@boulangerie.example.com&gt;</a> wrote"
            "</div><blockquote>Secret answer</blockquote></div>"
            "<p>From: accueil@boulangerie.example.com, support@telintegra.example.com"
            f" {link}</p>"
        )
        third = self.stranger
        with self.capture_letters() as letters:
            self._send("chatter", incident, third | self.customer, body=quote)
        letter = self._letter_to(letters, third.email)
        raw = letter["EmailMessage"].as_string() + letter["body"]
        self.assertIn("Please measure.", raw)
        for mark in (
            *IDENTITY_MARKS,
            "Secret",
            "boulangerie.example.com",
            "telintegra.example.com",
            "token=aaa",
            "/my/ticket",
        ):
            self.assertNotIn(mark, raw)
        own = self._letter_to(letters, CUSTOMER_MAIL)
        self.assertNotIn(STRANGER_MAIL, own["EmailMessage"].as_string())
        self.assertNotIn("Secret", own["body"])

    def test_quoted_answer_never_leaves_with_a_reply(self):
        incident = self._create_incident_in(IN_PROGRESS)
        body = Markup(
            '<p>Yes.</p><div class="o_mail_reply_container"><blockquote>Between us'
            "</blockquote></div>"
        )
        before = incident.sudo().message_ids
        incident.message_post(
            body=body,
            message_type="comment",
            partner_ids=(self.customer | self.integrator).ids,
            subtype_xmlid="mail.mt_comment",
        )
        new = incident.sudo().message_ids - before
        self.assertTrue(new)
        for message in new:
            self.assertNotIn("Between us", message.body or "")

    def test_one_address_for_both_parties_is_no_private_line(self):
        self.customer.email = INTEGRATOR_MAIL
        incident = self._create_incident_in(IN_PROGRESS)
        before = incident.sudo().message_ids
        with self.capture_letters() as letters:
            self._send("chatter", incident, self.customer)
        self.assertLettersTo(letters, INTEGRATOR_MAIL)
        self.assertFalse(self._entry_of(incident, before).incident_private_party_id)

    def test_party_without_address_is_not_left_out(self):
        self.integrator.email = False
        incident = self._create_incident_in(IN_PROGRESS)
        before = incident.sudo().message_ids
        self._send("chatter", incident, self.customer)
        self.assertFalse(self._entry_of(incident, before).incident_private_party_id)

    def test_staff_gets_no_personal_link(self):
        incident = self._create_incident_in(IN_PROGRESS)
        with self.capture_letters() as letters:
            self._send("chatter", incident, self.baker)
        self.assertNotIn("/incident/", letters[0]["body"])

    # What the composer proposes

    def _suggested(self, incident, **options):
        infos = incident.with_user(self.agent)._message_get_suggested_recipients(
            **options
        )
        return {info["partner_id"] for info in infos}

    def test_both_parties_are_proposed(self):
        incident = self._create_incident_in(IN_PROGRESS)
        incident.sudo().message_subscribe(self.leader.partner_id.ids)
        both = {self.customer.id, self.integrator.id}
        self.assertEqual(self._suggested(incident), both)
        self.assertEqual(self._suggested(incident, reply_discussion=True), both)
        default = incident._message_get_default_recipients()[incident.id]
        self.assertEqual(set(default["partner_ids"]), both)
        self.assertFalse(default["email_to"])

    def test_copied_addresses_are_not_proposed(self):
        with self.capture_letters():
            incident = self._create_incident_in(IN_PROGRESS)
        self._reply(incident, self.customer, cc="spy@elsewhere.example.com")
        both = {self.customer.id, self.integrator.id}
        found = self._suggested(incident, reply_discussion=True, no_create=False)
        self.assertEqual(found, both)

    def test_reply_proposes_who_reads_what_is_answered(self):
        incident = self._create_incident_in(IN_PROGRESS)
        cases = {
            "private": (self.customer, {self.customer.id}),
            "both": (
                self.customer | self.integrator,
                {self.customer.id, self.integrator.id},
            ),
            "third": (self.stranger, {self.stranger.id}),
            "nobody": (self.env["res.partner"], set()),
        }
        for name, (partners, expected) in cases.items():
            with self.subTest(name):
                before = incident.sudo().message_ids
                self._send("chatter", incident, partners)
                entry = self._entry_of(incident, before)
                found = self._suggested(incident, reply_message=entry)
                self.assertEqual(found, expected)

    def test_incident_without_address_proposes_whom_it_can(self):
        self.integrator.email = False
        incident = self._create_incident_in(IN_PROGRESS)
        self.assertEqual(self._suggested(incident), {self.customer.id})

    # What the chatter says

    def _audience(self, message):
        return message.sudo()._prepare_incident_audience()

    def test_entry_says_whom_it_reached(self):
        incident = self._create_incident_in(IN_PROGRESS)
        labels = {
            "both": False,
            "customer": "Private: read by Boulangerie Martin only",
            "integrator": "Private: read by Telintegra only",
            "nobody": "Reached nobody outside",
            "third person": "Only to Stan Stranger: neither party reads it",
        }
        for name, label in labels.items():
            with self.subTest(name):
                before = incident.sudo().message_ids
                self._send("chatter", incident, self.cases[name][0])
                told = self._audience(self._entry_of(incident, before))
                self.assertEqual(told and told["label"], label)

    def test_agents_mail_says_that_it_reached_nobody(self):
        with self.capture_letters():
            incident = self._create_incident_in(IN_PROGRESS)
        before = incident.sudo().message_ids
        with self.capture_letters() as letters:
            self._receive(
                self.agent.partner_id.email_formatted,
                self.team.alias_full_name,
                reply_to=self._hidden_message(incident, self.customer),
                cc=f"{CUSTOMER_MAIL}, {INTEGRATOR_MAIL}",
                html=f"<p>{TEXT}</p>",
            )
        entry = self._entry_of(incident, before)
        self.assertEqual(entry.subtype_id, self.env.ref("mail.mt_note"))
        self.assertEqual(self._audience(entry)["label"], "Reached nobody outside")
        self.assertFalse(
            set(self._recipients(letters)) & {CUSTOMER_MAIL, INTEGRATOR_MAIL}
        )


@tagged("post_install", "-at_install")
class TestWizardAudience(IncidentCommon):
    """Above the editor: who reads what is typed, whatever the act."""

    def _wizard(self, incidents, act, **values):
        return (
            self.env["incident.act.wizard"]
            .with_user(self.agent)
            .create({"act": act, "ticket_ids": incidents.ids, **values})
        )

    def test_each_act_with_a_text_says_who_reads_it(self):
        incident = self._create_incident_in(IN_PROGRESS)
        many = incident | self._create_incident_in(IN_PROGRESS)
        customer = "Boulangerie Martin (customer)"
        integrator = "Telintegra (integrator)"
        both = f"Read by: {customer}, {integrator}"
        private = "Private: not shown to"
        answer = {"partner_id": self.baker.id}
        for tickets, act, values, line in (
            (incident, "update", {}, both),
            (incident, "request", {}, both),
            (incident, "escalate", {}, both),
            (incident, "reject", {}, both),
            (incident, "answer", answer, both),
            (
                incident,
                "update",
                {"parties": "customer"},
                f"Read by: {customer}. {private} Telintegra",
            ),
            (
                incident,
                "request",
                {"parties": "integrator"},
                f"Read by: {integrator}. {private} Boulangerie Martin",
            ),
            # What an act does not offer does not count.
            (incident, "escalate", {"parties": "customer"}, both),
            (incident, "reopen", {}, "Internal note: nobody outside reads it"),
            (incident, "close", {}, both),
            (incident, "resolve", {}, both),
            (incident, "open", {}, False),
            (
                many,
                "update",
                {},
                "Read by customer and integrator of each of 2 incidents",
            ),
            (
                many,
                "request",
                {"parties": "customer"},
                "Read by the customer alone of each of 2 incidents",
            ),
        ):
            with self.subTest(act=act, values=values, count=len(tickets)):
                self.assertEqual(self._wizard(tickets, act, **values).readers, line)

    def test_wizard_writes_to_whom_it_shows(self):
        for act in ("update", "request"):
            for parties, addresses in (
                ("both", [CUSTOMER_MAIL, INTEGRATOR_MAIL]),
                ("customer", [CUSTOMER_MAIL]),
                ("integrator", [INTEGRATOR_MAIL]),
            ):
                with self.subTest(act=act, parties=parties):
                    incident = self._create_incident_in(IN_PROGRESS)
                    wizard = self._wizard(
                        incident, act, parties=parties, body="<p>News</p>"
                    )
                    count = "1 mail" if len(addresses) == 1 else "2 mails"
                    self.assertIn(f", {count} to", wizard.summary)
                    with self.capture_letters() as letters:
                        wizard.action_confirm()
                    self.assertLettersTo(letters, *addresses)

    def test_answer_of_who_was_asked_alone_is_said_to_be_private(self):
        incident = self._create_incident_in(IN_PROGRESS)
        incident.incident_request("information", "<p>?</p>", parties="customer")
        wizard = self._wizard(incident, "answer", partner_id=self.baker.id)
        self.assertIn("no mail", wizard.summary)
        self.assertEqual(
            wizard.readers,
            "Read by: Boulangerie Martin (customer). Private: not shown to Telintegra",
        )

    def test_full_composer_says_who_reads_it(self):
        incident = self._create_incident_in(IN_PROGRESS)
        composers = self.env["mail.compose.message"].with_user(self.agent)
        note = self.env.ref("mail.mt_note").id
        values = {
            "composition_mode": "comment",
            "model": "helpdesk.ticket",
            "res_ids": incident.ids,
        }
        for more, line in (
            ({}, "Goes to colleagues only: nobody outside reads it"),
            (
                {"partner_ids": self.customer.ids},
                "Read by: Boulangerie Martin (customer). Private: not shown to "
                "Telintegra",
            ),
            (
                {"partner_ids": self.stranger.ids},
                "Read by: Stan Stranger (neither party)",
            ),
            ({"subtype_id": note}, "Internal note: nobody outside reads it"),
            (
                {"composition_mode": "mass_mail"},
                "Read by both parties of each incident",
            ),
        ):
            with self.subTest(line):
                composer = composers.create({**values, **more})
                self.assertEqual(composer.incident_readers, line)
        plain = self._create_plain_ticket()
        composer = composers.create({**values, "res_ids": plain.ids})
        self.assertFalse(composer.incident_readers)
