# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo import fields, http
from odoo.fields import Domain
from odoo.http import request

from .login_page import LOGIN_ROUTE
from .portal import NONE, PAGE_LENGTH, IncidentPortal

# What the browser keeps of the last choice; the database is not asked to.
COOKIE = "incident_list"
COOKIE_LIFE = timedelta(days=365)
CHOICES = ("filterby", "sortby", "groupby")

TURN_FIRST = "turn"


class IncidentCockpit(IncidentPortal):
    """The list of who has many incidents: what waits for it first, and how many."""

    # The last choice

    @http.route()
    def portal_my_tickets(self, page=1, search=None, search_in=None, **kw):
        """Show the list as its reader has chosen last, and remember what it chose."""
        response = super().portal_my_tickets(
            page=page, search=search, search_in=search_in, **kw
        )
        # The way to what waits leads here with a filter alone: nothing was chosen.
        if "sortby" in kw or "groupby" in kw:
            choices = self._read_ticket_choices(kw)
            kept = [str(request.env.uid), *(choices[name] for name in CHOICES)]
            response.set_cookie(
                COOKIE,
                ".".join(kept),
                max_age=int(COOKIE_LIFE.total_seconds()),
                # The address of the list begins with its language.
                path="/",
                secure=request.httprequest.scheme == "https",
                httponly=True,
                samesite="Lax",
            )
        return response

    def _read_ticket_choices(self, params):
        """Return what was chosen of the lists, now or at the last visit."""
        return super()._read_ticket_choices({**self._read_kept_choices(), **params})

    def _read_kept_choices(self):
        """Return what the browser keeps of this user's last choice."""
        uid, *kept = request.cookies.get(COOKIE, "").split(".")
        if uid != str(request.env.uid) or len(kept) != len(CHOICES):
            return {}
        return dict(zip(CHOICES, kept, strict=True))

    # What waits first

    def _prepare_ticket_filters(self):
        """Return the filters, with what is asked apart from what is to be confirmed."""
        tickets, partner = request.env["helpdesk.ticket"], request.env.user.partner_id
        filters = super()._prepare_ticket_filters()
        asked = {
            "answer": {
                "label": request.env._("Your answer is asked"),
                "domain": tickets._get_portal_answer_domain(partner),
            },
            "confirm": {
                "label": request.env._("Your confirmation is asked"),
                "domain": tickets._get_portal_confirm_domain(partner),
            },
        }
        if not partner.partner_share:
            asked = {}
        filters["turn"]["label"] = request.env._("Your turn")
        closed = filters.pop("closed")
        return {**filters, **asked, "closed": closed}

    def _ticket_get_searchbar_sortings(self):
        sortings = super()._ticket_get_searchbar_sortings()
        first = {
            "label": request.env._("Waiting for you first"),
            "order": sortings["date"]["order"],
            "sequence": 0,
        }
        return {TURN_FIRST: first, **sortings}

    def _get_ticket_parts(self, choices, counts):
        """Return what is asked, what is to be confirmed, and the others."""
        whole = super()._get_ticket_parts(choices, counts)
        by_turn = choices["sortby"] == TURN_FIRST and choices["groupby"] == NONE
        if not by_turn or choices["filterby"] not in ("all", "open", "turn"):
            return whole
        if not counts["turn"]:
            return whole
        filters = self._get_ticket_filters()
        parts = [
            {**filters[name], "count": counts[name]} for name in ("answer", "confirm")
        ]
        rest = {
            "label": request.env._("Others"),
            "domain": ~Domain(filters["turn"]["domain"]),
            "count": counts[choices["filterby"]] - counts["turn"],
        }
        return [*parts, rest]

    # Customers

    @http.route(
        ["/my/incidents/customers", "/my/incidents/customers/page/<int:page>"],
        methods=["GET"],
        readonly=True,
        **LOGIN_ROUTE,
    )
    def portal_incident_customers(self, page=1, **_kw):
        """Show how the customers of an integrator are doing."""
        tickets = request.env["helpdesk.ticket"]
        if not tickets.has_access("read") or not self._is_integrator():
            return request.redirect("/my")
        start, end, now = self._get_month()
        customers = self._get_visible_tickets()._get_incident_customers(
            self._get_visible_domain() & Domain("is_incident", "=", True),
            request.env.user.partner_id,
            start,
            end,
            now,
        )
        pager = self._make_pager("/my/incidents/customers", len(customers), page)
        first = pager["offset"]
        values = self._prepare_portal_layout_values()
        values.update(
            page_name="incident",
            customers=[
                self._prepare_customer_row(item)
                for item in customers[first : first + PAGE_LENGTH]
            ],
            pager=pager,
        )
        return request.render("openip_incident_portal.portal_customers", values)

    def _prepare_customer_row(self, item):
        tickets = request.env["helpdesk.ticket"]
        return {
            **item,
            # SUDO: a name that the list of incidents shows, too.
            "customer": item["customer"].sudo().name or "",
            "downtime": tickets._describe_incident_minutes(item["minutes"]),
        }

    def _get_month(self):
        """Return begin and end of the reader's month, and now: naive UTC."""
        now = fields.Datetime.now()
        pages = request.env["incident.page"]
        zone = timezone(pages._get_list_zone(request.env.user.partner_id))
        first = utc.localize(now).astimezone(zone).replace(day=1, tzinfo=None)
        first = datetime.combine(first, time.min)
        following = (first + timedelta(days=32)).replace(day=1)
        start, end = (
            zone.localize(date).astimezone(utc).replace(tzinfo=None)
            for date in (first, following)
        )
        return start, end, now
