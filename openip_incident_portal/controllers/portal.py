# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta
from itertools import groupby as group_rows

from pytz import timezone, utc

from odoo import fields, http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk
from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..models.page.incident_page_rows import ROW_FIELDS
from .login_page import HISTORY, find_ticket, is_id, open_ticket
from .page_handler import PageHandler
from .public_page import read_text

HISTORY_LENGTH = 100
PAGE_LENGTH = 40
# Of a day without an hour.
DAY_LENGTH = 10
SEARCH_LENGTH = 100

ALL = "all"
NONE = "none"

# Where a transaction keeps the filters.
FILTERS = "incident_ticket_filters"


class IncidentPortal(CustomerPortalHelpdesk):
    """The incidents of users with a login: how many, which ones, and one of them."""

    def _prepare_portal_layout_values(self):
        """Say where to report an incident, for the entries that lead there."""
        values = super()._prepare_portal_layout_values()
        forms = request.env["incident.form"]
        path = forms._get_report_path()
        return {
            **values,
            "incident_report_path": path,
            "incident_other_requests": path and forms._takes_other_requests(),
        }

    # Home

    def _prepare_home_portal_values(self, counters):
        """Count what is open, and what waits for the user."""
        others = [name for name in counters if name != "ticket_count"]
        values = super()._prepare_home_portal_values(others)
        tickets = request.env["helpdesk.ticket"]
        readable = tickets.has_access("read")
        for counter, state in (
            ("ticket_count", "open"),
            ("incident_turn_count", "turn"),
        ):
            if counter in counters:
                domain = self._get_ticket_filters()[state]["domain"]
                values[counter] = (
                    self._get_visible_tickets().search_count(
                        self._get_visible_domain() & domain
                    )
                    if readable
                    else 0
                )
        return values

    # List

    @http.route()
    def portal_my_tickets(self, page=1, search=None, search_in=None, **kw):
        """Show the tickets that the record rules let the user read.

        Nothing that a browser sends is taken for what it claims to be: unknown choices
        are those of the first visit.
        """
        if not request.env["helpdesk.ticket"].has_access("read"):
            return request.redirect("/my")
        choices = self._read_ticket_choices(kw)
        searching = {
            "search": read_text(search)[:SEARCH_LENGTH],
            "search_in": self._pick(self._ticket_get_searchbar_inputs(), search_in),
        }
        domain = self._get_ticket_list_domain({**choices, **searching})
        counts = self._count_tickets(domain)
        url_args = {
            name: value for name, value in {**choices, **searching}.items() if value
        }
        pager = self._make_pager(
            "/my/tickets", counts[choices["filterby"]], page, url_args
        )
        values = self._prepare_portal_layout_values()
        values.update(choices, **searching)
        values.update(
            self._prepare_ticket_list(domain, choices, counts, pager["offset"])
        )
        values.update(pager=pager)
        return request.render("openip_incident_portal.portal_my_incidents", values)

    def _make_pager(self, url, total, page, url_args=None):
        return portal_pager(
            url=url,
            url_args=url_args,
            total=total,
            page=self._read_number(page) or 1,
            step=PAGE_LENGTH,
        )

    def _count_tickets(self, domain):
        """Return how many tickets each filter shows, by its name."""
        filters = self._get_ticket_filters()
        return self._get_visible_tickets()._count_incident_filters(
            domain, {name: option["domain"] for name, option in filters.items()}
        )

    def _read_ticket_choices(self, params):
        """Return what was chosen of the lists of the search bar."""
        dates = {
            name: params[name] if self._read_date(params.get(name)) else None
            for name in ("date_begin", "date_end")
        }
        return {
            "sortby": self._pick(
                self._ticket_get_searchbar_sortings(), params.get("sortby")
            ),
            "filterby": self._pick(self._get_ticket_filters(), params.get("filterby")),
            "groupby": self._pick(
                self._ticket_get_searchbar_groupby(), params.get("groupby")
            ),
            **dates,
        }

    def _pick(self, options, value):
        return (
            value
            if isinstance(value, str) and value in options
            else next(iter(options))
        )

    def _read_number(self, value):
        text = str(value)
        return (
            int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
        )

    def _read_date(self, value, days=0):
        """Return a moment of a request; a day begins where its reader lives.

        :param days: how many days later, if it is a day
        """
        try:
            date = fields.Datetime.to_datetime(value)
        except (TypeError, ValueError):
            return None
        # Years of less than four digits are written in a way that no database reads;
        # what is later has no room for another day.
        if not date or not 999 < date.year < 9999:
            return None
        if len(value) == DAY_LENGTH:
            zone = timezone(request.env.user.tz or "UTC")
            local = zone.localize(date + timedelta(days=days))
            date = local.astimezone(utc).replace(tzinfo=None)
        return fields.Datetime.to_string(date)

    def _get_visible_tickets(self):
        # SUDO: searched by a portal user with internal fields, and sorted by contacts
        # that it may not read; always within _get_visible_domain().
        return request.env["helpdesk.ticket"].sudo()

    def _get_visible_domain(self):
        """Return the domain of what the record rules let the user read."""
        tickets = request.env["helpdesk.ticket"]
        candidates = tickets._get_portal_candidates(request.env.user)
        # As conditions of the one search: a search inside it reads each row twice.
        rules = Domain(request.env["ir.rule"]._compute_domain(tickets._name, "read"))
        # SUDO: rules are read as the ORM reads them, archived contacts included.
        as_rules = tickets.sudo().with_context(active_test=False)
        shown = Domain("active", "=", True)
        return candidates & shown & rules.optimize_full(as_rules)

    def _get_ticket_list_domain(self, choices):
        """Return the domain of what is looked for, before any filter."""
        domain = self._get_visible_domain()
        begin = self._read_date(choices["date_begin"])
        end = self._read_date(choices["date_end"], days=1)
        if begin:
            domain &= Domain("create_date", ">=", begin)
        if end:
            domain &= Domain("create_date", "<", end)
        if choices["search"]:
            domain &= Domain(
                self._ticket_get_search_domain(choices["search_in"], choices["search"])
            )
        return domain

    def _prepare_ticket_list(self, domain, choices, counts, offset):
        """Return the values of the list and of its search bar.

        :param counts: how many tickets each filter shows
        """
        parts = self._get_ticket_parts(choices, counts)
        tickets = self._find_tickets(domain, choices, parts, PAGE_LENGTH, offset)
        request.session[HISTORY] = tickets.ids[:HISTORY_LENGTH]
        rows = request.env["incident.page"]._prepare_rows(
            tickets, request.env.user.partner_id
        )
        request.env["incident.page"]._say_days(rows)
        groups = self._group_ticket_rows(rows, choices["groupby"])
        if len(parts) > 1:
            groups = self._part_ticket_rows(rows, parts, offset)
        return {
            "page_name": "incident",
            "default_url": "/my/tickets",
            "groups": groups,
            "counts": counts,
            "with_customer": self._is_integrator(),
            "searchbar_sortings": self._ticket_get_searchbar_sortings(),
            "filters": self._get_ticket_filters(),
            "searchbar_groupby": self._ticket_get_searchbar_groupby(),
            "searchbar_inputs": self._ticket_get_searchbar_inputs(),
        }

    def _find_tickets(self, domain, choices, parts, limit, offset=0):
        """Return the tickets of a list, part after part.

        :param domain: what is looked for, before any filter
        :param parts: see :meth:`_get_ticket_parts`
        """
        tickets = self._get_visible_tickets()
        sorting = self._ticket_get_searchbar_sortings()[choices["sortby"]]
        order = self._ticket_get_order(sorting["order"], choices["groupby"])
        domain &= self._get_ticket_filters()[choices["filterby"]]["domain"]
        found = tickets.browse()
        for part in parts:
            missing = limit - len(found)
            if missing > 0 and offset < part["count"]:
                found += tickets.search_fetch(
                    domain & part["domain"],
                    ROW_FIELDS,
                    order=order,
                    limit=missing,
                    offset=offset,
                )
            offset = max(0, offset - part["count"])
        return found

    def _get_ticket_parts(self, choices, counts):
        """Return the parts in which a list is shown: one, unless the turn leads.

        :return: list of dicts of ``label``, ``domain`` and ``count``
        """
        return [
            {
                "label": "",
                "domain": Domain.TRUE,
                "count": counts[choices["filterby"]],
            }
        ]

    def _part_ticket_rows(self, rows, parts, offset):
        """Return the rows of one page under the titles of their parts."""
        groups, start = [], 0
        for part in parts:
            end = start + part["count"]
            shown = rows[max(0, start - offset) : max(0, end - offset)]
            if shown:
                groups.append((part["label"], shown))
            start = end
        return groups

    def _group_ticket_rows(self, rows, groupby):
        """Return a list of (title, rows); one without title if nothing is grouped."""
        if groupby == NONE:
            return [("", rows)] if rows else []
        key = "group" if groupby == "customer" else groupby
        return [
            (title or request.env._("None"), list(members))
            for title, members in group_rows(rows, key=lambda row: row[key])
        ]

    def _is_integrator(self):
        """Tell whether the user follows incidents of others."""
        user = request.env.user
        # SUDO: what the user's own company is.
        party = user.partner_id.sudo().incident_party_id
        return user._is_internal() or party.is_integrator

    # Search bar

    def _get_ticket_filters(self):
        """Return the filters, prepared once however often a page asks for them."""
        user = request.env.user
        known, key = request.env.cr.cache, (FILTERS, user.id, request.env.lang)
        if key not in known:
            known[key] = self._prepare_ticket_filters()
        return known[key]

    def _prepare_ticket_filters(self):
        """Return the filters by what matters to a party, in their order.

        The base offers every stage that there is: names of ours, read one by one.
        """
        tickets = request.env["helpdesk.ticket"]
        turn = tickets._get_portal_turn_domain(request.env.user.partner_id)
        return {
            ALL: {"label": request.env._("All"), "domain": Domain.TRUE},
            "open": {
                "label": request.env._("Still open"),
                "domain": Domain("stage_id.closed", "=", False),
            },
            "turn": {"label": request.env._("Waits for you"), "domain": turn},
            "closed": {
                "label": request.env._("Closed incidents"),
                "domain": Domain("stage_id.closed", "=", True),
            },
        }

    def _ticket_get_searchbar_sortings(self):
        """Return the sortings, whose order is the same at every visit."""
        sortings = super()._ticket_get_searchbar_sortings()
        sortings["number"] = {
            "label": request.env._("Number"),
            "order": "number desc",
            "sequence": 5,
        }
        sortings["due"] = {
            "label": request.env._("Next date"),
            "order": "next_step_date asc nulls last",
            "sequence": 6,
        }
        sortings["stage"]["label"] = request.env._("State")
        sortings["update"]["label"] = request.env._("Last change of state")
        ordered = sorted(sortings.items(), key=lambda item: item[1]["sequence"])
        # Equal dates must not show a ticket on two pages.
        return {
            name: {**option, "order": f"{option['order']}, id desc"}
            for name, option in ordered
        }

    def _ticket_get_searchbar_groupby(self):
        options = super()._ticket_get_searchbar_groupby()
        options.pop("stage", None)
        if self._is_integrator():
            options["customer"] = {
                "input": "customer",
                "label": request.env._("Customer"),
                "order": 3,
            }
        return options

    def _ticket_get_groupby_mapping(self):
        return {
            **super()._ticket_get_groupby_mapping(),
            "customer": "customer_party_id",
        }

    def _ticket_get_searchbar_inputs(self):
        inputs = super()._ticket_get_searchbar_inputs()
        labels = {
            ALL: request.env._("Search everywhere"),
            "number": request.env._("Search by number"),
            "name": request.env._("Search by title"),
            "customer": request.env._("Search by customer"),
            "service": request.env._("Search by service, line or site"),
            "text": request.env._("Search in what was reported"),
        }
        inputs |= {name: {"input": name} for name in labels.keys() - inputs.keys()}
        return {
            name: {**inputs[name], "label": label, "order": order}
            for order, (name, label) in enumerate(labels.items(), start=1)
        }

    def _ticket_get_search_domain(self, search_in, search):
        domain = Domain.FALSE
        if search_in in (ALL, "number", "name"):
            domain |= Domain(super()._ticket_get_search_domain(search_in, search))
        if search_in in (ALL, "customer"):
            domain |= Domain("partner_id.complete_name", "ilike", search)
            domain |= Domain("partner_name", "ilike", search)
        if search_in in (ALL, "service"):
            domain |= request.env["helpdesk.ticket"]._get_portal_service_domain(search)
        if search_in in (ALL, "text"):
            domain |= Domain("description", "ilike", search)
        return domain

    # Ticket

    @http.route()
    def portal_my_ticket(self, ticket_id, access_token=None, done=None, **kw):
        """Show an incident to whoever may read it; no link of core's opens one."""
        if request.env.user._is_public() and not access_token:
            # Whatever the id: who logs in comes back, or is led away then.
            path = f"/my/ticket/{ticket_id}"
            return request.redirect_query("/web/login", {"redirect": path})
        if not is_id(ticket_id):
            return request.redirect("/my")
        ticket = find_ticket(ticket_id)
        if ticket.is_incident:
            return open_ticket(ticket, PageHandler.show_page, done=done)
        return super().portal_my_ticket(ticket_id, access_token=access_token, **kw)
