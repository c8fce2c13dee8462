# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ..followups import RUNNING


class HelpdeskTicket(models.Model):
    """To whom a judgement writes at once: the step that it has held may be overdue."""

    _inherit = "helpdesk.ticket"

    def _get_incident_letter_parties(self, act, facts):
        if act != "dismiss":
            return super()._get_incident_letter_parties(act, facts)
        # SUDO: follow-ups belong to the incident, whose reader asks.
        followup = self.sudo().followup_id
        due = followup.due_date and followup.due_date <= fields.Datetime.now()
        waits = followup.state == RUNNING and followup.review_hold and due
        parties = self._get_incident_parties()
        return parties if waits and self.review_count == 1 else parties.browse()
