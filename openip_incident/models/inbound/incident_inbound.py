# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import SQL

from ..inbounds import ASIDE, DISCARDED, DONE, QUARANTINED, REASONS, RECEIVED


class IncidentInbound(models.Model):
    """One mail that arrived for incidents: the evidence that it was not lost.

    The row is there before the mail is parsed. What could not be processed keeps its
    source until a human has looked at it (G4, G6).
    """

    _name = "incident.inbound"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Incoming Mail"
    _mail_post_access = "read"
    _order = "id desc"
    _rec_name = "subject"

    key = fields.Char(
        string="Message-ID",
        required=True,
        readonly=True,
        help="Or the hash of the whole mail, where it has no Message-ID.",
    )
    date = fields.Datetime(
        string="Received on",
        required=True,
        readonly=True,
        default=fields.Datetime.now,
    )
    state = fields.Selection(
        selection=[
            (RECEIVED, "Received"),
            (DONE, "Processed"),
            (ASIDE, "Set aside"),
            (QUARANTINED, "In quarantine"),
            (DISCARDED, "Discarded"),
        ],
        required=True,
        readonly=True,
        default=RECEIVED,
    )
    reason = fields.Selection(selection=REASONS, readonly=True)
    failure = fields.Char(string="What went wrong", readonly=True)
    email_from = fields.Char(string="Sender", readonly=True)
    lang = fields.Char(string="Language of the sender", compute="_compute_lang")
    sender_told_date = fields.Datetime(string="Sender told on", readonly=True)
    subject = fields.Char(readonly=True)
    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    company_id = fields.Many2one(related="team_id.company_id")
    model = fields.Char(
        readonly=True,
        help="What a mail that fits nowhere becomes, as the mail server is configured.",
    )
    # In the database, not in the file store: a full disk must not lose the mail that
    # is kept because of it.
    raw = fields.Binary(string="Mail", attachment=False, readonly=True)
    raw_name = fields.Char(compute="_compute_raw_name")

    _key_unique = models.UniqueIndex("(key)", "This mail is already there.")
    _kept_idx = models.Index("(state, date) WHERE state != 'done'")
    _told_idx = models.Index("(sender_told_date) WHERE sender_told_date IS NOT NULL")
    _done_idx = models.Index("(date) WHERE state = 'done'")

    @api.model
    def _write_down(self, key, model):
        """Write a mail down that is not known yet, in one statement.

        No rule hears of it before the mail is processed.

        :param key: what is the same for every copy of the mail
        :param model: name of the model for what fits nowhere, or False
        :return: the row, empty for a mail that is known
        """
        rows = self.env.execute_query(
            SQL(
                "INSERT INTO incident_inbound "
                "(key, model, state, date, create_date, create_uid) "
                "VALUES (%(key)s, %(model)s, %(state)s, %(now)s, %(now)s, %(user)s) "
                "ON CONFLICT (key) DO NOTHING RETURNING id",
                key=key,
                model=model or None,
                state=RECEIVED,
                now=fields.Datetime.now(),
                user=self.env.uid,
            )
        )
        return self.browse(row[0] for row in rows)

    def _compute_raw_name(self):
        for inbound in self:
            inbound.raw_name = f"mail-{inbound.id}.eml"

    @api.depends("subject", "email_from", "key")
    def _compute_display_name(self):
        for inbound in self:
            inbound.display_name = inbound.subject or inbound.email_from or inbound.key
