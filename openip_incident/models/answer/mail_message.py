# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from odoo.addons.mail.tools.discuss import Store

from ...tools.mail_classifier import REASONS


class MailMessage(models.Model):
    _inherit = "mail.message"

    incident_notice_ids = fields.One2many(
        comodel_name="incident.notice",
        inverse_name="entry_id",
        string="Notices",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="The mails in which this entry went to the parties of an incident.",
    )

    incident_private_party_id = fields.Many2one(
        comodel_name="res.partner",
        string="Private line of",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The party, as a company, that alone reads this message besides support.",
    )

    incident_disregard = fields.Selection(
        selection=REASONS,
        string="Why it does not count",
        readonly=True,
        help="Why this mail is not taken for the answer of a party.",
    )

    def action_count_as_answer(self):
        """Count a mail as an answer after all."""
        disregarded = self.filtered(
            lambda message: (
                message.incident_disregard and message.model == "helpdesk.ticket"
            )
        )
        for message in disregarded:
            ticket = self.env["helpdesk.ticket"].browse(message.res_id)
            ticket._ensure_may_act()
            # SUDO: the agent may write the incident; the mark alone is taken off, and
            # what was kept inside for it becomes what it is: an answer.
            message.sudo().write(
                {
                    "incident_disregard": False,
                    "is_internal": False,
                    "subtype_id": ticket._get_comment_subtype_id(),
                }
            )
            # SUDO: as for every answer, what follows is the process's doing.
            ticket.sudo()._incident_hear(message.sudo())
        return True

    def _to_store_defaults(self, target):
        """Add to the entries of incidents what became of their mails."""
        field_names = super()._to_store_defaults(target)
        if target.is_internal(self.env):
            field_names += [self._get_deliveries_attr(), self._get_disregard_attr()]
        return field_names

    def _get_deliveries_attr(self):
        return Store.Attr(
            "incident_deliveries",
            # SUDO: internal users may read who was told what they may read.
            value=lambda message: message.sudo().incident_notice_ids._format_delivery(),
            predicate=lambda message: message.model == "helpdesk.ticket",
        )

    def _get_disregard_attr(self):
        labels = dict(
            self._fields["incident_disregard"]._description_selection(self.env)
        )
        return Store.Attr(
            "incident_disregard",
            value=lambda message: labels.get(message.incident_disregard, False),
            predicate=lambda message: message.model == "helpdesk.ticket",
        )
