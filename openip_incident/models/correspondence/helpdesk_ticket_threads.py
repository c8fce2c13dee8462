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
        # Each reader's notices by their ticket, then two messages of them. Not by the
        # message, which PostgreSQL would take for a short way through all notices
        # where most have none any more.
        rows = self.env.execute_query(
            SQL(
                """
                SELECT thread.ticket_id, thread.partner_id,
                       earliest.message_id, latest.message_id
                  FROM (
                        SELECT ticket_id, partner_id,
                               array_agg(message_id ORDER BY id)
                               FILTER (WHERE message_id IS NOT NULL) AS ids
                          FROM incident_notice
                         WHERE ticket_id IN %(tickets)s
                           AND partner_id IS NOT NULL
                           AND channel = %(mail)s
                           AND status NOT IN %(unmailed)s
                      GROUP BY ticket_id, partner_id
                       ) AS thread
                  JOIN mail_message AS earliest ON earliest.id = thread.ids[1]
                  JOIN mail_message AS latest
                    ON latest.id = thread.ids[cardinality(thread.ids)]
                """,
                tickets=tuple(self.ids),
                unmailed=(CANCELLED, *SET_ASIDE),
                mail=MAIL,
            )
        )
        return {(ticket, partner): ids for ticket, partner, *ids in rows}
