# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.tools import SQL

from ..informed.helpdesk_ticket_informed import NOTE_MARK

INVITATION_FIELDS = ("create_date", "name", "email", "state")


class IncidentPersonalData(models.AbstractModel):
    """Knows who was invited to the portal, and who is kept informed of an incident."""

    _inherit = "incident.personal.data"

    @api.model
    def _collect(self, subject):
        subject.add(
            "invitations",
            self._query_ids(
                """
                SELECT id FROM incident_invitation
                 WHERE partner_id IN %(ids)s OR email IN %(emails)s
                """,
                ids=tuple(subject.partners.ids),
                emails=tuple(subject.marks.emails) or ("",),
            ),
        )
        return super()._collect(subject)

    @api.model
    def _erase(self, subject):
        """Delete what says nothing but who was to be asked, or told."""
        invitations = self._get_invitations(subject)
        self._scrub_invitations(subject, invitations.party_id)
        invitations.unlink()
        self._scrub_informed(subject)
        self._scrub_handlers(subject)
        self.env["incident.informed"].search(
            [("partner_id", "in", subject.partners.ids)]
        ).unlink()
        return super()._erase(subject)

    @api.model
    def _scrub_invitations(self, subject, parties):
        """Take a person out of what companies' chatters say of its invitations."""
        pattern = subject.marks.get_part_pattern()
        ids = tuple(parties.ids) or (0,)
        logs = SQL(
            "model = 'res.partner' AND res_id IN %s AND message_type = 'notification'",
            ids,
        )
        self._scrub("mail.message", pattern, logs, ["body"])
        activities = SQL("res_model = 'res.partner' AND res_id IN %s", ids)
        self._scrub("mail.activity", pattern, activities)

    @api.model
    def _scrub_informed(self, subject):
        """Take a person out of what incidents say of who is informed of them."""
        notes = SQL(
            """
            model = 'helpdesk.ticket' AND message_type = 'notification' AND (
                message_id LIKE ANY(%(marks)s)
                OR res_id IN (
                    SELECT id FROM helpdesk_ticket
                     WHERE customer_party_id IN %(parties)s
                        OR integrator_party_id IN %(parties)s
                    UNION
                    SELECT ticket_id FROM incident_informed
                     WHERE partner_id IN %(ids)s
                )
            )
            """,
            marks=[f"<{NOTE_MARK % one}%" for one in subject.partners.ids],
            parties=tuple(subject.partners.incident_party_id.ids) or (0,),
            ids=tuple(subject.partners.ids) or (0,),
        )
        pattern = subject.marks.get_certain_pattern()
        self._scrub("mail.message", pattern, notes, ["body"])

    @api.model
    def _scrub_handlers(self, subject):
        """Take a person out of what chatters say of who has handled an incident."""
        field = self.env["ir.model.fields"]._get(
            "helpdesk.ticket", "integrator_handler_id"
        )
        ids = tuple(subject.partners.ids) or (0,)
        changes = SQL(
            "field_id = %s AND (old_value_integer IN %s OR new_value_integer IN %s)",
            field.id,
            ids,
            ids,
        )
        pattern = subject.marks.get_part_pattern()
        columns = ["old_value_char", "new_value_char"]
        self._scrub("mail.tracking.value", pattern, changes, columns)

    @api.model
    def _prepare_export(self, subject, tickets):
        data, files = super()._prepare_export(subject, tickets)
        invitations = self._get_invitations(subject).sorted("id")
        data["invitations"] = self._read_fields(invitations, INVITATION_FIELDS)
        return data, files

    @api.model
    def _get_invitations(self, subject):
        return (
            self.env["incident.invitation"].browse(subject.ids("invitations")).exists()
        )
