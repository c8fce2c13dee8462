# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, models

from ...tools.mail_classifier import FLOOD


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _detect_loop_sender(self, message, message_dict, routes):
        """Keep mail for incidents, however much of it its sender writes (G4, G8).

        Core drops what somebody writes beyond 20 mails in two hours, and answers it,
        human or machine. Here it is kept and answered by nobody; what looks like a loop
        counts as no answer until an agent says so.
        """
        if not any(self._keeps_every_mail(route) for route in routes or ()):
            return super()._detect_loop_sender(message, message_dict, routes)
        if not message_dict.get("incident_disregard") and self._is_flooded(
            message_dict, routes
        ):
            message_dict["incident_disregard"] = FLOOD
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

    @api.model
    def _is_flooded(self, message_dict, routes):
        """Tell whether one sender has written as often as core thinks a loop does."""
        # SUDO: the limits are those of core's settings; messages are only counted.
        env = self.sudo().env
        parameters = env["ir.config_parameter"]
        span = int(parameters.get_param("mail.gateway.loop.minutes", 120))
        limit = int(parameters.get_param("mail.gateway.loop.threshold", 20))
        author = ("author_id", "=", message_dict.get("author_id"))
        if not message_dict.get("author_id"):
            author = ("email_from", "=", message_dict.get("email_from"))
        return any(
            env["mail.message"].search_count(
                [
                    ("model", "=", model),
                    ("res_id", "=", thread_id),
                    ("message_type", "=", "email"),
                    ("create_date", ">=", env.cr.now() - timedelta(minutes=span)),
                    author,
                ],
                limit=limit,
            )
            >= limit
            for model, thread_id, *_rest in routes
            if thread_id
        )
