# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import SQL

from ..inbounds import RECEIVED

# When the database last began: it forgets its figures where it recovers from the end of
# one of its processes, without being started anew, and ends all connections as well.
BEGIN = SQL(
    "greatest(pg_postmaster_start_time(), (SELECT stats_reset FROM pg_stat_bgwriter))"
)
# So often a mail is read again that the database has cut off: it may be the mail that
# ends the database.
MOST_CUTS = 3


class IncidentInbound(models.Model):
    """Tells a mail that ended its reader from one that the database has cut off (G6).

    Who reads a mail writes down when it began, by the clock of the database. One that
    has begun anew since has ended all connections, and perhaps Odoo with them; who
    loses only its own lives on to say so.
    """

    _inherit = "incident.inbound"

    read_date = fields.Datetime(
        string="Last read on",
        readonly=True,
        help="When the gateway last began to read the mail; empty when the database"
        " has cut it off.",
    )
    cut_count = fields.Integer(
        string="Cut off",
        readonly=True,
        help="How often the mail was read again because the database had ended the"
        " connection on which it was read.",
    )

    def _take_up(self):
        """Begin to read a mail anew that the database has cut off.

        :return: the row, empty if it is none of these, or was too often
        """
        taken = SQL(
            "UPDATE incident_inbound SET read_date = now() AT TIME ZONE 'UTC',"
            " cut_count = coalesce(cut_count, 0) + 1 "
            "WHERE id IN %(ids)s AND state = %(state)s"
            " AND coalesce(cut_count, 0) < %(most)s"
            " AND (read_date IS NULL OR"
            " read_date < %(begin)s AT TIME ZONE 'UTC') "
            "RETURNING id",
            begin=BEGIN,
            ids=tuple(self.ids) or (0,),
            state=RECEIVED,
            most=MOST_CUTS,
        )
        found = self.browse(row[0] for row in self.env.execute_query(taken))
        found.invalidate_recordset(["read_date", "cut_count"])
        return found

    @api.model
    def _note_cut(self, keys):
        """Note that nobody reads some mails any more, through no fault of theirs.

        :param keys: of the mails
        """
        self.env.cr.execute(
            SQL(
                "UPDATE incident_inbound SET read_date = NULL "
                "WHERE key IN %s AND state = %s",
                tuple(keys),
                RECEIVED,
            )
        )
