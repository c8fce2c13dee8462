# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A broken template is found by who saves it, not by the customers."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CUSTOMER_MAIL, INTEGRATOR_MAIL, IncidentCommon

MODELS = {
    "helpdesk.ticket",
    "incident.digest",
    "incident.intake",
    "incident.outage",
}

GOOD = "{{ object.number }} – {{ object.name }}"

# What is wrong, and a part of the reason that is given.
BAD_SUBJECTS = {
    "{{ object.name": "{{ object.name",
    "{{ object.number }} {{ object.name": "braces",
    "{{ object.number }} object.name }}": "braces",
    "{{ object.number } {{ object.name }}": "",
    "{{ object.number }} {{ object.nmae }}": "object.nmae",
    "{{ object.number }} {{ object.partner_id.nmae }}": "object.partner_id.nmae",
    "{{ object.number }} {{ object.nmae or '' }}": "object.nmae",
    "{{ object.number }} {{ 1 if object.priority == '3' else object.nmae }}": (
        "object.nmae"
    ),
    "{{ object.number }} {{ object.name | }}": "",
    "{{ object.number }} {{ 1 / 0 }}": "ZeroDivisionError",
    "{{ objekt.number }}": "objekt",
    "An incident was opened": "number",
    "{{ object.name }}": "number",
    "{{ object.former_number }}": "number",
    "": "number",
}
BAD_BODIES = {
    "<p>Hello {{ object.name</p>": "{{ object.name",
    "<p>Hello {{ object.name }}</p>": "{{ object.name }}",
    '<p><a t-attf-href="/x/{{ object.id">x</a></p>': "{{ object.id",
    '<p t-out="object.nmae"/>': "object.nmae",
    '<p t-if="object.priority == \'3\'" t-out="object.nmae"/>': "object.nmae",
    '<p><t t-foreach="object.tag_idz" t-as="tag" t-out="tag.name"/></p>': (
        "object.tag_idz"
    ),
    '<p t-out="1 / 0"/>': "ZeroDivisionError",
    '<p t-out="nobody.name"/>': "nobody",
    '<p t-out="object.name +"/>': "",
    '<t t-call="openip_incident.no_such_view"/>': "no_such_view",
}


