# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.mail.tools.discuss import Store

from ...tools.arguments import to_record
from ...tools.mail_signs import REASONS, UNREADABLE
from ..reviews import PENDING, SETTLED
from .helpdesk_ticket_forward import FORWARD_NOW


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
    incident_forward_date = fields.Datetime(
        string="Passed on at",
        readonly=True,
        index="btree_not_null",
        groups="base.group_user",
        help="When this answer goes to the other party, with the others that wait.",
    )

    incident_review_ids = fields.One2many(
        comodel_name="incident.review",
        inverse_name="message_id",
        domain=[("state", "=", PENDING)],
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="What this mail holds until it is judged.",
    )

    def action_count_as_answer(self, partner=None):
        """Count a mail as an answer after all.

        :param partner: the contact whose answer it is, or its id, where its author
            speaks for no party
        """
        partner = to_record(self.env, "res.partner", partner)
        for message in self.filtered(lambda one: one.model == "helpdesk.ticket"):
            ticket = self.env["helpdesk.ticket"].browse(message.res_id)
            ticket._ensure_may_act()
            review = message._get_own_review()
            if review:
                review.action_count(partner)
            elif message.incident_disregard == UNREADABLE:
                raise UserError(
                    self.env._("Please write what the mail says: it could not be read.")
                )
            elif message.incident_disregard:
                # SUDO: the agent may write the incident, which was checked above.
                message.sudo()._count_as(partner or message.author_id, ticket.sudo())
        return True

    def unlink(self):
        # SUDO: whoever may delete a mail has judged it.
        self.sudo().incident_review_ids._judge(SETTLED)
        return super().unlink()

    def _get_own_review(self):
        """Return why this mail holds the incident that it was taken in on."""
        self.ensure_one()
        return self.incident_review_ids.filtered(
            lambda review: review.ticket_id.id == self.res_id
        )

    def _count_as(self, speaker, ticket):
        """Make the answer of a contact of what was kept inside, and act on it.

        :param speaker: the contact, who speaks for a party
        :param ticket: the incident that the mail is on
        """
        author = self.author_id
        if not ticket._get_incident_party(author):
            author = speaker
        if not ticket._get_incident_party(author):
            raise UserError(
                self.env._(
                    "%(sender)s speaks for no party of %(number)s.",
                    sender=self.email_from or author.name,
                    number=ticket.number,
                )
            )
        self.write(
            {
                "author_id": author.id,
                "incident_disregard": False,
                "is_internal": False,
                "subtype_id": ticket._get_comment_subtype_id(),
            }
        )
        # As for every answer, what follows is the process's doing.
        ticket.with_context(**{FORWARD_NOW: True})._incident_hear(self)

    def _to_store_defaults(self, target):
        """Add to the entries of incidents what became of their mails."""
        field_names = super()._to_store_defaults(target)
        if target.is_internal(self.env):
            field_names += [
                self._get_deliveries_attr(),
                self._get_disregard_attr(),
                self._get_review_attr(),
            ]
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

    def _get_review_attr(self):
        return Store.Attr(
            "incident_review",
            value=lambda message: message._format_review(),
            predicate=lambda message: message.model == "helpdesk.ticket",
        )

    def _format_review(self):
        """Return what the chatter shows of a mail to judge: id and why, or False."""
        # SUDO: internal users may read why a mail that they read was not counted.
        review = self.sudo()._get_own_review()
        return bool(review) and {"id": review.id, "detail": review.detail}
