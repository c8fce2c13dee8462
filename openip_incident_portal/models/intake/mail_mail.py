# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Have refused form links looked after soon.

        Only woken: a race lost on the intake itself would roll the sending back and
        deliver other mails twice.
        """
        refused = self.filtered(
            lambda mail: mail.state == "exception" and mail.model == "incident.intake"
        )
        cron = refused and self.env.ref(
            "openip_incident_portal.ir_cron_intake", raise_if_not_found=False
        )
        if cron:
            cron._trigger()
        return super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )

    @api.model
    def _get_refused_form_domain(self):
        return Domain("state", "=", "exception") & Domain(
            "model", "=", "incident.intake"
        )

    def _retry_form_mails(self):
        """Queue refused mails again."""
        for mail in self:
            intake = self.env["incident.intake"].browse(mail.res_id).exists()
            intake._retry_form_mail(mail)
