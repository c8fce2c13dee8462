# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import fields, models
from odoo.tools import is_html_empty

from ...tools.full_stop import end_once
from ..phases import CLOSED, IN_PROGRESS, REGISTERED, REJECTED
from ..words import INTERNAL


class HelpdeskTicket(models.Model):
    """The way back after closure: reopened, or registered anew after the window."""

    _inherit = "helpdesk.ticket"

    reopen_count = fields.Integer(
        string="Reopened",
        copy=False,
        readonly=True,
        groups=INTERNAL,
        help="How often the incident came back after it was closed.",
    )
    predecessor_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Follows",
        copy=False,
        readonly=True,
        index="btree_not_null",
        groups=INTERNAL,
        help="The closed incident that this one takes up again.",
    )

    def _incident_reopen(self, reason):
        """Reopen, or register a successor; return the incidents to work on."""
        reopened = self.browse()
        for ticket in self:
            if ticket.incident_phase != CLOSED:
                ticket._raise_illegal_move(
                    ticket.team_id._get_incident_stage(ticket._get_reopen_phase())
                )
            if ticket._is_incident_reopenable():
                ticket._incident_move_to(ticket._get_reopen_phase(), silent=True)
                reopened |= ticket
            else:
                reopened |= ticket._incident_register_successor()
            if not is_html_empty(reason):
                reopened[-1:]._message_log(body=reason)
        return reopened

    def _incident_register_successor(self):
        """Register a new incident linked to this one, which stays closed."""
        successor = self.create(self._prepare_successor_vals())
        link = successor._get_html_link()
        note = self.env._("Reported again as %(incident)s.", incident=link)
        self._message_log(body=end_once(note, link))
        return successor

    def _prepare_successor_vals(self):
        self.ensure_one()
        return {
            "name": self.name,
            "description": self.description,
            "team_id": self.team_id.id,
            "partner_id": self.partner_id.id,
            "integrator_id": self.integrator_id.id,
            "partner_name": self.partner_name,
            "partner_email": self.partner_email,
            "category_id": self.category_id.id,
            "channel_id": self.channel_id.id,
            "priority": self.priority,
            "predecessor_id": self.id,
        }

    def _get_reopen_phase(self):
        """Return the phase in which a closed incident comes back."""
        self.ensure_one()
        if self.close_reason == REJECTED or not self.validated_date:
            return REGISTERED
        return IN_PROGRESS

    def _is_incident_reopenable(self):
        """Tell whether the reopening window of the team is still open."""
        self.ensure_one()
        if not self.closed_date:
            return False
        window = timedelta(days=self._get_incident_reopen_days())
        return fields.Datetime.now() <= self.closed_date + window

    def _prepare_reopen_vals(self):
        return {
            "closed_date": False,
            "close_reason": False,
            "solved_date": False,
            "reopen_count": self.reopen_count + 1,
        }
