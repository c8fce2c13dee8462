# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A channel as an addon would bring it: text messages to those who want them.

Three classes, no method of ours patched: what stands here is the whole of such an
addon but for its manifest and a view.
"""

from odoo import api, fields, models
from odoo.tools import html2plaintext

TEXT = "text"


class FakeText(models.Model):
    """The queue of text messages, and who refuses them."""

    # No module: it belongs to a test, not to the registries of the addon.
    _module = None
    _name = "fake.text"
    _description = "Fake Text Message"

    notice_id = fields.Many2one("incident.notice")
    number = fields.Char()
    body = fields.Char()
    state = fields.Char(default="queued")

    def _send(self, refused=()):
        for text in self.filtered(lambda text: text.state == "queued"):
            if text.number in refused:
                text.state = "refused"
                text.notice_id._set_failed("No such number")
            else:
                text.state = "sent"
                text.notice_id._set_sent()


class FakeTextNotice(models.Model):
    _module = None
    _name = "incident.notice"
    _inherit = ["incident.notice"]

    channel = fields.Selection(
        selection_add=[(TEXT, "Text message")], ondelete={TEXT: "set default"}
    )

    @api.model
    def _get_reachable(self, channel, parties):
        if channel != TEXT:
            return super()._get_reachable(channel, parties)
        return [(party, party.phone) for party in parties if party.phone]

    @api.model
    def _deliver(self, drafts, automatic):
        self.env["fake.text"].create(
            [
                {
                    "notice_id": draft.notice.id,
                    "number": draft.address,
                    "body": html2plaintext(draft.content),
                }
                for draft in drafts
                if draft.channel == TEXT
            ]
        )
        return super()._deliver(drafts, automatic)

    def _deliver_again(self):
        texts = self._get_texts().filtered(lambda text: text.state != "cancelled")
        texts.filtered(lambda text: text.state == "refused").state = "queued"
        others = self.filtered(lambda notice: notice.channel != TEXT)
        return texts.notice_id | super(FakeTextNotice, others)._deliver_again()

    def _withdraw(self):
        texts = self._get_texts()
        if "sending" in texts.mapped("state"):
            return False
        others = self.filtered(lambda notice: notice.channel != TEXT)
        if not super(FakeTextNotice, others)._withdraw():
            return False
        texts.filtered(lambda text: text.state != "sent").state = "cancelled"
        return True

    def _get_texts(self):
        return self.env["fake.text"].search([("notice_id", "in", self.ids)])


class FakeTextTicket(models.Model):
    _module = None
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    def _get_letter_channel(self, party, letter):
        if party.phone:
            return TEXT
        return super()._get_letter_channel(party, letter)
