# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.tools import html2plaintext

from ...tools.mail_report import get_reported_ids, reports_failure


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        """Mark what a machine or a forger wrote: it is kept, but answers nothing."""
        if message_dict.get("is_bounce") and not reports_failure(message):
            self._route_to_reported_incident(message, message_dict)
        routes = super().message_route(
            message, message_dict, model, thread_id, custom_values
        )
        if any(route[0] == "helpdesk.ticket" for route in routes or ()):
            message_dict["incident_disregard"] = self._get_disregard(
                message, message_dict
            )
        return routes

    def _route_to_reported_incident(self, message, message_dict):
        """Take a report that is no bounce for what it is: a mail about an incident."""
        reported = message_dict.get("bounced_message")
        reported = reported or self._get_reported_message(message)
        if reported and reported.model == "helpdesk.ticket":
            message_dict.update(
                is_bounce=False,
                in_reply_to=reported.message_id,
                references=reported.message_id,
            )

    def _get_reported_message(self, message):
        """Return the mail of an incident that a report is about."""
        # SUDO: the mail gateway finds out what the mail system reports on.
        messages = self.env["mail.message"].sudo()
        return messages.search(
            [
                ("message_id", "in", get_reported_ids(message)),
                ("model", "=", "helpdesk.ticket"),
            ],
            order="id desc",
            limit=1,
        )

    def _get_message_create_valid_field_names(self):
        return super()._get_message_create_valid_field_names() | {
            "incident_disregard",
            "incident_private_party_id",
        }

    def _routing_handle_bounce(self, email_message, message_dict):
        """Record on the notice that a party could not be reached."""
        res = super()._routing_handle_bounce(email_message, message_dict)
        failed = reports_failure(email_message)
        bounced = message_dict.get("bounced_message")
        if failed and not bounced:
            bounced = self._get_reported_message(email_message)
        if failed and bounced:
            # SUDO: the mail gateway records what the mail system reports.
            notices = self.env["incident.notice"].sudo()
            reason = html2plaintext(message_dict.get("body") or "")
            notices.search([("message_id", "in", bounced.ids)])._set_bounced(
                reason[:500]
            )
        return res
