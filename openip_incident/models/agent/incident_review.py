# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class IncidentReview(models.Model):
    """Judging as screens offer it: it asks before it mails, and for what it lacks."""

    _inherit = "incident.review"

    def action_count_dialog(self):
        """Ask whose answer it is, or whether it may be passed on; else count it.

        :return: the wizard's action, or True
        """
        self.ensure_one()
        review = self._check_judge()
        author = review.message_id.author_id
        known = bool(author) and bool(self.ticket_id._get_incident_party(author))
        letters = self.ticket_id._count_incident_letters(
            "count",
            partner=author,
            private=bool(review.message_id.incident_private_party_id),
        )
        asks = review._is_ticket_system() or review._needs_words()
        if known and not letters and not asks:
            return self.action_count()
        return self._open_review_wizard("count", default_partner_id=self.partner_id.id)

    def action_dismiss_dialog(self):
        """Ask before mails are judged to be no answers, where that mails now.

        :return: the wizard's action, or True
        """
        tickets = self._check_judge()._get_same().ticket_id.sudo(False)
        if tickets._count_incident_letters("dismiss"):
            return self._open_review_wizard("dismiss", tickets)
        return self.action_dismiss()

    def action_hand_over_dialog(self):
        """Ask to which incident a mail belongs.

        :return: the wizard's action
        """
        self._check_judge()
        return self._open_review_wizard("hand_over")

    def action_process_again_dialog(self):
        """Ask before a mail that could not be read is processed again.

        :return: the wizard's action
        """
        self._check_judge()
        return self.inbound_id.action_process_again_dialog()

    def action_show(self):
        """Open the mail where it is kept."""
        self.ensure_one()
        name, thing = self._get_thing()
        if name == "message_id":
            # SUDO: what a mail is on; opening that asks for the right to read it.
            message = thing.sudo()
            thing = self.env[message.model].browse(message.res_id)
        return {
            "type": "ir.actions.act_window",
            "res_model": thing._name,
            "res_id": thing.id,
            "views": [[False, "form"]],
        }

    def _open_review_wizard(self, act, tickets=None, **context):
        tickets = self.ticket_id if tickets is None else tickets
        return tickets._open_incident_wizard(
            act,
            default_review_ids=self.ids,
            default_message_id=self.message_id.id,
            **context,
        )
