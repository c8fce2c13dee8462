# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class MailLinkPreview(models.Model):
    _inherit = "mail.link.preview"

    @api.model
    def _create_from_message_and_notify(self, message, request_url=None):
        """Preview no links on incidents: the picture would come from where they lead.

        Our own server would ask there, too, at the wish of whoever has written it.
        """
        if message._is_of_guarded():
            return
        super()._create_from_message_and_notify(message, request_url)
