# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.tools import email_normalize, email_split
from odoo.tools.mail import unfold_references

from odoo.addons.openip_incident.tools.mail_limits import MAX_REFERENCES
from odoo.addons.openip_incident.tools.mail_signs import DOUBTFUL

from ...tools.mail_screen import WORTHLESS


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        """Send what would become a new ticket to where it belongs.

        The alias stays one of tickets: on another model core would take every answer
        for something new.
        """
        routes = super().message_route(
            message, message_dict, model, thread_id, custom_values
        )
        if not routes and message_dict.get("is_bounce"):
            routes = self._get_backscatter_routes(message, message_dict)
        distinct = {}
        for index, route in enumerate(routes or ()):
            route = self._reroute_to_intake(message, message_dict, route)
            # Two aliases may lead to one record, which must hear the mail once.
            distinct.setdefault((route[0], route[1] or f"new {index}"), route)
        return list(distinct.values())

    def _keeps_every_mail(self, route):
        return route[0] == "incident.intake" or super()._keeps_every_mail(route)

    def _get_colleagues(self, route):
        if route[0] != "incident.intake" or not route[1]:
            return super()._get_colleagues(route)
        # SUDO: a language is looked up.
        intake = self.env["incident.intake"].sudo().browse(route[1])
        return intake.team_id, intake.team_id.user_id

    def _reroute_to_intake(self, message, message_dict, route):
        model, thread_id, values, user_id, alias = route
        # SUDO: the mail gateway decides by what there is, not by who may read it.
        intakes = self.env["incident.intake"].sudo()
        team = intakes.team_id.browse((values or {}).get("team_id"))
        if model == "incident.intake":
            ticket, intake = intakes.ticket_id, intakes.browse(thread_id)
        elif model == "helpdesk.ticket" and not thread_id and team._has_intake():
            ticket, intake = intakes.ticket_id, self._find_conversation(message_dict)
        else:
            return route
        ticket = ticket or intake.ticket_id
        if ticket:
            self._set_party_as_author(message_dict, ticket)
            route = ("helpdesk.ticket", ticket.id, None, user_id, alias)
        elif intake:
            route = ("incident.intake", intake.id, None, user_id, alias)
        else:
            values = {"team_id": team.id, "mail": message}
            route = ("incident.intake", 0, values, user_id, alias)
        message_dict["incident_disregard"] = self._get_disregard(
            message, message_dict, ticket.id
        )
        return route

    def _find_conversation(self, message_dict):
        """Return the intake to which a mail belongs, by what it answers.

        What a machine wrote starts no conversation: whoever answers it is heard anew.
        """
        # SUDO: see above.
        intakes = self.env["incident.intake"].sudo()
        references = unfold_references(
            f"{message_dict.get('references')} {message_dict.get('in_reply_to')}"
        )[-MAX_REFERENCES:]
        answered = intakes.original_id.search(
            [("message_id", "in", references), ("model", "=", intakes._name)],
            order="id desc",
            limit=1,
        )
        intake = intakes.browse(answered.res_id).exists()
        sender = email_normalize(message_dict.get("email_from") or "")
        discarded = intake.state == "discarded" and intake.hold_reason in WORTHLESS
        doubtful = intake.hold_reason in DOUBTFUL and intake.email_normalized != sender
        return intakes if discarded or doubtful else intake

    def _routing_handle_bounce(self, email_message, message_dict):
        """Show agents also the form link that a report is about which names no mail."""
        res = super()._routing_handle_bounce(email_message, message_dict)
        if message_dict.get("incident_reported") or message_dict.get("bounced_message"):
            return res
        # SUDO: see above.
        intakes = self.env["incident.intake"].sudo()
        addresses = self._get_unnamed_addresses(email_message)
        unreached = intakes._find_unreached(addresses)
        if unreached:
            unreached.to_review = True
            message_dict["incident_reported"] = True
            self._note_report(True)
        return res

    def _get_backscatter_routes(self, message, message_dict):
        """Return routes for reports on mails that are not ours, which core drops."""
        if message_dict.get("incident_reported") or message_dict.get("bounced_message"):
            return []
        if self._get_reported_message(message):
            return []
        recipients = [
            address.lower()
            for address in email_split(message_dict.get("recipients") or "")
        ]
        # SUDO: see above.
        teams = self.env["helpdesk.ticket.team"].sudo()
        return [
            ("helpdesk.ticket", 0, {"team_id": team.id}, self.env.uid, team.alias_id)
            for team in teams.search([("alias_full_name", "in", recipients)])
            if team._has_intake()
        ]
