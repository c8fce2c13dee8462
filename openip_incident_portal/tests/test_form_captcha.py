# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Odoo's own captcha, as far as it goes without Google: its code, not its service."""

from contextlib import contextmanager
from unittest.mock import Mock, patch

import requests

from odoo.exceptions import ConcurrencyError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.google_recaptcha.models import ir_http as recaptcha

from ..models.form.incident_form import IncidentForm
from .form_common import ANSWERS, FormCommon


@tagged("post_install", "-at_install")
class TestFormCaptcha(FormCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        parameters = cls.env["ir.config_parameter"]
        parameters.set_param("recaptcha_private_key", "secret")
        parameters.set_param("recaptcha_min_score", "0.7")
        cls._install_captcha()

    @classmethod
    def _install_captcha(cls):
        """Give the registry what the module ``google_recaptcha`` would give it."""
        model = cls.registry["ir.http"]
        bases = model.__bases__
        model.__bases__ = (recaptcha.IrHttp, *bases)
        cls.addClassCleanup(setattr, model, "__bases__", bases)

    def setUp(self):
        super().setUp()
        self.baker.lang = "en_US"
        self.path = self._get_form_path(self.baker.email_formatted)
        self.asked = []
        self.enterContext(mute_logger(recaptcha.__name__))

    @contextmanager
    def _google(self, **verdict):
        """Be the service that says who is human."""

        def post(_url, data, **_options):
            self.asked.append(data["response"])
            if "error" in verdict:
                raise verdict["error"]
            return Mock(json=lambda: {"action": "incident_form", **verdict})

        with patch.object(recaptcha.requests, "post", post):
            yield

    def _send(self, **values):
        return self.fill(
            self.path,
            **ANSWERS,
            service="Line 7",
            recaptcha_token_response="token",
            **values,
        )

    def assertGivenBack(self, reason):
        response = self._send()
        page = self.assertRefused(response, reason, "or write us a mail")
        self.assertEqual(self.get_form(page).fields["service"], "Line 7")
        self.assertFalse(self.intake.ticket_id)

    def test_human_is_let_in(self):
        with self._google(success=True, score=0.9):
            self.assertEqual(self._send().status_code, 303)
        self.assertTrue(self.intake.ticket_id)
        self.assertEqual(self.asked, ["token"])

    def test_robot_is_told_why_and_loses_nothing(self):
        with self._google(success=True, score=0.1):
            self.assertGivenBack("Suspicious activity")

    def test_token_of_another_form_opens_nothing(self):
        # Core formats the name of the action as a number.
        with (
            self._google(success=True, score=0.9, action="signup"),
            patch.object(recaptcha, "logger"),
        ):
            self.assertGivenBack("Suspicious activity")

    def test_missing_token_is_refused(self):
        with self._google(success=False, **{"error-codes": ["missing-input-response"]}):
            self.assertGivenBack("token is invalid")

    def test_service_that_does_not_answer_costs_no_text(self):
        with self._google(error=requests.exceptions.Timeout()):
            self.assertGivenBack("timed out")

    def test_form_is_free_where_no_key_is_set(self):
        self.env["ir.config_parameter"].set_param("recaptcha_private_key", False)
        with self._google(success=False):
            self.assertEqual(self._send().status_code, 303)
        self.assertFalse(self.asked)

    def test_request_that_is_repeated_asks_once(self):
        """The service takes no token twice."""
        register, turns = IncidentForm._register_incident, []

        def lose_once(*args):
            turns.append(1)
            if len(turns) == 1:
                raise ConcurrencyError("lost a race")
            return register(*args)

        with (
            self._google(success=True, score=0.9),
            patch.object(IncidentForm, "_register_incident", lose_once),
            patch("odoo.service.model.time.sleep"),
            mute_logger("odoo.service.model"),
        ):
            self.assertEqual(self._send().status_code, 303)
        self.assertEqual((len(turns), self.asked), (2, ["token"]))
        self.assertTrue(self.intake.ticket_id)
