# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ..correspondence.letter import MAIL

UNREACHABLE = "openip_incident.mail_activity_type_outage_unreachable"


class IncidentNotice(models.Model):
    """A mail about an outage: its delivery, told to who is in charge of it."""

    _inherit = "incident.notice"

    outage_id = fields.Many2one(
        comodel_name="incident.outage",
        string="Outage",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="The outage, or the works, that the mail is about.",
    )
    outage_message_id = fields.Many2one(
        comodel_name="incident.outage.message",
        string="Message about an outage",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="The message that the mail brings.",
    )

    def _mark_party_unreachable(self):
        if self.outage_id and not self.ticket_id:
            if self.channel == MAIL:
                self.partner_id._mark_unreachable(self.email, self.failure)
            return
        super()._mark_party_unreachable()

    def _alert_undelivered(self, reason):
        if not self.outage_id or self.ticket_id:
            super()._alert_undelivered(reason)
            return
        party = self.partner_id.name or self.email
        self.outage_id._alert_support(
            UNREACHABLE,
            lambda outage: outage.env._(
                "A mail to %(party)s was not delivered", party=party
            ),
            note=reason,
        )
