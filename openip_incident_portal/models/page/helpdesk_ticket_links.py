# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

GENERATIONS = {
    "partner_id": "incident_customer_generation",
    "integrator_id": "incident_integrator_generation",
}


class HelpdeskTicket(models.Model):
    """Counts how often a party was replaced: put back, it gets links of its own.

    Counts, not dates: what happens within one second must be told apart, too.
    """

    _inherit = "helpdesk.ticket"

    incident_customer_generation = fields.Integer(
        string="Customers replaced", copy=False, readonly=True, groups="base.group_user"
    )
    incident_integrator_generation = fields.Integer(
        string="Integrators replaced",
        copy=False,
        readonly=True,
        groups="base.group_user",
    )

    def write(self, vals):
        if not GENERATIONS.keys() & vals.keys():
            return super().write(vals)
        # SUDO: whoever may replace a party may void its links; nothing else is written.
        tickets = self.sudo()
        before = {
            ticket.id: {role: ticket[role] for role in GENERATIONS}
            for ticket in tickets
        }
        res = super().write(vals)
        for ticket in tickets:
            for role, generation in GENERATIONS.items():
                former = before[ticket.id][role]
                if former and former != ticket[role]:
                    ticket[generation] += 1
        return res

    def _get_incident_link_generation(self, party):
        """Return what a link is signed for: a party's role, and its mailbox.

        :param party: the customer or the integrator
        """
        role = "partner_id" if party == self.partner_id else "integrator_id"
        # SUDO: the counts are internal, and a page is open to its party.
        count = self.sudo()[GENERATIONS[role]]
        return f"{role[0]}{count}.{party.sudo().incident_link_generation}"
