# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""French is complete: what the parties read is shipped in both languages."""

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import IncidentCommon

TRANSLATED = {
    "mail.template": ("subject", "body_html"),
    "helpdesk.ticket.stage": ("name",),
    "incident.escalation.level": ("name",),
    "mail.activity.type": ("name",),
}

SAME_IN_FRENCH = ("Incidents",)


@tagged("post_install", "-at_install")
class TestTranslation(IncidentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with mute_logger("odoo.addons.base.models.ir_module", "odoo.tools.translate"):
            cls.env["ir.module.module"].search(
                [("name", "=", "openip_incident")]
            )._update_translations(["fr_FR"])
        cls.env.invalidate_all()

    def test_shipped_records_are_french(self):
        for model, names in TRANSLATED.items():
            data = self.env["ir.model.data"].search(
                [("module", "=", "openip_incident"), ("model", "=", model)]
            )
            self.assertTrue(data, model)
            records = self.env[model].browse(data.mapped("res_id"))
            for record in records:
                for name in names:
                    with self.subTest(record=record.display_name, field=name):
                        english = record.with_context(lang="en_US")[name]
                        french = record.with_context(lang="fr_FR")[name]
                        self.assertTrue(french)
                        if english not in SAME_IN_FRENCH:
                            self.assertNotEqual(str(french), str(english))

    def test_layout_is_french(self):
        layout = self.env.ref("openip_incident.notice_layout")
        english = layout.with_context(lang="en_US").arch_db
        french = layout.with_context(lang="fr_FR").arch_db
        self.assertNotEqual(french, english)
        self.assertNotIn("Hello", french)

    def test_mails_of_every_act_are_french_throughout(self):
        """Nothing English slips into the mail of a French reader."""
        acts = (
            ("registered", lambda ticket: ticket.action_incident_open()),
            (
                "in_progress",
                lambda ticket: ticket.incident_request("action", "<p>Redémarrer</p>"),
            ),
            (
                "in_progress",
                lambda ticket: ticket.incident_request("information", "<p>Quand ?</p>"),
            ),
            (
                "in_progress",
                lambda ticket: ticket.action_incident_escalate(self.level.id),
            ),
            ("in_progress", lambda ticket: ticket.incident_update("<p>Voilà</p>")),
            ("in_progress", lambda ticket: ticket.action_incident_resolve()),
            ("closure", lambda ticket: ticket.action_incident_close("confirmed")),
            ("registered", lambda ticket: ticket.action_incident_reject("<p>Non</p>")),
        )
        english_words = (" the ", " your ", " please ", " we ", "Hello", " mail ")
        for phase, act in acts:
            incident = self._create_incident_in(phase, name="Aucun appel sortant")
            with self.capture_letters() as letters:
                act(incident)
            if not letters:
                continue
            letter = self._letter_to(letters, self.customer.email)
            text = f"{letter['subject']}\n{letter['body_alternative']}"
            for word in english_words:
                with self.subTest(subject=letter["subject"], word=word):
                    self.assertNotIn(word, text)
