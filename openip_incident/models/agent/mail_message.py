# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class MailMessage(models.Model):
    _inherit = "mail.message"

    def action_count_as_answer_dialog(self):
        """Ask before a mail counts as an answer, where that is mailed on; else do it.

        :return: the wizard's action, or True
        """
        self.ensure_one()
        if self.model == "helpdesk.ticket":
            ticket = self.env["helpdesk.ticket"].browse(self.res_id)
            ticket._ensure_may_act()
            review = self._get_own_review()
            if review:
                return review.action_count_dialog()
            if ticket._count_incident_letters("count", partner=self.author_id):
                return ticket._open_incident_wizard("count", default_message_id=self.id)
        return self.action_count_as_answer()
