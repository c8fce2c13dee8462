# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from werkzeug.exceptions import MethodNotAllowed, NotFound, RequestEntityTooLarge

from odoo import models
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.openip_incident.tools.setting import get_number

from ..models.guard.ir_attachment import MAX_TOTAL_MEGABYTES, TOTAL_PARAMETER
from .public_page import get_headers, prepare_page, read_text, render_page, speak_to

OURS = re.compile(
    r"/(?:incident/|my/incidents(?:/|$)|my/ticket/[0-9]+/"
    r"(?:answer|clock|closure|file|handler|inform|rating)\b)"
)
FORM = re.compile(r"/incident/form/([^/]+)")

# What is said of an error: the same of whatever is not there and what is not allowed.
MISSING = (401, 403, 404, 405, 410)
KINDS = {
    400: "stale",
    413: "large",
    422: "refused",
    **dict.fromkeys(MISSING, "missing"),
}


def is_ours(path):
    """Tell whether a path is that of a page about incidents."""
    return bool(OURS.match(path))


class IrHttp(models.AbstractModel):
    """Errors on pages about incidents are pages of ours, in their reader's language."""

    _inherit = "ir.http"

    @classmethod
    def _match(cls, path):
        """Take a page that only takes forms for one that is not there.

        Who loads such an address again would read an error of the server's own.
        """
        try:
            return super()._match(path)
        except MethodNotAllowed:
            if not is_ours(path):
                raise
        cls._auth_method_public()
        lang = request.env["ir.http"].get_nearest_lang(request.best_lang)
        request.is_frontend, request.is_frontend_multilang = True, False
        request.lang = request.env["res.lang"]._get_data(
            code=lang or cls._get_default_lang().code
        )
        raise NotFound()

    @classmethod
    def _handle_error(cls, exception):
        """Answer with a page of ours; what is too large is not read for it."""
        ours = is_ours(request.httprequest.path)
        if not getattr(request, "is_frontend", False):
            return super()._handle_error(exception)
        if ours and isinstance(exception, RequestEntityTooLarge):
            return cls._tell_incident_too_large()
        response = super()._handle_error(exception)
        if ours and response.status_code >= 400:
            response.headers.update(get_headers())
        return response

    @classmethod
    def _tell_incident_too_large(cls):
        if not request.env.uid:
            cls._auth_method_public()
        cls._frontend_pre_dispatch()
        speak_to_sender(request.httprequest.args)
        page = render_page(
            "openip_incident_portal.error_page", prepare_error(413), status=413
        )
        page.flatten()
        cls._post_dispatch(page)
        return page

    @classmethod
    def _get_error_html(cls, env, code, values):
        if not is_ours(request.httprequest.path):
            return super()._get_error_html(env, code, values)
        speak_to_sender(request.params)
        exception = values.get("exception")
        told = exception.args[0] if isinstance(exception, UserError) else ""
        page = prepare_page(prepare_error(code, told))
        html = request.env["ir.ui.view"]._render_template(
            "openip_incident_portal.error_page", page
        )
        return code, html


def prepare_error(code, told=""):
    """Return what the page of an error shows.

    :param code: of the HTTP status
    :param told: what a user is told of an error of its own
    """
    kind = KINDS.get(code, "broken")
    path = request.httprequest.full_path.rstrip("?")
    return {
        "kind": "missing" if kind == "refused" and not told else kind,
        "told": told,
        "again": None if kind == "missing" else path,
        "large": request.env._(
            "Nothing was sent. Files may have %(size)s MB together: please send "
            "fewer or smaller ones.",
            size=get_number(request.env, TOTAL_PARAMETER, MAX_TOTAL_MEGABYTES),
        ),
    }


def speak_to_sender(params):
    """Speak the language of whose link it is, where it is a good one."""
    form = FORM.match(request.httprequest.path)
    if form:
        link = request.env["incident.intake"]._read_form_link(form[1])
        party = link and link.intake.partner_id
    else:
        token = read_text(params.get("token"))
        link = request.env["helpdesk.ticket"]._read_incident_link(token)
        party = link and link.party
    if party:
        speak_to(party)
