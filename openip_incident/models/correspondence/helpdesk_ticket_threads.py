# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.tools import SQL

from .incident_notice import CANCELLED, SET_ASIDE
from .letter import MAIL


class HelpdeskTicket(models.Model):
    """Knows by its notices which mails each party has had."""

    _inherit = "helpdesk.ticket"

    def _get_threads(self):
        notices = self.env["incident.notice"]
        notices.flush_model(["status"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT notice.ticket_id, notice.partner_id,
                       (array_agg(message.message_id ORDER BY notice.id))[1],
                       (array_agg(message.message_id ORDER BY notice.id DESC))[1]
                  FROM incident_notice AS notice
                  JOIN mail_message AS message ON message.id = notice.message_id
                 WHERE notice.ticket_id IN %(tickets)s
                   AND notice.partner_id IS NOT NULL
                   AND notice.channel = %(mail)s
                   AND notice.status NOT IN %(unmailed)s
              GROUP BY notice.ticket_id, notice.partner_id
                """,
                tickets=tuple(self.ids),
                unmailed=(CANCELLED, *SET_ASIDE),
                mail=MAIL,
            )
        )
        return {(ticket, partner): ids for ticket, partner, *ids in rows}
