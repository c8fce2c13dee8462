# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import SQL

from .personal_data_keeping import KEEPING_DAYS, get_end

VACUUM_BATCH = 1000


class IncidentNotice(models.Model):
    """Keeps of the mails of old incidents that they were sent, not what they said."""

    _inherit = "incident.notice"

    reduced = fields.Boolean(
        readonly=True,
        help="Address and words are gone: kind, party, status and dates are left.",
    )

    # What is not reduced yet, the oldest first: the incidents still open among them
    # are few, those that are reduced already are not looked at.
    _unreduced_idx = models.Index("(create_date) WHERE reduced IS NOT TRUE")

    @api.autovacuum
    def _gc_notices(self):
        """Reduce the mails of incidents that were closed long ago, a batch per run."""
        end = get_end(self.env, "notices", KEEPING_DAYS["notices"])
        if not end:
            return None
        old = self._find_outdated(end)
        old._reduce()
        return len(old), len(old) == VACUUM_BATCH

    @api.model
    def _find_outdated(self, end):
        """Return mails of incidents that were closed, or archived, before a date."""
        self.flush_model()
        self.env["helpdesk.ticket"].flush_model(
            ["active", "closed_date", "stage_id", "write_date"]
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT notice.id
                  FROM incident_notice notice
                  JOIN helpdesk_ticket ticket ON ticket.id = notice.ticket_id
             LEFT JOIN helpdesk_ticket_stage stage ON stage.id = ticket.stage_id
                 WHERE notice.reduced IS NOT TRUE
                   AND notice.create_date < %(end)s
                   AND (stage.closed AND ticket.closed_date < %(end)s
                        OR ticket.active IS NOT TRUE AND ticket.write_date < %(end)s)
                 ORDER BY notice.create_date
                 LIMIT %(limit)s
                """,
                end=end,
                limit=VACUUM_BATCH,
            )
        )
        return self.browse(row[0] for row in rows)

    def _reduce(self):
        """Take address and words away; what comes back still finds its incident.

        The hidden message stays with its Message-ID, the entry in the chatter as well.
        """
        # SUDO: rows of mails are the process's own.
        notices = self.sudo()
        notices |= notices.digest_id.mail_notice_ids
        notices.write({"email": False, "failure": False, "reduced": True})
        notices.message_id._reduce_letters()
