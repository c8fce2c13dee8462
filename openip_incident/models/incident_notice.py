# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

QUEUED = "queued"
SENT = "sent"
FAILED = "failed"
BOUNCED = "bounced"
CANCELLED = "cancelled"


class IncidentNotice(models.Model):
    """One mail to one party: the evidence of its delivery.

    Core stores no date of sending and deletes the mails it sent.
    """

    _name = "incident.notice"
    _description = "Incident Notice"
    _order = "id desc"
    _rec_name = "partner_id"

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Incident",
        required=True,
        index=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Party",
        required=True,
        index=True,
        ondelete="restrict",
    )
    email = fields.Char(help="The address at the time of writing.")
    entry_id = fields.Many2one(
        comodel_name="mail.message",
        string="Entry in the chatter",
        index="btree_not_null",
        ondelete="set null",
    )
    message_id = fields.Many2one(
        comodel_name="mail.message",
        string="Message to the party",
        index="btree_not_null",
        ondelete="set null",
    )
    subject = fields.Char(related="message_id.subject")
    status = fields.Selection(
        selection=[
            (QUEUED, "Queued"),
            (SENT, "Sent"),
            (FAILED, "Failed"),
            (BOUNCED, "Bounced"),
            (CANCELLED, "Cancelled"),
        ],
        required=True,
        default=QUEUED,
    )
    sent_date = fields.Datetime(string="Sent on")
    failure = fields.Char()

    _unsent_idx = models.Index("(ticket_id) WHERE status IN ('queued', 'failed')")

    def _set_sent(self):
        """Record that the mail server accepted these notices."""
        self.write(
            {"status": SENT, "sent_date": fields.Datetime.now(), "failure": False}
        )

    def _set_failed(self, reason):
        """Record that these notices could not be handed to a mail server."""
        self.write({"status": FAILED, "failure": reason})

    def _set_bounced(self, reason):
        """Record that the other side sent these notices back."""
        self.write({"status": BOUNCED, "failure": reason})

    def _format_delivery(self):
        """Return what the chatter shows of these notices, in their order."""
        labels = dict(self._fields["status"]._description_selection(self.env))
        return [
            {
                "id": notice.id,
                "party": notice.partner_id.display_name,
                "email": notice.email or "",
                "status": notice.status,
                "label": labels[notice.status],
                "sent_date": fields.Datetime.to_string(notice.sent_date) or False,
                "failure": notice.failure or "",
            }
            for notice in self.sorted("id")
        ]
