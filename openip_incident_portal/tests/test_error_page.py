# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..controllers.error_page import is_ours
from ..controllers.page_handler import PageHandler
from .form_common import ANSWERS, FORM_PATH, FormCommon

MEGABYTE = 1024 * 1024
LOGGERS = "odoo.http", "odoo.addons.http_routing.models.ir_http"


@tagged("post_install", "-at_install")
class TestErrorPage(FormCommon):
    """Whatever goes wrong on a page of ours is said by a page of ours."""

    def assertOurs(self, response, status, title):
        self.assertEqual(response.status_code, status, response.text[:2000])
        page = self.parse(response)
        self.assertIn(title, " ".join(page.xpath("//h1")[0].text_content().split()))
        self.assertTrue(page.xpath("//*[hasclass('o_incident_public')]"))
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
        self.assertIn("script-src", response.headers["Content-Security-Policy"])
        for foreign in ("Traceback", "Werkzeug", "csrf", "Secret", "Powered by"):
            self.assertNotIn(foreign, response.text)
        return page

    def test_forms_with_a_login_are_ours(self):
        for form in ("answer", "clock", "closure", "handler", "inform", "rating"):
            with self.subTest(form=form):
                self.assertTrue(is_ours(f"/my/ticket/7/{form}"))
        self.assertFalse(is_ours("/my/ticket/7"))

    @mute_logger(*LOGGERS)
    def test_what_is_not_there(self):
        incident = self._create_incident()
        for path, status in (
            ("/incident/x", 404),
            ("/incident/1/nothing", 404),
            (f"/incident/{incident.id}/link", 404),
            ("/my/incidents/several/nothing", 404),
            (f"/incident/{incident.id}/file/x?token=y", 404),
        ):
            with self.subTest(path=path):
                page = self.assertOurs(
                    self.url_open(path), status, "This page is not available"
                )
                self.assertFalse(page.xpath("//a[hasclass('o_incident_button')]"))

    @mute_logger(*LOGGERS)
    def test_too_large(self):
        """Its reader is spoken to, though nothing of the form was read."""
        limit = "openip_incident_portal.upload_total_max_mb"
        self.env["ir.config_parameter"].set_param(limit, "1")
        self.baker.lang = self.customer.lang = "fr_FR"
        answer = self.get_path(self._create_incident(), purpose="answer")
        form_path = self._get_form_path(self.baker.email_formatted)
        for path, typed in ((answer, {"text": "Dead"}), (form_path, ANSWERS)):
            with self.subTest(path=path[:16]):
                form = self.get_form(self.visit(path))
                big = [("video.mp4", b"x" * 7 * MEGABYTE)]
                response = self.send(form, files=big, **typed)
                self.assertEqual(response.status_code, 413)
                page = self.parse(response)
                self.assertEqual(page.get("lang"), "fr-FR")
                (again,) = page.xpath("//a[hasclass('o_incident_button')]/@href")
                self.assertEqual(again, path)
                self.assertFalse(self.intake.ticket_id)

    @mute_logger(*LOGGERS)
    def test_too_large_with_a_login(self):
        limit = "openip_incident_portal.upload_total_max_mb"
        self.env["ir.config_parameter"].set_param(limit, "1")
        self._log_in(self.baker)
        big = [("video.mp4", b"x" * 7 * MEGABYTE)]
        response = self.fill(FORM_PATH, files=big, **ANSWERS)
        page = self.assertOurs(response, 413, "Vos fichiers sont trop volumineux")
        self.assertIn("totaliser 1 Mo", self.read_page(page))

    @mute_logger(*LOGGERS)
    def test_login_that_has_changed(self):
        """Core's key of another session: the way back leads to the same form."""
        self._log_in(self.baker)
        incident = self._create_incident()
        for path, typed in (
            (FORM_PATH, ANSWERS),
            (f"/my/ticket/{incident.id}/answer", {"text": "Dead"}),
        ):
            with self.subTest(path=path):
                form = self.get_form(self.visit(path))
                response = self.send(form, csrf_token="x", **typed)
                page = self.assertOurs(response, 400, "formulaire n'a pas été envoyé")
                (again,) = page.xpath("//a[hasclass('o_incident_button')]/@href")
                self.assertEqual(again, path)

    @mute_logger(*LOGGERS)
    def test_errors_of_ours(self):
        path = self.get_path(self._create_incident())
        for error, status, title, text in (
            (ValueError("Secret"), 500, "Une erreur est survenue", ""),
            (AccessError("Secret"), 403, "Cette page n'est pas disponible", ""),
            (
                UserError("Too late"),
                422,
                "formulaire n'a pas été envoyé",
                "Too late",
            ),
        ):
            with (
                self.subTest(error=error),
                patch.object(PageHandler, "show_page", side_effect=error),
            ):
                self.env.flush_all()
                page = self.assertOurs(self.url_open(path), status, title)
                self.assertIn(text, self.read_page(page))

    @mute_logger(*LOGGERS)
    def test_errors_of_others_stay_theirs(self):
        for path in ("/my/nothing", "/incidents", "/my/ticketx/1/answer"):
            with self.subTest(path=path):
                self.assertNotIn("o_incident_public", self.url_open(path).text)
