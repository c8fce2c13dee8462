# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dataclasses import replace

from odoo import Command, api, models
from odoo.tools import clean_context

from ...tools.act_memory import MEMORY, ActMemory
from ...tools.own_links import strip_tokens
from ..words import BATCH
from .incident_notice import QUEUED
from .letter import Draft, Letter


class IncidentCorrespondenceMixin(models.AbstractModel):
    """The one writer of letters: entries, hidden messages, notices, then the channel.

    Everybody who may read the record sees its entry. A hidden message carries a party's
    own subject and Message-ID: a mail shares both with its message, so two parties can
    never share one; a reply and a bounce find record and party by that Message-ID.
    """

    _inherit = "incident.correspondence.mixin"

    def _correspond(self, template, letters=None, text=None, automatic=True):
        """Write to the correspondents of these records.

        :param template: ``mail.template`` that gives subject and words
        :param letters: list of :class:`Letter`, one per record that has more to say
            than the template and the text, or other readers than all
        :param text: HTML that the act has to say, offered to the template
        :param automatic: False for what a human typed
        :return: the entries of the chatter
        """
        # SUDO: agents act on records that they may write, and the rows of a mail are
        # the consequence; templates are what admins made them, callers choose none.
        records, template = self.sudo().with_context(**{BATCH: True}), template.sudo()
        with ActMemory() as memory:
            records = records.with_context(**{MEMORY: memory})
            letters = records._address_letters(letters or ())
            # No token is anybody's to hand on: each party gets its own with its mail.
            drafts = records._prepare_drafts(letters, strip_tokens(text))
            records._word_drafts(template, drafts)
            records._create_letter_messages(drafts)
            records._send_drafts(drafts, automatic)
            records._after_correspondence()
        # SUDO: as the records that they are entries of.
        entries = self.env["mail.message"].sudo()
        return entries.union(*(letter.entry for letter in letters))

    def _send_drafts(self, drafts, automatic):
        """Have leave what has a channel; what its reader wants later travels later."""
        sent = [draft for draft in drafts if draft.channel]
        if not sent:
            return
        self._thread_drafts(sent)
        self._create_notices(sent)
        leaving = [
            draft for draft in sent if not draft.notice or draft.notice.status == QUEUED
        ]
        self.env["incident.notice"]._deliver(leaving, automatic)

    def _address_letters(self, letters):
        """Return one letter per record, each with its readers.

        :param letters: list of :class:`Letter`, of some of these records
        """
        given = {letter.record.id: letter for letter in letters}
        complete = []
        for record in self:
            letter = given.get(record.id) or Letter(record)
            parties = letter.parties
            if parties is None:
                parties = record._get_letter_parties(letter)
            # Whoever acts need not be allowed to read whom he writes to.
            parties = parties.with_env(self.env)
            complete.append(
                replace(
                    letter,
                    record=record,
                    parties=parties,
                    beside=tuple(
                        replace(
                            one,
                            record=record,
                            entry=letter.entry,
                            template=one.template.with_env(self.env),
                        )
                        for one in letter.beside
                    ),
                )
            )
        return complete

    def _prepare_drafts(self, letters, text):
        """Return the drafts of one act: entries of the chatter first, then the rest."""
        nobody = self.env["res.partner"]
        everybody = nobody.union(*(letter.parties for letter in letters))
        companies = {record._get_correspondence_company() for record in self}
        # One query for the contacts of the whole batch, our own included.
        everybody.union(*(company.partner_id for company in companies)).mapped(
            "email_normalized"
        )
        entries, drafts = [], []
        for letter in letters:
            record = letter.record
            lang = letter.lang or record._get_correspondence_lang()
            if letter.entry is None:
                said = letter.get_text(lang, text)
                draft = Draft(record, nobody, lang, said, facts=letter.facts)
                draft.letter = letter
                entries.append(draft)
            for one in (letter, *letter.beside):
                drafts += record._prepare_reader_drafts(
                    one, one.lang or lang, text, everybody.ids
                )
        return entries + drafts

    def _prepare_reader_drafts(self, letter, lang, text, prefetch_ids):
        """Return the drafts of a letter, one per reader.

        :param lang: of readers without a language of their own
        :param text: HTML that the act has to say, or nothing
        :param prefetch_ids: ids of the contacts that are read with these
        """
        drafts = []
        for party, channel, address in self._get_letter_readers(letter, prefetch_ids):
            own = party._get_incident_lang(lang) if party else lang
            drafts.append(
                Draft(
                    self,
                    party,
                    own,
                    letter.get_text(own, text),
                    party and self._get_correspondence_url(party) or "",
                    letter.facts,
                    letter=letter,
                    channel=channel,
                    address=address,
                )
            )
        return drafts

    def _get_letter_readers(self, letter, prefetch_ids=()):
        """Return whom a letter reaches, by which channel, and where.

        :param prefetch_ids: ids of the contacts that are read with these
        :return: list of (party, channel, address), each address once per channel
        """
        nobody, notices = self.env["res.partner"], self.env["incident.notice"]
        if letter.address:
            channel = self._get_letter_channel(nobody, letter)
            return [(nobody, channel, letter.address)]
        parties = letter.parties.with_prefetch(
            tuple(prefetch_ids) or letter.parties._prefetch_ids
        )
        by_channel = parties.grouped(
            lambda party: self._get_letter_channel(party, letter)
        )
        return [
            (party, channel, address)
            for channel, readers in by_channel.items()
            for party, address in notices._get_reachable(channel, readers)
        ]

    def _word_drafts(self, template, drafts):
        renderer = self.env["incident.mail.renderer"]
        alone = [draft for draft in drafts if draft.letter.address]
        words = [draft.letter.template or template for draft in alone]
        if len(alone) < len(drafts):
            renderer._read_words(template.union(*words))
        for draft, own in zip(alone, words, strict=True):
            renderer._render_alone(own, draft)
        others = [draft for draft in drafts if not draft.letter.address]
        if others:
            renderer._render_drafts(template, others)
            self._settle_drafts(template, others)

    def _create_letter_messages(self, drafts):
        """Create the messages of an act: the entries and the hidden ones, at once.

        :param drafts: list of :class:`Draft`, those of the entries first
        """
        # What a human typed is sanitised by itself: it may leave elements open.
        self.env["incident.mail.renderer"]._prepare_bodies(
            [draft.content for draft in drafts if not draft.text]
        )
        senders = self._get_correspondence_sender()
        subtype_id = self._get_comment_subtype_id()
        shared = {
            record.id: {
                **record._prepare_message_vals(senders[record.id]),
                "subtype_id": subtype_id,
            }
            for record in self
        }
        messages = self._create_messages(
            [
                {
                    **shared[draft.record.id],
                    **self._prepare_draft_vals(draft, senders[draft.record.id]),
                }
                for draft in drafts
            ]
        )
        for draft, message in zip(drafts, messages, strict=True):
            draft.message = message
            if not draft.channel:
                for letter in (draft.letter, *draft.letter.beside):
                    letter.entry = message

    @api.model
    def _prepare_draft_vals(self, draft, sender):
        """Return what a message says, and to whom it shows.

        :param sender: the address that the record writes from
        """
        letter = draft.letter
        vals = {
            "subject": draft.subject,
            "body": draft.content,
            "message_type": "user_notification" if draft.channel else "auto_comment",
        }
        if draft.party:
            vals["reply_to"] = draft.record._get_reply_address(draft.party, sender)
        ids = set(letter.entry.attachment_ids.ids if letter.entry else ())
        ids.update(draft.files.ids if draft.files else ())
        if ids:
            vals["attachment_ids"] = [Command.link(file_id) for file_id in sorted(ids)]
        # Whoever answers the mail stays on the line of the entry.
        line = letter.line or (letter.entry and letter.entry.incident_private_party_id)
        if line:
            vals["incident_private_party_id"] = line.id
        if letter.step and not draft.channel:
            vals["incident_step"] = letter.step
        return {**vals, **draft.record._prepare_letter_message_vals(draft)}

    @api.model
    def _create_messages(self, vals_list):
        # The context of a button (default_* keys) is not meant for messages. Not by
        # the thread's `_message_create`: it writes lists of recipients, here empty.
        env = self.env(context=clean_context(self.env.context))
        return env["mail.message"].create(vals_list)

    @api.model
    def _get_comment_subtype_id(self):
        return self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")

    def _prepare_message_vals(self, sender):
        """Return what all messages of this record have in common.

        :param sender: the address from :meth:`_get_correspondence_sender`
        """
        self.ensure_one()
        company = self._get_correspondence_company()
        return {
            "model": self._name,
            "res_id": self.id,
            "author_id": self._get_correspondence_author().id,
            "email_from": sender,
            "reply_to": sender,
            "record_alias_domain_id": company.alias_domain_id.id,
            "record_company_id": company.id,
        }

    def _get_correspondence_author(self):
        """Return who is shown as the author: a colleague, or else the company."""
        user = self.env.user
        if not user._is_superuser() and user._is_internal():
            return user.partner_id
        return self._get_correspondence_company().partner_id

    def _thread_drafts(self, drafts):
        """Tell drafts which mails their readers have had before: to be extended."""
        # Of who is on no contact nothing is known.
        known = any(draft.party and not draft.letter.first for draft in drafts)
        threads = self._get_threads() if known else {}
        for draft in drafts:
            draft.earlier_ids = tuple(
                threads.get((draft.record.id, draft.party.id), ())
            )

    def _create_notices(self, drafts):
        """Write the evidence of drafts before they are delivered.

        :param drafts: list of :class:`Draft`, each with its message
        """
        vals = [draft.record._prepare_notice_vals(draft) for draft in drafts]
        kept = [pair for pair in zip(drafts, vals, strict=True) if pair[1]]
        notices = self.env["incident.notice"].create([pair[1] for pair in kept])
        for (draft, _vals), notice in zip(kept, notices, strict=True):
            draft.notice = notice
