# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ..inbounds import IN_GATEWAY


class MailThread(models.AbstractModel):
    """Has the gateway write what colleagues read in the language of who reads it.

    It runs as nobody in particular, who reads English.
    """

    _inherit = "mail.thread"

    def _message_route_process(self, message, message_dict, routes):
        lang = self.env.context.get(IN_GATEWAY) and self._get_colleague_lang(routes)
        # The language that is read anyway is not read once more.
        known = (False, self.env.lang or "en_US")
        threads = self if lang in known else self.with_context(lang=lang)
        return super(MailThread, threads)._message_route_process(
            message, message_dict, routes
        )

    @api.model
    def _get_colleague_lang(self, routes):
        """Return the language of the colleague in charge of what a mail belongs to.

        :return: code of an installed language, or False
        """
        for route in routes or ():
            team, colleague = self._get_colleagues(route)
            colleague = colleague or team.user_id or team.user_ids[:1]
            # The company's and our own are asked for next, by one query for all.
            own = self.env.user.partner_id | team.company_id.partner_id
            (colleague.partner_id | own).mapped("lang")
            if colleague.lang:
                return colleague.lang
        return False

    @api.model
    def _get_colleagues(self, route):
        """Return the team that a route leads to, and who is in charge, if known.

        :param route: (model, thread id, values of a new record, user id, alias)
        """
        model, thread_id, values = route[:3]
        # SUDO: a language is looked up.
        env = self.sudo().env
        team = env["helpdesk.ticket.team"].browse((values or {}).get("team_id"))
        # One query for all of them: core asks next who posts.
        users = env["res.users"].browse(filter(None, {route[3], self.env.uid}))
        if model != "helpdesk.ticket" or not thread_id:
            (team.user_id | users).mapped("active")
            return team, users.browse()
        ticket = env[model].browse(thread_id)
        (ticket.user_id | users).mapped("active")
        return ticket.team_id, ticket._get_incident_contact()
