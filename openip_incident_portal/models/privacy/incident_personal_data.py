# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.tools import SQL

INTAKE_FIELDS = (
    "received_date",
    "subject",
    "email_from",
    "body",
    "lang",
    "state",
    "sent_date",
    "submitted_date",
)


class IncidentPersonalData(models.AbstractModel):
    """Knows what the mail intake and the form keep of a contact."""

    _inherit = "incident.personal.data"

    @api.model
    def _collect(self, subject):
        subject.add(
            "intakes",
            self._query_ids(
                """
                SELECT id FROM incident_intake
                 WHERE partner_id IN %(ids)s
                    OR partner_id IS NULL AND email_normalized IN %(emails)s
                """,
                ids=tuple(subject.partners.ids),
                emails=tuple(subject.marks.emails) or ("",),
            ),
        )
        subject.add(
            "tickets",
            self._query_ids(
                "SELECT ticket_id FROM incident_intake WHERE id IN %(intakes)s",
                intakes=subject.ids("intakes"),
            ),
        )
        return super()._collect(subject)

    @api.model
    def _collect_reported(self, subject):
        """A form's words are those of who got its link."""
        res = super()._collect_reported(subject)
        subject.add(
            "reported",
            self._query_ids(
                "SELECT ticket_id FROM incident_intake WHERE id IN %(intakes)s",
                intakes=subject.ids("intakes"),
            ),
        )
        return res

    @api.model
    def _collect_acknowledgements(self, subject):
        """The mails that acknowledge a report repeat it, to both parties."""
        subject.add(
            "letters",
            self._query_ids(
                """
                WITH acknowledgement AS (
                    SELECT min(id) AS id FROM mail_message
                     WHERE model = 'helpdesk.ticket' AND res_id IN %(reported)s
                       AND message_type = 'auto_comment'
                       AND id NOT IN %(messages)s
                     GROUP BY res_id
                )
                SELECT id FROM acknowledgement
                UNION
                SELECT notice.message_id FROM incident_notice notice
                  JOIN acknowledgement ON acknowledgement.id = notice.entry_id
                 WHERE notice.message_id IS NOT NULL
                """,
                reported=subject.ids("reported"),
                messages=subject.ids("messages"),
            ),
        )

    @api.model
    def _collect_letters(self, subject):
        """Form links greet by name; colleagues' notes on an intake are theirs."""
        res = super()._collect_letters(subject)
        self._collect_acknowledgements(subject)
        subject.add(
            "letters",
            self._query_ids(
                """
                SELECT id FROM mail_message
                 WHERE model = 'incident.intake' AND res_id IN %(intakes)s
                   AND message_type IN %(types)s
                """,
                intakes=subject.ids("intakes"),
                types=("email", "auto_comment", "user_notification", "email_outgoing"),
            ),
        )
        return res

    @api.model
    def _erase(self, subject):
        self._erase_intakes(subject)
        return super()._erase(subject)

    @api.model
    def _erase_intakes(self, subject):
        """Empty a person's intakes; those that wait are discarded."""
        ids = subject.ids("intakes")
        intakes = self.env["incident.intake"].browse(ids).exists()
        self.env["ir.attachment"].search(
            [("res_model", "=", intakes._name), ("res_id", "in", intakes.ids)]
        ).unlink()
        # SUDO: what servers have said of a person's address goes with the rest.
        intakes.sudo().notice_ids.write({"failure": False, "reduced": True})
        self._blank(intakes._table, ids, keep=("state", "hold_reason", "lang"))
        self.env.execute_query(
            SQL(
                "UPDATE incident_intake SET to_review = FALSE, "
                "link_version = COALESCE(link_version, 0) + 1, "
                "state = CASE WHEN state = 'sent' THEN 'discarded' ELSE state END "
                "WHERE id IN %s",
                ids,
            )
        )

    @api.model
    def _get_kept_ticket_columns(self):
        return (
            *super()._get_kept_ticket_columns(),
            "incident_form_key",
            "incident_form_lang",
        )

    @api.model
    def _get_documents(self, subject):
        documents = super()._get_documents(subject)
        return [*documents, ("incident.intake", subject.ids("intakes"))]

    @api.model
    def _get_holders(self, partners):
        holders = super()._get_holders(partners)
        # SUDO: what holds a contact is counted, whoever may read it.
        intakes = self.env["incident.intake"].sudo()
        count = intakes.search_count([("partner_id", "in", partners.ids)])
        if count:
            holders.append(self.env._("%s intakes", count))
        return holders

    # Handing out

    @api.model
    def _prepare_export(self, subject, tickets):
        data, files = super()._prepare_export(subject, tickets)
        intakes = self.env["incident.intake"].browse(subject.ids("intakes")).exists()
        data["intakes"] = self._read_fields(intakes.sorted("id"), INTAKE_FIELDS)
        return data, files | intakes.file_ids
