# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Nothing that anybody writes on an incident loads anything from elsewhere."""

import base64
from unittest.mock import patch

from lxml import html
from markupsafe import Markup

from odoo.tests import tagged

from ..models.picture.mail_mail_picture import MailMail
from ..tools.remote_content import has_token
from .common import (
    CUSTOMER_MAIL,
    IN_PROGRESS,
    IncidentCommon,
)
from .picture_common import CID, PNG, PictureCommon
from .remote_shapes import (
    HOST,
    MEDIA,
    OTHERS,
    STYLES,
    URL,
    find_loading,
    list_shapes,
    vary_shapes,
)

OWN = (r"/web/image/\d+",)
REMOTE = (
    f'<p>Kept <img src="{URL}" alt="Plan"><b style="background:url({URL})">x</b></p>'
)


@tagged("post_install", "-at_install")
class TestRemoteMail(PictureCommon):
    def test_all_media_in_the_mail_of_a_party(self):
        self._check_mails(MEDIA)

    def test_every_style_in_the_mail_of_a_party(self):
        self._check_mails(STYLES)

    def test_every_other_shape_in_the_mail_of_a_party(self):
        self._check_mails(OTHERS)

    def _check_mails(self, shapes):
        # As many mails are no loop here.
        params = self.env["ir.config_parameter"].sudo()
        params.set_param("mail.gateway.loop.threshold", "1000")
        incident = self._with_mail()
        for index, (name, body) in enumerate(list_shapes(shapes).items()):
            with self.capture_letters() as letters:
                self._reply(
                    incident, self.integrator, html=f"{body}<p>Words {index}</p>"
                )
            letter = self._letter_to(letters, CUSTOMER_MAIL)
            entry = self._last_entry(incident)
            for text in (letter["body"], entry.body):
                self.assertFalse(find_loading(text), (name, text))
            if name != "title":
                # There the address is text, which anybody may write.
                self.assertNotIn(HOST, letter["body_alternative"], name)

    def test_every_variant_posted_by_a_party(self):
        incident = self._with_mail()
        for body in list(vary_shapes())[::7]:
            values = incident._process_attachments_for_post(
                [], [], {"body": Markup(body), "message_type": "email"}
            )
            self.assertFalse(find_loading(values["body"]), body)

    def test_strangers_mail_loads_nothing_for_agents(self):
        incident = self._with_mail()
        self._reply(incident, self.customer, author=self.stranger, html=REMOTE)
        message = (
            incident.sudo()
            .message_ids.sorted("id")
            .filtered(lambda item: item.author_id == self.stranger)[-1:]
        )
        self.assertTrue(message)
        self.assertFalse(find_loading(message.body))
        self.assertIn("[Plan]", message.body)

    def test_quoted_text_of_an_agent_loads_nothing(self):
        for _name, phase, act in self._acts():
            incident = self._create_incident_in(phase)
            with self.capture_letters() as letters:
                act(incident.with_user(self.agent), REMOTE)
            for letter in letters:
                self.assertNothingOpens(letter)
                self.assertIn("[Plan]", letter["body"])

    def test_links_are_not_previewed(self):
        incident = self._with_mail()
        link = Markup(f'<p><a href="{URL}">x</a></p>')
        previews = self.env["mail.link.preview"].sudo()
        path = "odoo.addons.mail.models.mail_link_preview.get_link_preview_from_url"
        plain = self._create_plain_ticket()
        found = {"source_url": URL, "og_image": URL}
        for record, count in ((incident, 0), (plain, 1)):
            message = record.message_post(body=link)
            with patch(path, return_value=found) as asked:
                previews._create_from_message_and_notify(message)
            self.assertEqual(asked.call_count, count)
            self.assertEqual(len(message.sudo().message_link_preview_ids), count)
        plain.team_id = self.team
        self.assertFalse(message.sudo().message_link_preview_ids)

    def test_no_way_into_the_conversation_brings_a_token(self):
        incident = self._with_mail()
        file, shown = self._paste(model="mail.compose.message")
        body = f"<p>{shown}</p>"
        messages = self.env["mail.message"].with_user(self.agent)
        created = messages.create(
            {"model": incident._name, "res_id": incident.id, "body": body}
        )
        written = incident._message_log(body="x")
        written.body = body
        logged = incident._message_log(body=Markup(body))
        data = base64.b64encode(PNG).decode()
        carried = incident._message_log(
            body=Markup(f'<p><img src="data:image/png;base64,{data}"></p>')
        )
        ticket = self._create_plain_ticket()
        merged = ticket.message_post(
            body=Markup(f'<p><img src="cid:{CID}"></p>'),
            attachments=[("box.png", PNG, {"cid": CID})],
        )
        self.assertTrue(has_token(merged.body))
        ticket.message_change_thread(incident)
        for message in created | written | logged | carried | merged:
            self.assertFalse(has_token(message.body), message.body)
            self.assertIn('src="/web/image/', message.body)

    def test_description_loads_nothing(self):
        incident = self._create_incident(description=REMOTE)
        self.assertFalse(find_loading(incident.description))
        self.assertIn("[Plan]", incident.description)
        incident.description = f"<p>Again</p>{REMOTE}"
        self.assertFalse(find_loading(incident.description))
        plain = self._create_plain_ticket(description=REMOTE)
        self.assertIn(HOST, plain.description)

    # What there was before

    def test_plain_ticket_that_becomes_an_incident(self):
        ticket = self._create_plain_ticket(description=REMOTE)
        message = ticket.message_post(
            body=Markup(f'<p>a<img src="cid:{CID}"><img src="{URL}" alt="Far"></p>'),
            attachments=[("box.png", PNG, {"cid": CID})],
        )
        file = message.attachment_ids
        self.assertTrue(file.sudo().access_token)
        ticket.team_id = self.team
        self.assertTrue(ticket.is_incident)
        self.assertFalse(file.sudo().access_token)
        self.assertEqual(find_loading(message.body, OWN), [])
        self.assertEqual(
            html.fromstring(message.body).xpath("//img/@src"), [f"/web/image/{file.id}"]
        )
        self.assertIn("[Far]", message.body)
        self.assertFalse(find_loading(ticket.description))

    def test_migration_settles_what_was_stored(self):
        incident = self._with_mail()
        self._reply_with_picture(incident, self.integrator)
        entry = self._last_entry(incident)
        file = entry.attachment_ids
        old = (
            f'<p>a<img src="/web/image/{file.id}?access_token=old">'
            f'<img src="{URL}" alt="Far"></p>'
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_attachment SET access_token = 'old' WHERE id = %s", [file.id]
        )
        self.env.cr.execute(
            "UPDATE mail_message SET body = %s WHERE id = %s", [old, entry.id]
        )
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET description = %s WHERE id = %s",
            [old, incident.id],
        )
        self.env.invalidate_all()
        incident._settle_files()
        self.env.invalidate_all()
        self.assertFalse(file.access_token)
        for text in (entry.body, incident.description):
            self.assertFalse(has_token(text))
            self.assertEqual(find_loading(text, OWN), [])
            self.assertIn(f"/web/image/{file.id}", text)
            self.assertIn("[Far]", text)


@tagged("post_install", "-at_install")
class TestPictureCost(IncidentCommon):
    def test_mails_without_pictures_ask_nothing_more(self):
        """The text decides; no query finds out what the text says already."""
        incident = self._create_incident_in(IN_PROGRESS)
        with self.mock_mail_gateway():
            incident.with_user(self.agent).incident_update("<p>News</p>")
            mail = self._new_mails[:1]
        mail._prepare_outgoing_list()
        with patch.object(MailMail, "_guards_files") as asked:
            mail._prepare_outgoing_list()
        self.assertFalse(asked.called)
