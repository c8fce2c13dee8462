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
        # Each reader's notices by their ticket, then two messages of them, each by its
        # key: joined, PostgreSQL takes reading all notices, or twice all messages, for
        # a shorter way.
        rows = self.env.execute_query(
            SQL(
                """
                SELECT ticket_id, partner_id,
                       (SELECT message_id FROM mail_message WHERE id = ids[1]),
                       (SELECT message_id FROM mail_message
                         WHERE id = ids[cardinality(ids)])
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
                 WHERE ids IS NOT NULL
                """,
                tickets=tuple(self.ids),
                unmailed=(CANCELLED, *SET_ASIDE),
                mail=MAIL,
            )
        )
        return {(ticket, partner): ids for ticket, partner, *ids in rows}
