# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from ..models.row_lock import lock_rows


class IncidentOutagePublishWizard(models.TransientModel):
    """Asks what everybody concerned is told, in each language that they read."""

    _name = "incident.outage.publish.wizard"
    _description = "Message about an Outage"

    outage_id = fields.Many2one(
        comodel_name="incident.outage",
        required=True,
        ondelete="cascade",
        help="What the message is about.",
    )
    everybody = fields.Boolean(
        string="Also who has no incident",
        default=True,
        help="Customers of affected services, and their integrators, are told even "
        "though they have reported nothing.",
    )
    text_id = fields.Many2one(
        comodel_name="incident.outage.text",
        string="Ready text",
        domain="[('id', 'in', offered_ids)]",
        help="Writes this text into each language, where it can still be changed.",
    )
    offered_ids = fields.Many2many(
        comodel_name="incident.outage.text",
        relation="incident_outage_publish_text_rel",
        string="Offered texts",
        compute="_compute_offered_ids",
    )
    line_ids = fields.One2many(
        comodel_name="incident.outage.publish.line",
        inverse_name="wizard_id",
        string="Text in each language",
        help="What is told, in the languages of those who are told.",
    )
    next_message_date = fields.Datetime(
        string="Next message by",
        help="By when you will write again. Empty: nothing is promised.",
    )
    reader_count = fields.Integer(
        string="Mails that leave",
        compute="_compute_reader_count",
        help="One for each mailbox that is concerned.",
    )
    done = fields.Boolean(readonly=True, help="The message was published.")

    @api.depends("outage_id")
    def _compute_offered_ids(self):
        for wizard in self:
            texts = self.env["incident.outage.text"]
            wizard.offered_ids = texts._find_texts(wizard.outage_id)

    @api.depends("outage_id", "everybody")
    def _compute_reader_count(self):
        for wizard in self:
            outage = wizard.outage_id._origin
            readers = outage._find_readers(wizard.everybody) if outage else ()
            wizard.reader_count = len(readers)

    @api.onchange("outage_id", "everybody")
    def _onchange_everybody(self):
        """Offer a text in each language that is read."""
        outage = self.outage_id._origin
        if not outage:
            return
        home = outage._get_correspondence_lang()
        langs = {
            reader.partner._get_incident_lang(home)
            for reader in outage._find_readers(self.everybody)
        }
        known = set(self.line_ids.mapped("lang"))
        ready = self.text_id or self.offered_ids[:1]
        self.text_id = ready
        for lang in sorted({home, *langs} - known):
            self.line_ids += self.line_ids.new(
                {"lang": lang, "body": self._read_ready(ready, lang)}
            )

    @api.onchange("text_id")
    def _onchange_text_id(self):
        """Write the chosen text into each language."""
        if self.text_id:
            for line in self.line_ids:
                line.body = self._read_ready(self.text_id, line.lang)

    @api.model
    def _read_ready(self, text, lang):
        return text.with_context(lang=lang).body or Markup("")

    def action_publish(self):
        """Publish the message, once however often it is asked for."""
        self.ensure_one()
        lock_rows(self)
        if self.done:
            return {"type": "ir.actions.act_window_close"}
        empty = self.line_ids.filtered(lambda line: is_html_empty(line.body))
        if empty or not self.line_ids:
            raise UserError(
                self.env._("Please write the message in every language that is read.")
            )
        self.done = True
        self.outage_id.publish(
            {line.lang: line.body for line in self.line_ids},
            next_message=self.next_message_date,
            everybody=self.everybody,
        )
        return {"type": "ir.actions.act_window_close"}


class IncidentOutagePublishLine(models.TransientModel):
    """The message in one language."""

    _name = "incident.outage.publish.line"
    _description = "Message about an Outage in One Language"

    wizard_id = fields.Many2one(
        comodel_name="incident.outage.publish.wizard",
        required=True,
        index=True,
        ondelete="cascade",
        help="The message.",
    )
    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        required=True,
        help="In which language it is written.",
    )
    body = fields.Html(string="Text", help="What is told.")
