# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Mails whose layout is filled in are those that are rendered one by one."""

from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.base.models.ir_qweb import IrQweb

from ..models.correspondence.incident_mail_renderer import LAYOUT
from ..models.correspondence.letter import Draft
from ..models.speed import incident_mail_form
from .common import CLOSED, CLOSURE, IN_PROGRESS, WAITING, IncidentCommon
from .elsewhere import write_elsewhere

NAMES = [
    "No calls",
    "100 % of calls, %s and %(name)s",
    "<b>\"Tom\" & 'Jerry'</b>",
    "L’été à Orléans\xa0: 20 €",
    "openip-0-1-",
    "Nothing &amp; {{ object.number }}",
]
PHASES = (IN_PROGRESS, WAITING, CLOSURE, CLOSED)
URL = "https://support.example.com/incident/%s?token=a&b=%%20#c"


@tagged("post_install", "-at_install")
class TestMailForm(IncidentCommon):
    def setUp(self):
        super().setUp()
        self.renderer = self.env["incident.mail.renderer"].sudo()
        self.template = self.env.ref("openip_incident.mail_template_update").sudo()
        self.env.company.phone = "02 61 91 10 00"
        # Greeted by its name.
        self.customer.write({"is_company": False, "name": "Zoë <O'Hara> & %s"})

    def _prepare_drafts(self, incidents, facts=None):
        nobody = self.env["res.partner"].sudo()
        return [
            Draft(
                incident.sudo(),
                party,
                "fr_FR" if party == self.customer else "en_US",
                "<p>Said</p>",
                party and URL % incident.id,
                facts or {},
            )
            for incident in incidents
            for party in (nobody, self.customer.sudo(), self.integrator.sudo())
        ]

    def _create_named(self, phase):
        incidents = [self._create_incident_in(phase, name=name) for name in NAMES]
        # As several teams' numbers may be.
        for index, incident in enumerate(incidents[:3]):
            incident.sudo().number = f"<{phase} {NAMES[index]}>"
        return incidents

    def _render(self, template, *args, few=incident_mail_form.FEW, **kwargs):
        """Return what is rendered, and how many forms were made."""
        make, forms = incident_mail_form.make_form, []

        def note(*args):
            forms.append(make(*args))
            return forms[-1]

        drafts = self._prepare_drafts(*args, **kwargs)
        with (
            patch.object(incident_mail_form, "FEW", few),
            patch.object(incident_mail_form, "make_form", note),
        ):
            self.renderer._render_drafts(template, drafts)
        return [
            (draft.subject, str(draft.content), str(draft.body_html))
            for draft in drafts
        ], len(forms)

    def _check(self, template, *args, **kwargs):
        """Compare what is filled in with what is rendered; return how many forms."""
        expected, count = self._render(template, *args, few=10_000, **kwargs)
        self.assertFalse(count)
        found, count = self._render(template, *args, **kwargs)
        self.assertEqual(found, expected)
        return count

    def test_every_template(self):
        incidents = {phase: self._create_named(phase) for phase in PHASES}
        templates = self.env["mail.template"].sudo()
        templates = templates.search([("model", "=", "helpdesk.ticket")])
        ours = templates.filtered(
            lambda one: "openip_incident." in (one.get_external_id()[one.id] or "")
        )
        self.assertGreater(len(ours), 10)
        for template in ours:
            for phase in PHASES:
                with self.subTest(template=template.name, phase=phase):
                    self.assertEqual(self._check(template, incidents[phase]), 2)

    def test_other_buttons_are_of_another_form(self):
        incidents = self._create_named(IN_PROGRESS) + self._create_named(CLOSURE)
        self.assertEqual(self._check(self.template, incidents), 4)

    def test_few_mails_are_rendered(self):
        incidents = self._create_named(IN_PROGRESS)
        self.assertFalse(self._check(self.template, incidents[:1]))
        self.assertFalse(self._check(self.template, incidents[:3]))

    def test_files_are_rendered(self):
        incidents = self._create_named(IN_PROGRESS)
        facts = {"files": ["a.pdf", "<b>.pdf"]}
        self.assertFalse(self._check(self.template, incidents, facts=facts))

    def test_link_that_is_none_of_a_page_is_rendered(self):
        incidents = self._create_named(IN_PROGRESS)
        with patch(f"{__name__}.URL", "javascript:alert(%s)"):
            self.assertFalse(self._check(self.template, incidents))

    def _change_layout(self, old, new):
        layout = self.env.ref(LAYOUT)
        self.assertIn(old, layout.arch)
        layout.arch = layout.arch.replace(old, new, 1)

    def test_layout_that_somebody_has_changed(self):
        incidents = self._create_named(IN_PROGRESS)
        self._change_layout(
            "</body>", "<p t-if=\"frame['number']\">New</p><i>100 %</i></body>"
        )
        self.assertEqual(self._check(self.template, incidents), 2)

    def test_layout_that_shows_more_than_texts_is_rendered(self):
        incidents = self._create_named(IN_PROGRESS)
        self.env["ir.ui.view"].create(
            {
                "name": "Called",
                "type": "qweb",
                "key": "openip_incident.test_called",
                "arch": "<t><b>Called</b></t>",
            }
        )
        for words in (
            "<p t-out=\"frame['number'][:3]\"/>",
            "<p t-out=\"row['object'].name\"/>",
            "<p t-if=\"frame['number'] == '1'\">One</p>",
            "<p t-attf-title=\"{{ len(frame['number']) }}\">One</p>",
            '<p t-foreach="frame[\'number\']" t-as="fact">One</p>',
            '<t t-set="fact" t-value="object.name"/>',
            '<t t-call="openip_incident.test_called"/>',
        ):
            with self.subTest(words=words):
                self._change_layout("</body>", f"{words}</body>")
                self.assertFalse(self._check(self.template, incidents))
                self._change_layout(f"{words}</body>", "</body>")

    def test_words_that_know_of_the_layout_are_rendered(self):
        incidents = self._create_named(IN_PROGRESS)
        for words in (
            "<p t-out=\"frame and frame['company']\"/>",
            '<t t-set="frame" t-value="frame and dict(frame, number=\'1\')"/>',
            '<t t-set="ctx" t-value="dict(ctx, files=[\'a\'])"/>',
        ):
            for lang in ("en_US", "fr_FR"):
                template = self.template.with_context(lang=lang)
                template.body_html = f"<p>Words</p>{words}"
            with self.subTest(words=words):
                found, count = self._render(self.template, incidents)
                self.assertFalse(count)
                self.assertTrue(all(found))

    def test_form_that_differs_from_its_mail_is_not_used(self):
        incidents = self._create_named(IN_PROGRESS)
        expected, _count = self._render(self.template, incidents, few=10_000)
        fill = incident_mail_form.Form.fill
        with patch.object(
            incident_mail_form.Form,
            "fill",
            lambda form, texts: [piece + "!" for piece in fill(form, texts)],
        ):
            found, count = self._render(self.template, incidents)
        self.assertTrue(count)
        self.assertEqual(found, expected)

    def test_another_addon_that_changes_attributes_is_heard(self):
        """Also one that is loaded for another database, after mails were filled in."""
        incidents = self._create_named(IN_PROGRESS)
        self.assertTrue(self._check(self.template, incidents))

        @write_elsewhere
        def process(qweb, tag, atts, core=IrQweb._post_processing_att):
            return core(qweb, tag, atts)

        with patch.object(IrQweb, "_post_processing_att", process):
            self.assertFalse(self._check(self.template, incidents))
        self.assertTrue(self._check(self.template, incidents))

    # The same words for several readers

    def _count_rendered(self, template, *args, **kwargs):
        """Compare what is rendered once with what is rendered for each; count rows."""
        qweb, counts = type(self.env["incident.mail.qweb"]), []
        render = qweb._render

        def count(*args, **kwargs):
            counts.append(len(args[2]["rows"]))
            return render(*args, **kwargs)

        with patch.object(qweb, "_render", count):
            expected, _count = self._render(template, *args, few=10_000, **kwargs)
            whole = sum(counts)
            counts.clear()
            found, _count = self._render(template, *args, **kwargs)
        self.assertEqual(found, expected)
        return whole, sum(counts)

    def _set_words(self, words):
        for lang in ("en_US", "fr_FR"):
            self.template.with_context(lang=lang).body_html = words

    def test_words_for_the_chatter_and_a_party_are_rendered_once(self):
        incidents = self._create_named(IN_PROGRESS)
        whole, count = self._count_rendered(self.template, incidents)
        self.assertEqual(whole, 3 * len(NAMES))
        # Two forms, each with a mail that it is held against.
        self.assertEqual(count, whole - len(NAMES) + 1 + 2)

    def test_words_about_their_reader_are_rendered_for_each(self):
        incidents = self._create_named(IN_PROGRESS)
        for words in (
            "<p t-out=\"(ctx.get('party') or object).name\"/>",
            "<p t-out=\"ctx['url'] if 'url' in ctx else ''\"/>",
            '<p t-out="len(ctx)"/>',
            '<p t-out="user.name"/>',
        ):
            self._set_words(words)
            with self.subTest(words=words):
                whole, count = self._count_rendered(self.template, incidents)
                self.assertEqual(count, whole + 2)

    def test_readers_who_are_told_other_things_are_told_them(self):
        incidents = self._create_named(IN_PROGRESS)
        self._set_words("<p t-out=\"ctx.get('told')\"/>")
        tickets = type(self.env["helpdesk.ticket"])
        prepare = tickets._prepare_reader_facts

        def tell(ticket, facts, party):
            return {**prepare(ticket, facts, party), "told": party.name or "Nobody"}

        with patch.object(tickets, "_prepare_reader_facts", tell):
            whole, count = self._count_rendered(self.template, incidents)
        self.assertEqual(count, whole + 2)
