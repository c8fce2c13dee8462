# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain

TICKET = "helpdesk.ticket"


class MailMail(models.Model):
    """Keeps the mails of the process in the queue of a copied database (G18)."""

    _inherit = "mail.mail"

    @api.model
    def process_email_queue(self, email_ids=(), batch_size=1000):
        """Leave ours out of the search: a full batch of them would stop the others."""
        if self.env["incident.identity"]._pauses("Mails of incidents"):
            filters = self.env.context.get("filters", [])
            others = list(~self._get_paused_domain())
            self = self.with_context(filters=[*filters, *others])
        return super().process_email_queue(email_ids, batch_size=batch_size)

    def send(self, *args, **kwargs):
        """Send without ours: a mail server that a copy cannot reach fails them all."""
        return super(MailMail, self._without_paused()).send(*args, **kwargs)

    def _send(self, *args, **kwargs):
        mails = self._without_paused()
        if self and not mails:
            return True
        return super(MailMail, mails)._send(*args, **kwargs)

    def _without_paused(self):
        """Return the mails that may leave this database."""
        if not self or self.env["incident.identity"]._is_confirmed():
            return self
        # SUDO: what must not leave does not depend on who reads it.
        mails = self.sudo().with_context(active_test=False)
        paused = mails.search(Domain("id", "in", self.ids) & self._get_paused_domain())
        return self - self.browse(paused.ids)

    @api.model
    def _get_paused_domain(self):
        """Return which mails are of the process: to parties, senders and colleagues."""
        # SUDO: as above; only ids are looked for.
        tickets = self.env[TICKET].sudo().with_context(active_test=False)
        incidents = tickets._search([("is_incident", "=", True)])
        notices = self.env["incident.notice"].sudo()
        written = notices._search([("message_id", "!=", False)])
        alerts = self.env["incident.health"].sudo().search(Domain.TRUE)
        return (
            Domain("model", "=like", "incident.%")
            | (Domain("model", "=", TICKET) & Domain("res_id", "in", incidents))
            | Domain("mail_message_id", "in", written.subselect("message_id"))
            | Domain("mail_message_id", "in", alerts.alert_message_ids.ids)
        )
