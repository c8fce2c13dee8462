# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class HelpdeskTicket(models.Model):
    """Who of the integrator handles an incident, as its staff says on the portal."""

    _inherit = "helpdesk.ticket"

    integrator_handler_id = fields.Many2one(
        comodel_name="res.partner",
        string="Handled at the integrator by",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        tracking=True,
        domain="[('incident_party_id', '=', integrator_party_id)]",
        groups="base.group_user",
        help="Whom to call at the integrator. Its staff says it on the portal.",
    )

    def write(self, vals):
        """Forget who handled it at an integrator that is none any more."""
        res = super().write(vals)
        if "integrator_id" in vals and "integrator_handler_id" not in vals:
            # SUDO: whoever may replace the integrator need not know its staff.
            stale = self.sudo().filtered(
                lambda ticket: (
                    ticket.integrator_handler_id and not ticket._get_incident_handler()
                )
            )
            if stale:
                stale.integrator_handler_id = False
        return res

    def _get_incident_handler(self):
        """Return who of the integrator handles the incident, if still of its staff."""
        handler = self.integrator_handler_id
        at_work = handler.active and handler._is_incident_staff_of(self.integrator_id)
        return handler if at_work else handler.browse()

    def _get_incident_handlers(self, partner):
        """Return whom a contact may name: its colleagues with a login, and itself.

        :param partner: who reads the page
        :return: nobody unless it is staff of the integrator
        """
        self.ensure_one()
        if not partner._is_incident_staff_of(self.integrator_id):
            return partner.browse()
        known = partner | self._get_incident_handler()
        return (partner._get_incident_colleagues() | known).sorted("name")

    def _incident_hand_to(self, partner, handler_id):
        """Note who of the integrator handles the incident.

        :param partner: who says it
        :param handler_id: id of a contact, 0 for nobody
        :return: False for who cannot be named
        """
        self._incident_lock()
        handlers = self._get_incident_handlers(partner)
        handler = handlers.filtered(lambda one: one.id == handler_id)
        if not handlers or (handler_id and not handler):
            return False
        if self.integrator_handler_id != handler:
            self.integrator_handler_id = handler
        return True
