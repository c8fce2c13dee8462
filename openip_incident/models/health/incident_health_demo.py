# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
from ipaddress import ip_address

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import config

from ..followups import RUNNING

_logger = logging.getLogger(__name__)


class IncidentHealth(models.Model):
    _inherit = "incident.health"

    @api.model
    def _silence_demo(self):
        """Send nothing of the demonstration where mail would really leave.

        Called at the end of the demonstration data: what they have written to their
        parties since their installation began is cancelled, and no countdown of theirs
        goes on by itself.
        """
        if not self._has_real_mail_server():
            return
        # SUDO: called by the data alone.
        mails = self.env["mail.mail"].sudo()
        mails = mails.search(
            Domain("state", "=", "outgoing")
            & Domain("create_date", ">=", self.env.cr.now())
        )
        # SUDO: as the mails.
        notices = self.env["incident.notice"].sudo()
        notices = notices.search([("message_id", "in", mails.mail_message_id.ids)])
        notices._cancel_unsent()
        # What is left went to colleagues, not to a party.
        mails.filtered(lambda mail: mail.state == "outgoing").cancel()
        followups = self._get_demo_incidents().followup_id
        followups.filtered(lambda followup: followup.state == RUNNING).action_hold()
        _logger.warning(
            "This database has an outgoing mail server: the %s mails of the "
            "demonstration incidents are cancelled and their follow-ups are on hold.",
            len(mails),
        )

    @api.model
    def _has_real_mail_server(self):
        """Tell whether mail leaves this machine, as far as Odoo's settings say."""
        # SUDO: only whether a server exists is told, nothing of its settings.
        if self.env["ir.mail_server"].sudo().search_count([], limit=1):
            return True
        return not _is_here(config["smtp_server"] or "")

    @api.model
    def _get_demo_incidents(self):
        # SUDO: names of data records, called by the data alone.
        names = self.env["ir.model.data"].sudo()
        names = names.search(
            [
                ("module", "=", "openip_incident"),
                ("model", "=", "helpdesk.ticket"),
                ("name", "=like", "demo_incident_%"),
            ]
        )
        # SUDO: the demonstration's own records.
        return self.env["helpdesk.ticket"].sudo().browse(names.mapped("res_id"))


def _is_here(host):
    """Tell whether a host is this machine, where a catcher of test mails listens."""
    if host in ("", "localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
