# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from odoo.addons.openip_incident.models.joint.joint_draft import NOTED_TOGETHER
from odoo.addons.openip_incident.models.phases import CLOSURE


class HelpdeskTicket(models.Model):
    """Decides about several incidents of a party, each as on its own page."""

    _inherit = "helpdesk.ticket"

    incident_links_void_date = fields.Datetime(
        string="Links voided on",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="Pages of an outage that were mailed until then show it no more.",
    )

    def action_incident_void_links(self):
        res = super().action_incident_void_links()
        # SUDO: whoever may void the links of an incident may void all of them.
        self.sudo().incident_links_void_date = fields.Datetime.now()
        return res

    def _incident_decide_together(self, party, refused, nonce):
        """Confirm what works and refuse what still fails; the first decision stands.

        :param party: whose page it is
        :param refused: dict of id of what still fails: why, plain text
        :param nonce: what the form was given, the same for each of its copies
        """
        self._incident_lock()
        failing = self.filtered(lambda ticket: ticket.id in refused)
        (self - failing)._incident_together()._incident_confirm_closure(party)
        back = failing.filtered(lambda ticket: ticket.incident_phase == CLOSURE)
        for ticket in back.with_context(**{NOTED_TOGETHER: True}):
            ticket._incident_object(party, refused[ticket.id], [], nonce)
        failed = back.filtered(lambda ticket: ticket.incident_phase != CLOSURE)
        failed._incident_note_refusals()
