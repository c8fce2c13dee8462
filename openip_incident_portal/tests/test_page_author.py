# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whoever acts by a link is shown in the chatter, never Odoo's public user."""

from odoo import fields
from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import (
    CLOSED,
    CLOSURE,
    IN_PROGRESS,
    WAITING,
)

from .form_common import FormCommon


@tagged("post_install", "-at_install")
class TestPageAuthor(FormCommon):
    def setUp(self):
        super().setUp()
        self.visitor = self.env.ref("base.public_user").partner_id
        self.flush_tracking()

    def _get_new(self, incident, known):
        self.flush_tracking()
        return incident.sudo().message_ids - known

    def assertShown(self, incident, known, party):
        """Assert that what is new in the chatter is the party's, or ours."""
        new = self._get_new(incident, known)
        self.assertTrue(new)
        self.assertNotIn(self.visitor, new.author_id, new.mapped("body"))
        self.assertNotIn("Public", " ".join(filter(None, new.mapped("email_from"))))
        self.assertIn(party, new.author_id)

    def _rate(self, incident):
        page = self.visit(self.get_path(incident))
        [form] = [form for form in page.forms if "/rating" in form.action]
        self.send(form, score="5")

    def test_every_act_on_a_page_is_the_partys(self):
        acts = {
            "answer": (WAITING, lambda one: self.answer(one, text="Since Monday.")),
            "confirm": (CLOSURE, lambda one: self.decide(one, decision="confirmed")),
            "refuse": (
                CLOSURE,
                lambda one: self.decide(one, decision="refused", text="No."),
            ),
            "reopen": (
                CLOSED,
                lambda one: self.answer(one, decision="reopened", text="Again."),
            ),
            "message": (
                CLOSED,
                lambda one: self.answer(one, decision="message", text="Thank you."),
            ),
            "rate": (CLOSED, self._rate),
        }
        for name, (phase, act) in acts.items():
            with self.subTest(act=name):
                incident = self._create_incident_in(phase)
                if name == "rate":
                    incident.sudo().close_reason = "confirmed"
                self.flush_tracking()
                known = incident.sudo().message_ids
                act(incident)
                self.assertShown(incident, known, self.customer)

    def test_fresh_link_is_asked_for_by_the_party(self):
        incident = self._create_incident_in(IN_PROGRESS)
        until = int(fields.Datetime.now().timestamp()) - 10
        path = incident.sudo()._get_incident_path(self.customer, "view", until)
        known = incident.sudo().message_ids
        self.send(self.get_form(self.visit(path, status=410)), agreed="1")
        self.assertShown(incident, known, self.customer)

    def test_report_by_a_link_is_its_senders(self):
        incident, _letters = self._report(self.baker.email_formatted)
        self.assertRegistered(incident)
        self.assertShown(incident, incident.message_ids.browse(), self.baker)

    def test_report_of_a_stranger_is_shown_as_ours(self):
        incident, _letters = self._report_unknown()
        self.assertRegistered(incident)
        self.assertShown(
            incident, incident.message_ids.browse(), incident.company_id.partner_id
        )

    def test_colleague_and_login_stay_who_they_are(self):
        incident = self._create_incident_in(IN_PROGRESS)
        known = incident.sudo().message_ids
        incident.with_user(self.agent)._message_log(body="Looked at it.")
        self.assertShown(incident, known, self.agent.partner_id)
