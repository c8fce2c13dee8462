# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ...tools.mail_repair import remove_nul
from ...tools.mail_source import FetchedMail, read_source
from ..inbounds import IN_GATEWAY


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def message_process(
        self,
        model,
        message,
        custom_values=None,
        save_original=False,
        strip_attachments=False,
        thread_id=None,
    ):
        """Take mail for incidents in so that none is lost; other mail as ever."""
        options = {
            "custom_values": custom_values,
            "save_original": save_original,
            "strip_attachments": strip_attachments,
            "thread_id": thread_id,
        }
        gateway = self.env["incident.mail.gateway"]
        try:
            source = read_source(message)
            if gateway._protects(source):
                return gateway._receive(source, model, **options)
        except Exception:
            if isinstance(message, FetchedMail):
                message.left = True
            raise
        return self._process_by_core(message, model=model, **options)

    @api.model
    def _process_by_core(self, message, model=False, **options):
        """Process a mail as Odoo does."""
        return super().message_process(model, message, **options)

    def message_parse(self, message, save_original=False):
        values = super().message_parse(message, save_original=save_original)
        return remove_nul(values) if self.env.context.get(IN_GATEWAY) else values
