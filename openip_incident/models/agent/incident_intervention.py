# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from .helpdesk_ticket_restoration import CANCEL, CHANGE


class IncidentIntervention(models.Model):
    """What an agent does with a row of the list of interventions."""

    _inherit = "incident.intervention"

    def action_change_dialog(self):
        """Ask what of an intervention changes.

        :return: the wizard's action
        """
        return self._ask_incident(CHANGE)

    def action_cancel_dialog(self):
        """Ask what to say of an intervention that is called off.

        :return: the wizard's action
        """
        return self._ask_incident(CANCEL)

    def action_done(self):
        """Note that somebody was there."""
        self.ticket_id._ensure_may_act()
        # SUDO: who may write the incident may note it; nothing else is written.
        self.sudo().filtered(lambda one: one.state == "planned")._set_done()
        return True

    def _ask_incident(self, act):
        self.ensure_one()
        self.ticket_id._ensure_may_act()
        return self.ticket_id._ask_about_intervention(act, self)
