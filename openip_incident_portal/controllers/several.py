# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import secrets

from odoo import http
from odoo.fields import Domain
from odoo.http import request

from .cockpit import IncidentCockpit
from .form_key import get_draft_name
from .login_page import LOGIN_ROUTE, is_id
from .public_page import (
    TEXT_LENGTH,
    read_nonce,
    read_text,
    render_page,
)

# What one form may act upon: each answer is mailed on while a worker waits.
MAX_SEVERAL = 100
# Of a request: one text and many numbers.
MAX_LENGTH = 2 * 1024 * 1024
PATH = "/my/incidents/several"


class IncidentSeveral(IncidentCockpit):
    """One text for the incidents that wait for it, one yes for what works again.

    Following a link changes nothing: whatever acts needs ticks, and a text or a yes.
    """

    @http.route(PATH, methods=["GET"], readonly=True, **LOGIN_ROUTE)
    def portal_several_form(self, ticked=None, **_kw):
        """Show what waits for the reader, to be ticked."""
        if not self._may_act():
            return request.redirect("/my")
        return self._show_several(ticked=self._read_ticked(ticked))

    @http.route(PATH, methods=["POST"], max_content_length=MAX_LENGTH, **LOGIN_ROUTE)
    def portal_several(self, text=None, agreed=None, nonce=None, **_kw):
        """Answer and confirm what was ticked, and tell what became of each."""
        if not self._may_act():
            return request.redirect("/my")
        form = {
            "text": read_text(text),
            "agreed": bool(agreed),
            "nonce": read_nonce(nonce),
            "answer": self._read_ids("answer"),
            "confirm": self._read_ids("confirm"),
        }
        errors = self._check_several(form)
        if errors:
            return self._show_several(422, errors=errors, form=form)
        return self._act_on_several(form)

    def _may_act(self):
        user = request.env.user
        return user.share and request.env["helpdesk.ticket"].has_access("read")

    def _read_ids(self, name):
        """Return the ids that were ticked, as far as they can be ids."""
        values = request.httprequest.form.getlist(name)
        ids = dict.fromkeys(self._read_number(value) for value in values)
        return [number for number in ids if is_id(number)]

    def _read_ticked(self, ticked):
        return ticked if ticked in ("answer", "confirm", "all") else ""

    def _check_several(self, form):
        """Return what is missing before anything can be done."""
        errors = []
        if not form["answer"] and not form["confirm"]:
            errors.append(request.env._("Please tick at least one incident."))
        if form["answer"] and not form["text"]:
            errors.append(request.env._("Please write your answer."))
        if form["text"] and not form["answer"]:
            errors.append(request.env._("Please tick which incidents you answer."))
        if form["confirm"] and not form["agreed"]:
            errors.append(
                request.env._("Please say that everything works again, or untick.")
            )
        if len(form["answer"]) + len(form["confirm"]) > MAX_SEVERAL:
            errors.append(
                request.env._("Please tick at most %(count)s.", count=MAX_SEVERAL)
            )
        if len(form["text"]) > TEXT_LENGTH:
            errors.append(request.env._("Your text is too long."))
        if not form["nonce"]:
            errors.append(request.env._("Please send the form again."))
        return errors

    def _act_on_several(self, form):
        done = {
            "answer": self._find_ticked(form["answer"])._incident_act_on_several(
                request.env.user.partner_id, form["text"], form["nonce"]
            ),
            "confirm": self._find_ticked(form["confirm"])._incident_act_on_several(
                request.env.user.partner_id
            ),
        }
        missing = sum(len(form[name]) - len(acts) for name, acts in done.items())
        return self._render_several(
            "several_report",
            missing=missing,
            report=[
                {
                    "number": act.ticket.number,
                    "title": act.ticket.name,
                    "path": f"/my/ticket/{act.ticket.id}",
                    "act": name,
                    "reason": act.reason,
                }
                for name, acts in done.items()
                for act in acts
            ],
        )

    def _find_ticked(self, ids):
        """Return the tickets that the user may read; of others nothing is told."""
        domain = self._get_visible_domain() & Domain("id", "in", ids)
        return self._get_visible_tickets().search(domain).sudo(False)

    def _show_several(self, status=200, errors=(), form=None, ticked=""):
        return self._render_several(
            "several_page",
            status,
            errors=errors,
            form=form or {},
            ticked=ticked,
            sections=self._find_several(),
            draft=get_draft_name("several", request.env.user.id),
            limit=MAX_SEVERAL,
            nonce=(form or {}).get("nonce") or secrets.token_urlsafe(),
        )

    def _find_several(self):
        """Return what waits for the user, as rows, by what is asked of it."""
        tickets, user = self._get_visible_tickets(), request.env.user
        filters = self._get_ticket_filters()
        sections = {}
        for name in ("answer", "confirm"):
            found = tickets.search(
                self._get_visible_domain() & Domain(filters[name]["domain"]),
                order="create_date, id",
                limit=MAX_SEVERAL,
            )
            rows = request.env["incident.page"]._prepare_rows(found, user.partner_id)
            sections[name] = [
                {**row, "id": ticket.id}
                for ticket, row in zip(found, rows, strict=True)
            ]
        return sections

    def _render_several(self, template, status=200, **values):
        frame = {"with_login": True, "page_name": "incident"}
        return render_page(
            f"openip_incident_portal.{template}", {**frame, **values}, status=status
        )
