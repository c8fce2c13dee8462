# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What agents paste travels inside mails, and no token of core's leaves."""

import base64

from markupsafe import Markup

from odoo import Command
from odoo.tests import tagged

from ..tools.remote_content import has_token
from .common import (
    IN_PROGRESS,
    INTEGRATOR_MAIL,
)
from .picture_common import OTHER_PNG, PNG, PictureCommon
from .remote_shapes import find_loading

OWN = (r"/web/image/\d+",)


@tagged("post_install", "-at_install")
class TestPictureAgent(PictureCommon):
    def test_pasted_picture_is_inside_every_mail_of_every_act(self):
        for name, phase, act in self._acts():
            with self.subTest(act=name):
                incident = self._create_incident_in(phase)
                file, shown = self._paste()
                with self.capture_letters() as letters:
                    act(incident.with_user(self.agent), f"<p>Look: {shown}</p>")
                self.assertBothInformed(letters)
                for letter in letters:
                    self.assertPictureInside(letter, PNG)
                    self.assertNothingOpens(letter)
                self.assertIn(
                    "[image: p.png]",
                    self._letter_to(letters, INTEGRATOR_MAIL)["body_alternative"],
                )
                # One file, of the incident, whoever was mailed to.
                rows = self.files.search(
                    [("checksum", "=", file.checksum), ("id", ">=", file.id)]
                )
                self.assertEqual(rows, file)
                self.assertEqual(
                    (file.res_model, file.res_id), (incident._name, incident.id)
                )
                self.assertFalse(file.sudo().access_token)
                entry = self._last_entry(incident)
                self.assertEqual(entry.attachment_ids, file.sudo())
                self.assertEqual(find_loading(entry.body, OWN), [])
                self.assertFalse(has_token(entry.body))

    def test_recorded_answer_shows_its_picture(self):
        incident = self._with_mail()
        _file, shown = self._paste()
        with self.capture_letters() as letters:
            incident.with_user(self.agent).incident_record_answer(
                self.customer, f"<p>{shown}</p>"
            )
        self.assertPictureInside(self._letter_to(letters, INTEGRATOR_MAIL), PNG)

    def test_each_incident_of_an_act_has_its_own_file(self):
        incidents = self._create_incidents(3)
        file, shown = self._paste()
        with self.capture_letters() as letters:
            incidents.with_user(self.agent).incident_update(f"<p>{shown}</p>")
        for letter in letters:
            self.assertPictureInside(letter, PNG)
            self.assertNothingOpens(letter)
        for incident in incidents:
            entry = self._last_entry(incident)
            self.assertEqual(entry.attachment_ids.res_id, incident.id)
            self.assertEqual(len(entry.attachment_ids), 1)

    def test_data_picture_of_an_agent_is_one_file(self):
        incident = self._with_mail()
        data = f"data:image/png;base64,{base64.b64encode(OTHER_PNG).decode()}"
        before = self.files.search_count([])
        with self.capture_letters() as letters:
            incident.with_user(self.agent).incident_update(f'<p><img src="{data}"></p>')
        for letter in letters:
            self.assertPictureInside(letter, OTHER_PNG)
        self.assertEqual(self.files.search_count([]), before + 1)

    def test_agents_show_only_what_they_may_read(self):
        incident = self._with_mail()
        foreign = self.files.create(
            {"name": "f.png", "raw": OTHER_PNG, "res_model": "res.users", "res_id": 0}
        )
        own = self.files.create(
            {
                "name": "g.png",
                "raw": OTHER_PNG,
                "res_model": incident._name,
                "res_id": self._create_incident().id,
            }
        )
        with self.capture_letters() as letters:
            incident.with_user(self.agent).incident_update(
                f'<p><img src="/web/image/{foreign.id}?access_token=x" alt="No">'
                f'<img src="/web/image/{own.id}" alt="Yes"></p>'
            )
        for letter in letters:
            self.assertPictureInside(letter, OTHER_PNG)
            self.assertIn("[No]", letter["body"])
        self.assertNotEqual(own.res_id, incident.id)

    def test_linked_document_is_a_file_of_the_mail(self):
        incident = self._with_mail()
        file, _shown = self._paste(b"%PDF-1.4", name="manual.pdf")
        (token,) = file.generate_access_token()
        address = f"/web/content/{file.id}?download=true&amp;access_token={token}"
        with self.capture_letters() as letters:
            self._comment(
                incident.with_user(self.agent),
                f'<p>Read <a href="{address}">the manual</a></p>',
            )
        for letter in letters:
            self.assertIn("the manual", letter["body"])
            self.assertEqual(self._get_files(letter), ["manual.pdf"])
            self.assertNothingOpens(letter)

    def test_third_persons_and_colleagues_get_the_picture_inside(self):
        incident = self._with_mail()
        _file, shown = self._paste()
        carrier = self.stranger
        with self.capture_letters() as letters:
            incident.with_user(self.agent).message_post(
                body=Markup(f"<p>{shown}</p>"),
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=(carrier | self.leader.partner_id).ids,
            )
        for address in (carrier.email, self.leader.email):
            letter = self._letter_to(letters, address)
            (part,) = self._get_pictures(letter).values()
            self.assertEqual(part.get_content(), PNG)
            self.assertIn(f"cid:{part['Content-ID'].strip('<>')}", letter["body"])
            self.assertFalse(has_token(letter["body"] + letter["body_alternative"]))

    def test_mass_composer_carries_the_picture(self):
        incidents = self._create_incidents(2)
        file, shown = self._paste(model="mail.compose.message")
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.agent)
            .create(
                {
                    "model": incidents._name,
                    "res_ids": repr(incidents.ids),
                    "composition_mode": "mass_mail",
                    "body": f"<p>{shown}</p>",
                    "subject": "x",
                    "partner_ids": [Command.link(self.stranger.id)],
                }
            )
        )
        with self.capture_letters() as letters:
            composer._action_send_mail()
        for letter in letters:
            self.assertPictureInside(letter, PNG)
            self.assertFalse(has_token(letter["body"] + letter["body_alternative"]))

    def test_picture_of_a_template(self):
        template = self.team._get_update_template()
        file, shown = self._paste(model="mail.template", res_id=template.id)
        for lang in ("en_US", "fr_FR"):
            words = template.with_context(lang=lang)
            words.body_html = Markup(f"{words.body_html}<p>{shown}</p>")
        incident = self._create_incident_in(IN_PROGRESS)
        with self.capture_letters() as letters:
            incident.with_user(self.agent).incident_update("<p>News</p>")
        for letter in letters:
            self.assertPictureInside(letter, PNG)
            self.assertNothingOpens(letter)
        # The template keeps its own.
        self.assertEqual(file.res_model, "mail.template")
        self.assertEqual(self._last_entry(incident).attachment_ids.res_id, incident.id)

    def test_shipped_templates_open_and_load_nothing(self):
        templates = self.env["mail.template"].search(
            [
                (
                    "model",
                    "in",
                    ("helpdesk.ticket", "incident.intake", "incident.inbound"),
                )
            ]
        )
        self.assertGreater(len(templates), 10)
        for template in templates:
            for lang in ("en_US", "fr_FR"):
                body = template.with_context(lang=lang).body_html
                self.assertFalse(has_token(body), template.name)
                self.assertNotIn("<img", body or "", template.name)

    def test_edited_entry_has_no_token(self):
        incident = self._with_mail()
        self._comment(incident.with_user(self.agent), "<p>Old</p>")
        entry = self._last_entry(incident)
        file, shown = self._paste()
        incident.with_user(self.agent)._message_update_content(
            entry.with_user(self.agent),
            body=Markup(f"<p>New {shown}</p>"),
            strict=False,
        )
        self.assertFalse(has_token(entry.body))
        self.assertIn(f"/web/image/{file.id}", entry.body)
        self.assertIn("o-mail-Message-edited", entry.body)
        self.assertIn(file, entry.attachment_ids)
