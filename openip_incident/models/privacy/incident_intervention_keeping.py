# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.tools import SQL

from ...tools.calendar_file import MIMETYPE

EXPORTED = ("begin_date", "end_date", "place", "state")


class IncidentPersonalData(models.AbstractModel):
    """Knows to whose address somebody was sent, and what calendars were told of it."""

    _inherit = "incident.personal.data"

    @api.model
    def _collect_letters(self, subject):
        """What tells of a visit names the place, to both parties and in the chatter."""
        res = super()._collect_letters(subject)
        subject.add(
            "letters",
            self._query_ids(
                """
                WITH letter AS (
                    SELECT DISTINCT message.id
                      FROM ir_attachment file
                      JOIN mail_message message ON message.id = file.res_id
                      JOIN helpdesk_ticket ticket ON ticket.id = message.res_id
                     WHERE file.res_model = 'mail.message'
                       AND file.mimetype = %(kind)s
                       AND message.model = 'helpdesk.ticket'
                       AND (ticket.id IN %(reported)s OR ticket.partner_id IN %(ids)s)
                )
                SELECT id FROM letter
                UNION
                SELECT notice.entry_id FROM incident_notice notice
                  JOIN letter ON letter.id = notice.message_id
                 WHERE notice.entry_id IS NOT NULL
                """,
                kind=MIMETYPE,
                reported=subject.ids("reported"),
                ids=tuple(subject.partners.ids),
            ),
        )
        return res

    @api.model
    def _erase(self, subject):
        self._erase_interventions(subject)
        return super()._erase(subject)

    @api.model
    def _erase_interventions(self, subject):
        """Empty the interventions of a person's incidents."""
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                UPDATE incident_intervention visit
                   SET place = NULL, visitor = NULL
                  FROM helpdesk_ticket ticket
                 WHERE ticket.id = visit.ticket_id
                   AND (ticket.id IN %s OR ticket.partner_id IN %s)
                """,
                subject.ids("reported"),
                tuple(subject.partners.ids),
            )
        )

    @api.model
    def _prepare_export(self, subject, tickets):
        data, files = super()._prepare_export(subject, tickets)
        own = tickets.filtered(lambda one: one.partner_id in subject.partners)
        visits = own.incident_intervention_ids
        data["interventions"] = self._read_fields(visits, EXPORTED)
        return data, files


class MailMessage(models.Model):
    _inherit = "mail.message"

    def _reduce_letters(self):
        """Delete the calendar files of letters with their words."""
        files = self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("mimetype", "=", MIMETYPE),
            ]
        )
        res = super()._reduce_letters()
        files.unlink()
        return res
