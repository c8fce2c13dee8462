# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ...tools.mail_failure import reports_failure
from ...tools.mail_source import FetchedMail, read_source


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

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

    @api.model
    def _detect_loop_sender(self, message, message_dict, routes):
        """Keep mail for incidents, however much of it its sender writes (G4, G8).

        Core drops what somebody writes beyond 20 mails in two hours, and answers it,
        human or machine. Here it is kept and answered by nobody; what looks like a loop
        counts as no answer until an agent says so.
        """
        if not any(self._keeps_every_mail(route) for route in routes or ()):
            return super()._detect_loop_sender(message, message_dict, routes)
        self._mark_habit(message, message_dict, routes)
        return False

    @api.model
    def _keeps_every_mail(self, route):
        """Tell whether a route leads to what must not lose any mail.

        :param route: (model, thread id, values of a new record, user id, alias)
        """
        model, thread_id, values = route[:3]
        if model != "helpdesk.ticket":
            return False
        # SUDO: the mail gateway finds out whose mail this is.
        env = self.sudo().env
        if thread_id:
            return env["helpdesk.ticket"].browse(thread_id).is_incident
        team_id = (values or {}).get("team_id")
        return env["helpdesk.ticket.team"].browse(team_id).incident_process

    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        """Lead a mail where it belongs, and mark what a machine wrote.

        In this order: a report is taken for what it reports on; a mail leads to the
        incident that it names, in its address or its subject, before core turns it down
        and after core has routed it; what a machine or a forger wrote is kept, but
        answers nothing.
        """
        if message_dict.get("is_bounce") and not reports_failure(message):
            self._route_to_reported_incident(message, message_dict)
        routes = self._find_lost_route(message_dict)
        if not routes:
            routes = super().message_route(
                message, message_dict, model, thread_id, custom_values
            )
            routes = [
                self._reroute_by_name(message_dict, item) for item in routes or ()
            ]
        tickets = [route for route in routes or () if route[0] == "helpdesk.ticket"]
        if tickets:
            message_dict["incident_disregard"] = self._get_disregard(
                message, message_dict, tickets[0][1]
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

    def _get_message_create_valid_field_names(self):
        return super()._get_message_create_valid_field_names() | {
            "incident_disregard",
            "incident_private_party_id",
        }
