# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is proposed, and what is said of who reads, is who gets it."""

from odoo.tests import tagged

from .audience_common import TEXT, AudienceCommon
from .common import CUSTOMER_MAIL, IN_PROGRESS, INTEGRATOR_MAIL, IncidentCommon


@tagged("post_install", "-at_install")
class TestAudienceShown(AudienceCommon):
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
