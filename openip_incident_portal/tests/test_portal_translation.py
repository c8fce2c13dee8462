# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""French is complete: what a customer reads of the portal, in mails and on pages."""

from odoo.tests import tagged
from odoo.tools import html2plaintext, mute_logger

from odoo.addons.openip_incident.tests.common import IncidentCommon
from odoo.addons.openip_incident.tests.test_translation import ENGLISH_WORDS

from .page_common import get_page

MODULE = "openip_incident_portal"
FRENCH = "fr_FR"

SAME_IN_FRENCH = (
    "Cause",
    "Conversation",
    "Description",
    "E-mail",
    "Incidents",
    "Interruption",
    "Intervention",
)

PHASES = (
    "registered",
    "opened",
    "in_progress",
    "escalated",
    "waiting",
    "frozen",
    "closure",
    "closed",
)

# An ordinary space where French has one that does not break.
LOOSE = r" [:;!?»]|« "


@tagged("post_install", "-at_install")
class TestPortalTranslation(IncidentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with mute_logger("odoo.addons.base.models.ir_module", "odoo.tools.translate"):
            cls.env["ir.module.module"].search(
                [("name", "in", ("openip_incident", MODULE))]
            )._update_translations([FRENCH])
        cls.env.invalidate_all()

    def _get_shipped(self, model, domain=()):
        data = self.env["ir.model.data"].search(
            [("module", "=", MODULE), ("model", "=", model)]
        )
        records = self.env[model].browse(data.mapped("res_id"))
        self.assertTrue(records.exists(), model)
        return records.filtered_domain(list(domain))

    def assertFrench(self, text):
        padded = f" {text} "
        for word in ENGLISH_WORDS:
            self.assertNotIn(word, padded)
        self.assertNotRegex(padded, LOOSE)

    def test_every_mail_is_french(self):
        for template in self._get_shipped("mail.template"):
            for name in ("name", "subject", "body_html"):
                with self.subTest(template=template.name, field=name):
                    english = str(template.with_context(lang="en_US")[name])
                    french = str(template.with_context(lang=FRENCH)[name])
                    self.assertNotEqual(french, english)
                    self.assertFrench(html2plaintext(french))

    def test_every_word_of_every_page_is_french(self):
        """Term by term: a page that is French but for one label is not French."""
        read = self.env["ir.ui.view"]._fields["arch_db"].get_trans_terms
        for view in self._get_shipped("ir.ui.view", [("type", "=", "qweb")]):
            terms = zip(
                read(view.with_context(lang="en_US").arch_db),
                read(view.with_context(lang=FRENCH).arch_db),
                strict=True,
            )
            for english, french in terms:
                with self.subTest(view=view.key, term=english):
                    words = any(map(str.isalpha, english))
                    if words and english not in SAME_IN_FRENCH:
                        self.assertNotEqual(french, english)
                    self.assertNotRegex(french, LOOSE)

    def test_what_a_page_says_is_french_in_every_phase(self):
        for phase in PHASES:
            incident = self._create_incident_in(phase, name="Aucun appel sortant")
            page = get_page(incident.with_context(lang=FRENCH), self.customer)
            sentences = [
                page["phase_label"],
                page["readers"],
                *page["next"]["lines"],
                *(station["label"] for station in page["stations"]),
            ]
            english = get_page(incident.with_context(lang="en_US"), self.customer)
            with self.subTest(phase=phase):
                self.assertNotEqual(
                    page["next"]["lines"],
                    english["next"]["lines"],
                )
                for sentence in sentences:
                    self.assertFrench(sentence)
