# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import email_normalize, ormcache

from ..inbounds import IN_GATEWAY


class MailThread(models.AbstractModel):
    """Knows which models count bounces without asking for every mail.

    Without it everything works, slower.
    """

    _inherit = "mail.thread"

    @api.model
    def _routing_reset_bounce(self, email_message, message_dict):
        if not self.env.context.get(IN_GATEWAY):
            return super()._routing_reset_bounce(email_message, message_dict)
        address = email_normalize(message_dict["email_from"])
        bounced = Domain("message_bounce", ">", 0) & Domain(
            "email_normalized", "=", address
        )
        for name in self._get_bounce_models() if address else ():
            # SUDO: as core, which counts for whoever may read it.
            records = self.env[name].sudo().search(bounced)
            records._message_reset_bounce(address)
        return None

    @api.model
    @ormcache()
    def _get_bounce_models(self):
        """Return the names of the models that count bounces; they change with code."""
        # SUDO: the names of models are looked up.
        domain = Domain("is_mail_blacklist", "=", True) & Domain(
            "model", "!=", "mail.thread.blacklist"
        )
        found = self.env["ir.model"].sudo().search(domain)
        return tuple(name for name in found.mapped("model") if name in self.env)
