# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty
from odoo.tools.misc import split_every

from ...tools.arguments import to_body, to_date
from ...tools.own_links import strip_tokens
from ..correspondence.letter import Letter
from ..outages import OVER
from ..row_lock import lock_rows

TEMPLATE = "openip_incident.mail_template_outage_message"
# So many mails are rendered and queued before their texts leave the memory.
BATCH = 1000


class IncidentOutage(models.Model):
    """One message: each mailbox that is concerned gets one mail of it."""

    _inherit = "incident.outage"

    message_record_ids = fields.One2many(
        comodel_name="incident.outage.message",
        inverse_name="outage_id",
        string="Published messages",
        help="What was told the parties, the latest first.",
    )
    publish_count = fields.Integer(
        string="Number of published messages",
        compute="_compute_publish_count",
        help="How often the parties were told of it.",
    )

    @api.depends("message_record_ids")
    def _compute_publish_count(self):
        for outage in self:
            outage.publish_count = len(outage.message_record_ids)

    def publish(self, body, next_message=None, everybody=False, key=None):
        """Tell everybody concerned: one mail per mailbox, in its own language.

        Whoever has heard no answer may call again: with the same key nothing is told
        twice; without one, what the same user has just told is refused.

        :param body: HTML, or a dict of language code: HTML; who reads none of these
            languages is told in the company's, or the first
        :param next_message: naive UTC, by when they hear more; none: no promise
        :param everybody: those whose services are affected, too, without an incident
        :param key: by which the caller knows this message, of its own making
        :return: True
        :raises UserError: for an empty text, a date that is past, what was just told,
            or when it is over
        """
        for outage in self:
            if not key or not outage._find_told(key):
                message = outage._publish(body, next_message, everybody)
                message._note_key(key)
        return True

    def _publish(self, body, next_message=None, everybody=False):
        """Publish a message; see :meth:`publish`.

        :return: ``incident.outage.message``
        """
        self.check_access("write")
        texts = self._read_texts(body)
        date = self._to_promise(next_message)
        lock_rows(self)
        if self.state in OVER and self.env.context.get("incident_outage_over") is None:
            raise UserError(self.env._("%(outage)s is over.", outage=self.display_name))
        readers = self._find_readers(everybody)
        self._ensure_not_just_told(texts, date, len(readers))
        message = self._create_message(texts)
        self.next_message_date = date
        self._write_letters(message, readers)
        message.mail_count = len(readers)
        self._tell_members(message)
        self._wake_promise()
        return message

    def _read_texts(self, body):
        """Return what is told by language, the general text under no language.

        :raises UserError: when nothing is said
        """
        given = body if isinstance(body, dict) else {"": body}
        texts = {
            lang: str(strip_tokens(to_body(text)))
            for lang, text in given.items()
            if isinstance(text, str) and not is_html_empty(text)
        }
        if not texts:
            raise UserError(self.env._("Please write what the parties are told."))
        home = self._get_correspondence_lang()
        texts.setdefault("", texts.get(home) or next(iter(texts.values())))
        return texts

    def _to_promise(self, date):
        """Return by when the next message is promised.

        :raises UserError: for a date that is past
        """
        date = to_date(self.env, date)
        if date and date <= fields.Datetime.now():
            raise UserError(self.env._("Promise the next message for a date to come."))
        return date

    def _create_message(self, texts):
        # SUDO: messages are written by the process only, the right to write their
        # outage was checked.
        messages = self.env["incident.outage.message"].sudo()
        return messages.create(
            {
                "outage_id": self.id,
                "state": self.state,
                "text": texts[""],
                "texts": {lang: text for lang, text in texts.items() if lang},
                "promised_date": self.next_message_date,
            }
        )

    def _write_letters(self, message, readers):
        """Write the entry of the chatter, and one mail per reader.

        :param message: ``incident.outage.message``
        :param readers: list of :class:`Reader`
        """
        facts = {"message": message, "texts": message._get_texts()}
        template = self.env.ref(TEMPLATE)
        nobody = self.env["res.partner"]
        # In the order of their languages: what is rendered together comes together.
        readers = sorted(readers, key=lambda reader: reader.partner.lang or "")
        for batch in [*split_every(BATCH, readers)] or [()]:
            parties = nobody.union(*(reader.partner for reader in batch))
            known = {reader.partner.id: reader for reader in batch}
            letter = Letter(
                self,
                parties,
                {**facts, "readers": known},
                entry=message.entry_id or None,
            )
            entry = self._correspond(template, [letter], message.text, automatic=False)
            message.entry_id = entry
            self._drop_texts()

    def _drop_texts(self):
        """Write what is ready, and keep no text of it in memory."""
        self.env.flush_all()
        self.env["mail.mail"].invalidate_model()
        self.env["mail.message"].invalidate_model()

    def _tell_members(self, message):
        """Write one entry into the chatter of each open incident.

        :param message: ``incident.outage.message``
        """
        tickets = self._get_open_tickets()
        senders = tickets._get_correspondence_sender()
        texts = message._get_texts()
        comment = self.env["incident.outage"]._get_comment_subtype_id()
        for batch in split_every(BATCH, tickets.ids, tickets.browse):
            batch._create_messages(
                [
                    {
                        **ticket._prepare_message_vals(senders[ticket.id]),
                        "body": texts.get(
                            ticket._get_correspondence_lang(), message.text
                        ),
                        "subject": f"{self.number} – {self.name}",
                        "message_type": "auto_comment",
                        "subtype_id": comment,
                    }
                    for ticket in batch
                ]
            )
            self._drop_texts()
