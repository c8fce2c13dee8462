# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.exceptions import UserError


class FetchmailServer(models.Model):
    """Leaves the mailbox to the real database (G18).

    What a copy fetches is marked or deleted there, and the real one never sees it.
    """

    _inherit = "fetchmail.server"

    def _fetch_mail(self, *args, **kwargs):
        if self.env["incident.identity"]._pauses("Fetching of mail"):
            # Raised by the button, and by it alone.
            return UserError(
                self.env._(
                    "This database is not the confirmed one: it leaves the mailbox to "
                    "the real one. See Helpdesk > Configuration > Health."
                )
            )
        return super()._fetch_mail(*args, **kwargs)
