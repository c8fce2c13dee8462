# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.arguments import to_body
from ..outages import STATES


class IncidentOutageMessage(models.Model):
    """One message to all whom an outage concerns, and what became of its mails."""

    _name = "incident.outage.message"
    _description = "Message about an Outage"
    _order = "date desc, id desc"
    _rec_name = "date"

    outage_id = fields.Many2one(
        comodel_name="incident.outage",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="What it is about.",
    )
    date = fields.Datetime(
        string="Published on",
        required=True,
        readonly=True,
        default=fields.Datetime.now,
        help="When it was written.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="By",
        readonly=True,
        default=lambda self: self.env.uid,
        ondelete="set null",
        help="Who has published it.",
    )
    state = fields.Selection(
        selection=STATES,
        string="State then",
        readonly=True,
        help="The state that it tells.",
    )
    text = fields.Html(readonly=True, help="What it says, for who reads no other.")
    texts = fields.Json(
        string="Text by language",
        readonly=True,
        help="What it says to who reads another language.",
    )
    entry_id = fields.Many2one(
        comodel_name="mail.message",
        string="Entry in the chatter",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Where the outage shows it.",
    )
    promised_date = fields.Datetime(
        string="Was promised by",
        readonly=True,
        help="By when the message before had promised it.",
    )
    in_time = fields.Boolean(
        compute="_compute_in_time",
        store=True,
        help="It was published by when it was promised.",
    )
    notice_ids = fields.One2many(
        comodel_name="incident.notice",
        inverse_name="outage_message_id",
        string="Mails",
        help="Every mail of it, with its delivery.",
    )
    mail_count = fields.Integer(
        string="Number of mails",
        readonly=True,
        help="To how many mailboxes it was written.",
    )
    undelivered_count = fields.Integer(
        string="Not delivered",
        compute="_compute_undelivered_count",
        help="How many of its mails failed or came back.",
    )

    @api.depends("date", "promised_date")
    def _compute_in_time(self):
        for message in self:
            promised = message.promised_date
            message.in_time = bool(promised) and message.date <= promised

    @api.depends("notice_ids.status")
    def _compute_undelivered_count(self):
        groups = self.env["incident.notice"]._read_group(
            [
                ("outage_message_id", "in", self.ids),
                ("status", "in", ("failed", "bounced")),
            ],
            ["outage_message_id"],
            ["__count"],
        )
        counts = {message.id: count for message, count in groups}
        for message in self:
            message.undelivered_count = counts.get(message.id, 0)

    def _get_text(self, lang):
        """Return the words of this message in a language: HTML.

        :param lang: language code
        """
        return self._get_texts().get(lang) or self.text

    def _get_texts(self):
        """Return the words of this message in each language that has its own: HTML.

        :return: dict of language code: HTML
        """
        self.ensure_one()
        # Unlike a column of HTML, JSON forgets what is markup, and cleans nothing.
        return {lang: to_body(text) for lang, text in (self.texts or {}).items()}

    def action_view_notices(self):
        """Show the mails of this message, with their delivery."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Mails of the message"),
            "res_model": "incident.notice",
            "view_mode": "list,form",
            "domain": [("outage_message_id", "=", self.id)],
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if not self.env.su:
            raise UserError(self.env._("What was told the parties is evidence."))
