# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from odoo.addons.openip_incident.models.followups import (
    ANNOUNCE,
    CLOSE,
    REMIND,
    RUNNING,
)
from odoo.addons.openip_incident.models.phases import CLOSED, CLOSURE

from .view import LoginPaths, View


class IncidentPage(models.AbstractModel):
    """What the lists of users with a login show of their tickets, as plain values.

    Which tickets they may see is decided before, by the record rules.
    """

    _inherit = "incident.page"

    @api.model
    def _prepare_rows(self, tickets, partner):
        """Return what a list shows of tickets, in their order.

        :param tickets: from a search as the user
        :param partner: the reader's contact
        """
        # SUDO: the user may read these tickets; what is internal of them is not handed
        # on.
        pages = self.sudo()
        return [pages._prepare_list_row(ticket, partner) for ticket in tickets.sudo()]

    def _prepare_list_row(self, ticket, partner):
        row = {
            "path": f"/my/ticket/{ticket.id}",
            "number": ticket.number,
            "title": ticket.name,
            "group": ticket.customer_party_id.name or ticket.partner_id.name or "",
            "customer": ticket.partner_id.name or "",
            "category": ticket.category_id.complete_name or "",
            "reported": ticket.create_date,
            "phase": ticket.incident_phase if ticket.is_incident else "",
            "phase_label": ticket.stage_id.name,
            "turn": False,
            "next": "",
        }
        if ticket.is_incident:
            party = ticket._get_incident_party(partner) or ticket.partner_id
            view = View(ticket, party, LoginPaths())
            row.update(
                phase_label=self._get_phase_label(view),
                turn=partner.partner_share and self._is_turn(view),
                next=self._get_next_date(view),
            )
        return row

    def _is_turn(self, view):
        return (
            view.ticket.incident_phase == CLOSURE
            or view.ticket._is_incident_awaiting(view.party)
        )

    def _get_next_date(self, view):
        """Return the next step and its date in a few words, while a countdown runs."""
        followup = view.ticket.followup_id
        due = followup.due_date
        if view.ticket.incident_phase == CLOSED or followup.state != RUNNING or not due:
            return ""
        # A date in the past is one that the scheduled actions have not met yet.
        if due <= fields.Datetime.now():
            return ""
        date = self._format_date(view, due)
        return {
            REMIND: self.env._("Reminder on %(date)s", date=date),
            ANNOUNCE: self.env._("Closure announced on %(date)s", date=date),
            CLOSE: self.env._("Automatic closure on %(date)s", date=date),
        }.get(followup.next_action, "")
