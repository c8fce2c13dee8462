# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import escape

from odoo import models

from ..inbounds import IN_GATEWAY

ACTIVITY = "openip_incident.mail_activity_type_kept_inside"


class HelpdeskTicket(models.Model):
    """Tells a colleague whose mail stays inside that no party has got it.

    Who answers the notification of an incident by mail believes that the answer has
    gone to the party. Anybody can write in a colleague's name: it must not.
    """

    _inherit = "helpdesk.ticket"

    def _message_post_after_hook(self, message, msg_values):
        res = super()._message_post_after_hook(message, msg_values)
        if self.env.context.get(IN_GATEWAY) and self.is_incident:
            # SUDO: whether an author is a colleague is no secret of the gateway's.
            self.sudo()._tell_colleague(message.sudo())
        return res

    def _tell_colleague(self, message):
        author = message.author_id
        user = author.user_ids.filtered(lambda user: user._is_internal())[:1]
        outside = self._get_incident_party(author) or message.incident_disregard
        # Who answers an internal note knows that it is one.
        known = outside or message.is_internal
        if message.message_type != "email" or not user or known:
            return
        kind = self.env.ref(ACTIVITY)
        told = self.activity_ids.filtered(
            lambda item: item.activity_type_id == kind and item.user_id == user
        )
        if not told:
            env = self.with_context(lang=user.lang or self.env.lang).env
            self.activity_schedule(
                ACTIVITY,
                user_id=user.id,
                summary=env._("Your mail stays inside: no party has got it"),
                note=escape(
                    env._(
                        "What you answered by mail is an internal note of %(number)s. "
                        "Write to the parties in the conversation of the incident, or "
                        "with its buttons. If you have not written it, somebody has "
                        "used your address.",
                        number=self.number,
                    )
                ),
            )
