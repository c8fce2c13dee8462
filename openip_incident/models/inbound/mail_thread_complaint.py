# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import escape

from odoo import api, models

from ...tools.mail_complaint import get_complainers, is_complaint
from ...tools.mail_signs import COMPLAINT as DISREGARDED
from ..inbounds import COMPLAINT, READING

ACTIVITY = "openip_incident.mail_activity_type_complaint"


class MailThread(models.AbstractModel):
    """Keeps the complaint of a reader about a mail of ours, and tells a manager.

    It answers nothing and is answered by nobody. Too many of them, and a provider
    takes no more mail from us.
    """

    _inherit = "mail.thread"

    def message_route(self, message, message_dict, *args, **kwargs):
        if not self._reads_reports() or not is_complaint(message):
            return super().message_route(message, message_dict, *args, **kwargs)
        message_dict["is_bounce"] = False
        ticket = self._find_complained(message, message_dict)
        if not ticket:
            self.env.context[READING].report = COMPLAINT
            return []
        ticket._tell_complaint(message_dict.get("subject"))
        message_dict["incident_disregard"] = (
            self._get_disregard(message, message_dict, ticket.id) or DISREGARDED
        )
        return [(ticket._name, ticket.id, None, self.env.uid, self.env["mail.alias"])]

    @api.model
    def _find_complained(self, message, message_dict):
        """Return the incident whose mail somebody complains about, if it is known."""
        # SUDO: the mail gateway finds out whose mail this is.
        tickets = self.env["helpdesk.ticket"].sudo()
        reported = self._get_reported_message(message)
        ticket = tickets.browse(reported.res_id).exists()
        if not ticket.is_incident:
            # SUDO: see above.
            notices = self.env["incident.notice"].sudo()
            subject = message_dict.get("subject") or ""
            ticket = notices._find_failed(get_complainers(message), subject).ticket_id
        return ticket


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _tell_complaint(self, subject):
        """Have a manager look at a complaint, in the manager's language."""
        self.ensure_one()
        managers = self.env["res.users"]._get_incident_managers()
        user = managers[:1] or self._get_incident_contact()
        kind = self.env.ref(ACTIVITY)
        if not user or kind in self.activity_ids.activity_type_id:
            return
        env = self.with_context(lang=user.lang).env
        self.activity_schedule(
            ACTIVITY,
            user_id=user.id,
            summary=env._("A reader calls a mail of ours spam"),
            note=escape(
                env._(
                    "The provider of a party has sent a complaint (%(subject)s). It is "
                    "in the conversation. Ask the party whether it wants our mails: "
                    "too many complaints, and the provider takes none of them any "
                    "more.",
                    subject=subject or "",
                )
            ),
        )
