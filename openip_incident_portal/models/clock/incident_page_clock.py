# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from odoo.addons.openip_incident.models.clocks import ACCEPTED, INTEGRATOR
from odoo.addons.openip_incident.tools.markup import break_lines
from odoo.addons.openip_incident.tools.spoken_date import say_zone

from ..informed.incident_page_informed import InformedPaths
from ..page.helpdesk_ticket_link import CLOCK
from ..page.view import LoginPaths, View


class IncidentPage(models.AbstractModel):
    """What the pages show of the guaranteed time, where the contract says so."""

    _inherit = "incident.page"

    def _get_page(self, view):
        return {**super()._get_page(view), "clock": self._get_clock(view)}

    def _get_clock(self, view):
        """Return what a page says of the guaranteed time, nothing where it is not told.

        :return: dict of ``facts`` and ``path``
        """
        if isinstance(view.paths, InformedPaths):
            return {}
        facts = view.ticket._tell_clock(view.party)
        return {"facts": facts, "path": view.get_path(CLOCK)} if facts else {}

    def _get_clock_page(self, view):
        """Return how it was counted, and what was disputed: dict for the template."""
        zone, lines = view.ticket._tell_clock_lines()
        path, mark, query = view.get_path(CLOCK).partition("?")
        return {
            "zone": say_zone(zone, self.env.lang),
            "lines": lines,
            "total": view.ticket._tell_clock_total(),
            "disputes": self._get_disputes(view, zone),
            "pdf": f"{path}/pdf{mark}{query}",
            "may_dispute": not view.looks_on
            and view.ticket._may_dispute_incident_clock(view.party),
            "disputable": [
                {"number": one.sequence, "label": one._describe_entry(zone)}
                for one in view.ticket._get_clock_disputable()
            ],
        }

    def _get_disputes(self, view, zone):
        """Return the disputes, newest first.

        What support has noted for itself shows no text: nobody outside was told so.
        """
        found = []
        for dispute in view.ticket._get_clock_disputes().sorted(reverse=True):
            judgement = dispute._get_judgement()
            told = dispute.party == INTEGRATOR
            about = dispute.entry_id
            found.append(
                {
                    "date": self._format_deadline(view, dispute.date),
                    "about": about._describe_entry(zone) if about else "",
                    "text": break_lines(told and dispute.reason),
                    "state": self._get_dispute_state(judgement),
                    "answer": break_lines(told and judgement.reason),
                }
            )
        return found

    def _get_dispute_state(self, judgement):
        if not judgement:
            return self.env._("Open: our support checks it")
        if judgement.kind == ACCEPTED:
            return self.env._("Accepted")
        return self.env._("Refused")

    def _prepare_list_row(self, ticket, partner):
        row = super()._prepare_list_row(ticket, partner)
        if not ticket.is_incident or not ticket._is_clock_told():
            return {**row, "clock": ""}
        party = ticket._get_incident_party(partner) or ticket.partner_id
        view = View(ticket, party, LoginPaths())
        line = ticket._tell_clock_line(lambda date: self._format_date(view, date))
        return {**row, "clock": line}
