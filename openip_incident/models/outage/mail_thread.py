# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.tools.mail import mail_header_msgid_re

OUTAGE = "incident.outage"
# What our Message-IDs have of the record that they are about.
MARK = f"-{OUTAGE}"
TICKET_MARK = "-helpdesk.ticket"


class MailThread(models.AbstractModel):
    """Mail about outages is kept like that about incidents: only ours hand it in."""

    _inherit = "mail.thread"

    def message_route(self, message, message_dict, *args, **options):
        """Lead an answer to the outage that it was written about.

        Core takes it for a new ticket: it comes to the alias of a team.
        """
        outage_id = self._find_answered_outage(message_dict)
        if not outage_id:
            return super().message_route(message, message_dict, *args, **options)
        message_dict["incident_disregard"] = self._get_disregard(message, message_dict)
        return [(OUTAGE, outage_id, None, self.env.uid, self.env["mail.alias"])]

    @api.model
    def _find_answered_outage(self, message_dict):
        """Return the id of the outage whose message a mail answers, or None.

        Without a query for what answers none. Who names an incident means that.
        """
        if message_dict.get("is_bounce"):
            return None
        answered = message_dict.get("in_reply_to") or ""
        if TICKET_MARK in answered:
            return None
        known = f"{answered} {message_dict.get('references') or ''}"
        ids = [one for one in mail_header_msgid_re.findall(known) if MARK in one]
        if not ids or self._find_named_incident(message_dict):
            return None
        # SUDO: the mail gateway finds out what a mail answers.
        messages = self.env["mail.message"].sudo()
        found = messages.search_fetch(
            [("message_id", "in", ids), ("model", "=", OUTAGE)],
            ["res_id"],
            order="id desc",
            limit=1,
        )
        if found:
            message_dict["parent_id"] = found.id
        return found.res_id or None

    @api.model
    def _keeps_every_mail(self, route):
        return route[0] == OUTAGE or super()._keeps_every_mail(route)

    @api.model
    def _is_protected(self, message):
        if message and message.model == OUTAGE:
            return True
        return super()._is_protected(message)