@tagged("post_install", "-at_install")
class TestTemplateTrial(IncidentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.env.ref("base.user_admin")
        cls.template = cls.env.ref("openip_incident.mail_template_opened").copy(
            {"name": "Tried", "subject": GOOD}
        )
        cls.template.with_context(lang="fr_FR").subject = GOOD
        cls.stages["opened"].mail_template_id = cls.template
        cls.person = cls.template.with_user(cls.admin).with_context(lang="en_US")
        cls.french = cls.person.with_context(lang="fr_FR")

    def assertRefused(self, save, *parts):
        """Assert that a person is told what is wrong, where."""
        with (
            mute_logger("odoo.addons.mail.models.mail_template"),
            mute_logger("odoo.addons.mail.models.mail_render_mixin"),
            self.assertRaises(UserError) as refusal,
        ):
            save()
        message = str(refusal.exception)
        for part in ("Tried", *parts):
            self.assertIn(part, message)

    def test_broken_subject_is_refused_in_its_language(self):
        for subject, reason in BAD_SUBJECTS.items():
            with self.subTest(subject=subject):
                self.assertRefused(
                    lambda subject=subject: self.person.write({"subject": subject}),
                    "Subject",
                    "English (US)",
                    reason,
                )
                self.assertRefused(
                    lambda subject=subject: self.french.write(
                        {"subject": subject or "x"}
                    ),
                    "French / Français",
                )
        self.assertEqual(self.template.subject, GOOD)

    def test_broken_body_is_refused_in_its_language(self):
        for body, reason in BAD_BODIES.items():
            with self.subTest(body=body):
                self.assertRefused(
                    lambda body=body: self.person.write({"body_html": body}),
                    "Body",
                    reason,
                )

    def test_every_language_is_tried_not_only_the_saved_one(self):
        # As the system, which nobody is told of.
        self.template.with_context(lang="fr_FR").subject = "{{ object.name"
        self.assertRefused(
            lambda: self.person.write({"subject": GOOD + "!"}),
            "French / Français",
            "{{ object.name",
        )

    def test_saved_translation_is_tried(self):
        self.assertRefused(
            lambda: self.person.update_field_translations(
                "subject", {"fr_FR": "{{ object.number }} {{ object.name"}
            ),
            "French / Français",
        )
        self.assertRefused(
            lambda: self.person.update_field_translations(
                "body_html", {"fr_FR": '<p t-out="object.nmae"/>'}
            ),
            "French / Français",
            "object.nmae",
        )
        self.person.update_field_translations(
            "subject", {"fr_FR": "{{ object.number }} ouvert"}
        )
        self.assertEqual(self.french.subject, "{{ object.number }} ouvert")

    def test_good_template_is_saved(self):
        body = (
            "<style>@media (max-width: 1px) {p {color: red}}</style>"
            "<p>Hello <t t-out=\"ctx['party'].name or ''\"/></p>"
            '<p t-out="object.partner_id.commercial_partner_id.name"/>'
            '<a t-attf-href="/x/{{ object.id }}/#{object.number}">x</a>'
            "<p t-if=\"ctx.get('deadline')\" t-out=\"ctx['deadline']\"/>"
            "<p t-out=\"object._get_incident_url(ctx['party'])\"/>"
        )
        self.person.write({"subject": GOOD, "body_html": body})
        self.assertIn("commercial_partner_id", self.template.body_html)

    def test_shipped_templates_pass(self):
        templates = self.env["mail.template"].search([("model", "in", list(MODELS))])
        names = templates.get_external_id()
        ours = templates.filtered(
            lambda template: names[template.id].startswith("openip_incident")
        )
        self.assertEqual(set(ours.mapped("model")), MODELS & set(self.env.registry))
        self.assertGreater(len(ours), 22)
        for template in ours:
            with self.subTest(template=names[template.id]):
                template.with_user(self.admin)._check_incident_words()

    def test_mails_about_outages_and_digests_are_tried(self):
        before = self.env["incident.outage"].create({"name": "Before"}).number
        for name, row in (
            ("outage_message", "incident"),
            ("outage_closure_request", "member"),
            ("outage_closure_closed", "member"),
            ("works_changed", "service"),
            ("digest", "item"),
        ):
            template = self.env.ref(f"openip_incident.mail_template_{name}")
            template.name = "Tried"
            person = template.with_user(self.admin).with_context(lang="en_US")
            body = str(person.body_html)
            with self.subTest(template=name):
                self.assertIn(f't-as="{row}"', body)
                head, loop, rest = body.partition(f't-as="{row}"')
                at = rest.index(">") + 1
                trap = f"<i t-out=\"{row}['nmae']\"/>"
                broken = head + loop + rest[:at] + trap + rest[at:]
                self.assertRefused(
                    lambda one=person, text=broken: one.write({"body_html": text}),
                    "nmae",
                )
                self.assertRefused(
                    lambda one=person: one.write({"subject": "{{ object.nmae }}"}),
                    "object.nmae",
                )
                person.write({"body_html": body + "<p>Good.</p>"})
        self.assertFalse(
            self.env["incident.outage"].search([("name", "=", "No outgoing calls")])
        )
        after = self.env["incident.outage"].create({"name": "After"}).number
        self.assertEqual(int(after[-4:]), int(before[-4:]) + 1, "no number is lost")

    def test_template_of_nobody_is_not_tried(self):
        self.stages["opened"].mail_template_id = False
        self.person.subject = "{{ object.name"
        self.assertEqual(self.template.subject, "{{ object.name")

    def test_other_values_are_saved_without_a_trial(self):
        trial = type(self.env["incident.template.trial"])
        with patch.object(trial, "_try_templates", side_effect=AssertionError):
            self.person.write({"auto_delete": False})

    # Nobody is there to read a complaint

    def test_system_and_modules_save_what_they_like(self):
        trial = type(self.env["incident.template.trial"])
        with patch.object(trial, "_try_templates", side_effect=AssertionError):
            self.template.write({"subject": "{{ object.name"})
            self.person.with_context(install_mode=True).write({"subject": "{{ x"})
            with patch.object(type(self.env.registry), "ready", False, create=True):
                self.env.registry.ready, ready = False, self.env.registry.ready
                try:
                    self.person.write({"subject": "{{ y"})
                finally:
                    self.env.registry.ready = ready

    def test_import_of_translations_tries_nothing(self):
        trial = type(self.env["incident.template.trial"])
        with patch.object(trial, "_try_templates", side_effect=AssertionError):
            self.env["ir.module.module"]._load_module_terms(
                ["openip_incident"], ["fr_FR"], overwrite=True
            )

    # When a template is given something to do

    def _break(self):
        broken = self.template.copy({"name": "Tried", "subject": "{{ object.name"})
        broken.with_context(lang="fr_FR").subject = "{{ object.name"
        return broken

    def test_broken_template_is_given_nothing_to_do(self):
        broken = self._break()
        step = self.env.ref("openip_incident.plan_request").step_ids[:1]
        uses = (
            (self.stages["closure"], "mail_template_id"),
            (step, "mail_template_id"),
            (self.team, "update_template_id"),
            (self.team, "rejected_template_id"),
        )
        for record, name in uses:
            with self.subTest(record=record, field=name):
                self.assertRefused(
                    lambda record=record, name=name: record.with_user(self.admin).write(
                        {name: broken.id}
                    ),
                    "braces",
                )
                self.assertNotEqual(record[name], broken)

    def test_broken_template_stops_what_begins_to_use_it(self):
        broken = self._break()
        self.plain_team.update_template_id = broken
        self.plain_new.mail_template_id = broken
        self.assertRefused(
            lambda: self.plain_team.with_user(self.admin).write(
                {"incident_process": True}
            ),
            "braces",
        )
        self.assertRefused(
            lambda: (
                self.stages["closure"]
                .with_user(self.admin)
                .copy({"mail_template_id": broken.id})
            ),
            "braces",
        )

    def test_facts_of_a_step_are_there_for_steps_only(self):
        step = self.env.ref("openip_incident.plan_request").step_ids[:1]
        words = {"body_html": "<p t-out=\"ctx['deadline']\"/>"}
        self.assertRefused(lambda: self.person.write(words), "deadline")
        self.stages["opened"].mail_template_id = False
        step.mail_template_id = self.template
        self.person.write(words)

    # No trace

    def test_trial_leaves_no_trace(self):
        self.person.subject = GOOD
        sequence = self.env.ref("openip_incident.sequence_incident", False)
        sequence = sequence or self.env["ir.sequence"].search(
            [("code", "=", "openip.incident")], limit=1
        )
        rule = self.env["base.automation"].create(
            {
                "name": "Every new ticket",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "trigger": "on_create",
            }
        )
        counted = (
            "helpdesk.ticket",
            "res.partner",
            "mail.message",
            "mail.mail",
            "mail.followers",
            "mail.activity",
            "ir.cron.trigger",
            "incident.intake",
            "bus.bus",
        )

        def count():
            self.env.flush_all()
            return [
                *(
                    self.env[model].with_context(active_test=False).search_count([])
                    for model in counted
                ),
                sequence.number_next_actual,
            ]

        before = count()
        rules = type(self.env["base.automation"])
        with (
            patch.object(rules, "_process", side_effect=AssertionError),
            self.capture_letters() as letters,
        ):
            self.person.subject = GOOD + "."
            self.stages["closure"].with_user(
                self.admin
            ).mail_template_id = self.template
        self.assertTrue(rule.active)
        self.assertEqual(count(), before)
        self.assertNoLetters(letters)

    def test_what_was_under_way_is_kept(self):
        """The trial is taken back alone: not what the transaction did before."""
        incident = self._create_incident()
        with self.capture_letters() as letters:
            incident.action_incident_open()
            self.person.subject = GOOD + "?"
            incident.incident_update("<p>News</p>")
        self.assertLettersTo(letters, *[CUSTOMER_MAIL, INTEGRATOR_MAIL] * 2)
        self.assertEqual(incident.incident_phase, "opened")

    def test_rules_of_automation_act_on_what_programs_call_made_up(self):
        """No caller can switch the rules off: the mark is an object, not a word."""
        rules = self.env["base.automation"].with_context(incident_template_trial=True)
        tickets = self.env["helpdesk.ticket"]
        found = rules._get_actions(tickets, ["on_create_or_write"])
        self.assertTrue(found)
