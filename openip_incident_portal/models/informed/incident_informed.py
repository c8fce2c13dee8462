# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# What never changes: see write.
FIXED = {"ticket_id", "side_id"}


class IncidentInformed(models.Model):
    """Somebody who is told of an incident and has a page to read it.

    Whoever was added by a party is one of its staff, and told what that party is told;
    support may add anybody, who is told what both parties are told.
    """

    _name = "incident.informed"
    _description = "Informed Contact of an Incident"
    _order = "id"
    _rec_name = "partner_id"

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Incident",
        required=True,
        index=True,
        ondelete="cascade",
        help="The incident that is told of.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        required=True,
        index=True,
        ondelete="cascade",
        help="Gets the mails of the incident in its own language, as information, and "
        "a link of its own to read it.",
    )
    side_id = fields.Many2one(
        comodel_name="res.partner",
        string="Added by",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="The party whose staff it is; empty for whom support has added.",
    )

    _ticket_partner_uniq = models.Constraint(
        "UNIQUE(ticket_id, partner_id)", "This contact is informed already."
    )

    @api.constrains("partner_id")
    def _check_partner_id(self):
        for informed in self:
            if not informed.partner_id.email_normalized:
                raise ValidationError(
                    self.env._(
                        "%(name)s has no e-mail address.", name=informed.partner_id.name
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        # SUDO: only the mark is written by which others cost nothing.
        tickets = records.ticket_id.sudo()
        tickets.filtered(lambda one: not one.incident_informs).incident_informs = True
        return records

    def write(self, vals):
        """Keep a row where it is: who added it, and to what, is what opens the page.

        :raises UserError: for another incident, or another party
        """
        for name in FIXED & vals.keys():
            if self.filtered(lambda one, name=name: one[name].id != vals[name]):
                raise UserError(
                    self.env._(
                        "Remove this contact, and add it where it is to be informed."
                    )
                )
        return super().write(vals)

    def unlink(self):
        # SUDO: see above.
        tickets = self.ticket_id.sudo()
        res = super().unlink()
        left = self.sudo().search([("ticket_id", "in", tickets.ids)]).ticket_id
        (tickets - left).incident_informs = False
        return res

    def _is_good(self):
        """Tell whether the contact is still to be told: neither gone nor moved."""
        self.ensure_one()
        if not self.partner_id.active:
            return False
        side, parties = self.side_id, self.ticket_id._get_incident_parties()
        return not side or (
            side in parties.incident_party_id
            and self.partner_id._is_incident_staff_of(side)
        )
