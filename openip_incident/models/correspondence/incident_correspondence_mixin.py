# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.tools import clean_context

from ...tools.own_links import strip_tokens
from ...tools.spoken_date import say_moment
from ...tools.zones import choose_zone, get_said_zone
from ..words import BATCH
from .incident_mail_renderer import Draft


class IncidentCorrespondenceMixin(models.AbstractModel):
    """Mail from a record to several correspondents who must not see each other.

    Each act writes one visible entry in the chatter and, per correspondent, one
    hidden message with one mail: own subject, language, link and Message-ID.
    """

    _name = "incident.correspondence.mixin"
    _description = "Correspondence with Several Parties"

    # What a model has to say about itself

    def _get_correspondents(self):
        """Return to whom this record writes, the first being the most important."""
        self.ensure_one()
        return self.env["res.partner"]

    def _get_correspondence_url(self, party):
        """Return the page that a correspondent is invited to, or False."""
        return False

    def _get_correspondence_act(self, party):
        """Return what a correspondent is invited to do on its page.

        :return: ``view``, ``answer`` or ``closure``
        """
        return "view"

    def _get_correspondence_number(self):
        """Return the number that is in the subject of every mail, if there is one."""
        return ""

    def _get_correspondence_subject(self, party, subject):
        """Return the subject of a mail as one correspondent needs it.

        :param party: the reader, nobody for the chatter
        :param subject: what the template made of it
        """
        return subject

    def _get_correspondence_facts(self, party):
        """Return what every mail says of this record, in the language of the context.

        :param party: the reader, who must be allowed to know it
        :return: list of (label, value)
        """
        return []

    def _get_all_correspondence_facts(self, party):
        """Return every fact that a mail may have shown: to know one again."""
        return self._get_correspondence_facts(party)

    def _prepare_reader_facts(self, facts, party):
        """Return the facts of an act as one reader may know them, in its language.

        :param facts: dict that templates find in ``ctx``
        :param party: the reader, nobody for the chatter
        """
        return facts

    def _get_correspondence_sender(self):
        """Return the address that these records write from and are answered at.

        :return: dict of id: formatted address
        """
        company = self.env.company
        return dict.fromkeys(self.ids, company.email_formatted)

    def _get_reply_address(self, party, sender):
        """Return where a correspondent answers to, as a formatted address.

        :param party: the reader
        :param sender: the address from :meth:`_get_correspondence_sender`
        """
        return sender

    def _get_correspondence_lang(self):
        """Return the language of the chatter's entries."""
        self.ensure_one()
        return self._get_correspondence_company().partner_id._get_incident_lang(
            self.env.lang or "en_US"
        )

    def _get_correspondence_company(self):
        self.ensure_one()
        return self._mail_get_companies(default=self.env.company)[self.id]

    def _settle_drafts(self, template, drafts, entries):
        """Complete what was rendered before it is written: to be extended.

        :param template: ``mail.template`` that gave the words
        :param drafts: list of ``Draft``, rendered
        :param entries: dict of id: the message in the chatter that says it already
        """

    def _after_correspondence(self, letters, events):
        """Take note of what was written.

        :param letters: list of (draft, entry, hidden message)
        :param events: dict of id: what the mails are evidence of
        """

    def _format_correspondence_date(self, date, party, lang, weekday=True):
        """Return a date as a correspondent says it: by the clocks around the reader.

        :param date: naive UTC
        :param party: the reader, nobody for the chatter
        :param weekday: whether its name is told, too
        """
        zone = self._get_reader_zone(party)
        return self._format_date_in(date, zone, lang, self._get_home(party), weekday)

    def _get_reader_zone(self, party, known=None):
        """Return the name of the time zone in which a correspondent reads dates.

        :param known: the zone for readers who have none of their own, if known
        """
        return get_said_zone(party.tz) or known or self._get_correspondence_zone()

    def _get_home(self, party):
        """Return the zone of whose hour nothing has to be said.

        It is the reader's and ours; nothing where we do not know that.
        """
        zone = get_said_zone(party.tz)
        return zone if zone and zone == self._get_correspondence_zone() else None

    @api.model
    def _format_date_in(self, date, zone, lang, home=None, weekday=True):
        return say_moment(date, zone, lang, fields.Datetime.now(), home, weekday)

    def _get_correspondence_zone(self):
        """Return the time zone for readers who have none of their own."""
        company = self._get_correspondence_company()
        # SUDO: one time zone and one country are read.
        company = company.sudo()
        return choose_zone(
            company.resource_calendar_id.tz, country=company.country_id.code
        )

    # Writing

    def _correspond(
        self,
        template,
        text=None,
        entries=None,
        parties=None,
        automatic=True,
        events=None,
        facts=None,
        lines=None,
    ):
        """Write to the correspondents of these records.

        :param template: ``mail.template`` that gives subject and words
        :param text: HTML that the act has to say, offered to the template
        :param entries: dict of id: the message in the chatter that says it already
        :param parties: dict of id: whom to write to, instead of everybody
        :param automatic: False for what a human typed
        :param events: dict of id: what the mails are evidence of, for the model's notes
        :param facts: dict of id: dict of more that templates find in ``ctx``
        :param lines: dict of id: the company that alone reads what is written
        :return: the entries of the chatter
        """
        # SUDO: agents act on records that they may write, and the rows of a mail are
        # the consequence; templates are what admins made them, callers choose none.
        records, template = self.sudo().with_context(**{BATCH: True}), template.sudo()
        # No token is anybody's to hand on: each party gets its own with its mail.
        text, entries = strip_tokens(text), entries or {}
        texts = records._prepare_drafts(text, parties, entries, facts or {})
        records._word_drafts(template, texts, entries)
        drafts = [draft for draft in texts if draft.party]
        entries, messages = records._create_chatter(texts, entries, lines or {})
        records._create_mails(drafts, messages, automatic)
        letters = [
            (draft, entries[draft.record.id], message)
            for draft, message in zip(drafts, messages, strict=True)
        ]
        records._after_correspondence(letters, events or {})
        # SUDO: as the records that they are entries of.
        return self.env["mail.message"].sudo().union(*entries.values())

    def _word_drafts(self, template, drafts, entries):
        self.env["incident.mail.renderer"]._render_drafts(template, drafts)
        self._settle_drafts(template, drafts, entries)

    def _prepare_drafts(self, text, parties, entries, facts):
        """Return the drafts of one act: entries of the chatter first, then mails."""
        nobody = self.env["res.partner"]
        readers = parties or {
            record.id: record._get_correspondents() for record in self
        }
        everybody = nobody.union(*readers.values())
        companies = {record._get_correspondence_company() for record in self}
        # One query for the contacts of the whole batch, our own included.
        everybody.union(*(company.partner_id for company in companies)).mapped(
            "email_normalized"
        )
        prefetch_ids = everybody.ids
        drafts, mails = [], []
        for record in self:
            lang = record._get_correspondence_lang()
            if record.id not in entries:
                drafts.append(
                    Draft(
                        record, nobody, lang, text or "", facts=facts.get(record.id, {})
                    )
                )
            correspondents = readers[record.id].with_prefetch(prefetch_ids)
            mails += [
                Draft(
                    record,
                    party,
                    party._get_incident_lang(lang),
                    text or "",
                    record._get_correspondence_url(party) or "",
                    facts=facts.get(record.id, {}),
                )
                for party in correspondents._filter_distinct_addresses()
            ]
        return drafts + mails

    def _create_chatter(self, drafts, entries, lines):
        """Create the messages of an act: the entries and the hidden ones, at once.

        Everybody who may read the record sees its entry. A hidden message carries a
        party's own subject and Message-ID: a mail shares both with its message, so
        two parties can never share one; a reply and a bounce find record and party by
        that Message-ID.

        :param drafts: list of :class:`Draft`, those of the entries first
        :param entries: dict of id: the entry that is there already
        :param lines: dict of id: the company that alone reads what is written
        :return: dict of id: entry, and the hidden messages in the order of the mails
        """
        senders = self._get_correspondence_sender()
        shared = {
            record.id: record._prepare_message_vals(senders[record.id])
            for record in self
        }
        messages = self._create_messages(
            [
                {
                    **shared[draft.record.id],
                    **self._prepare_draft_vals(
                        draft, entries, lines, senders[draft.record.id]
                    ),
                }
                for draft in drafts
            ]
        )
        count = sum(not draft.party for draft in drafts)
        written = zip(drafts[:count], messages[:count], strict=True)
        created = {draft.record.id: message for draft, message in written}
        return entries or created, messages[count:]

    @api.model
    def _prepare_draft_vals(self, draft, entries, lines, sender):
        """Return what a message says, and to whom it shows.

        :param entries: dict of id: the entry whose files go out with the mail
        :param lines: dict of id: the company that alone reads what is written
        :param sender: the address that the record writes from
        """
        vals = {
            "subject": draft.subject,
            "body": draft.content,
            "message_type": "user_notification" if draft.party else "auto_comment",
            "subtype_id": self._get_comment_subtype_id(),
        }
        if draft.party:
            vals["reply_to"] = draft.record._get_reply_address(draft.party, sender)
        entry, line = entries.get(draft.record.id), lines.get(draft.record.id)
        ids = set(entry.attachment_ids.ids if entry else ())
        ids.update(draft.files.ids if draft.files else ())
        if ids:
            vals["attachment_ids"] = [Command.link(file_id) for file_id in sorted(ids)]
        # Whoever answers the mail stays on the line of the entry.
        line = line or (entry and entry.incident_private_party_id)
        if line:
            vals["incident_private_party_id"] = line.id
        return vals

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

    def _create_mails(self, drafts, messages, automatic):
        """Queue one mail per hidden message and wake the queue once."""
        if not drafts:
            return
        threads = self._get_threads()
        mails = self.env["mail.mail"].create(
            [
                {
                    "mail_message_id": message.id,
                    "body_html": draft.body_html,
                    **self._prepare_thread_vals(
                        threads.get((draft.record.id, draft.party.id), ()), automatic
                    ),
                    "recipient_ids": [Command.link(draft.party.id)],
                    "auto_delete": True,
                }
                for draft, message in zip(drafts, messages, strict=True)
            ]
        )
        self.env["mail.notification"].create(
            [
                {
                    "author_id": message.author_id.id,
                    "is_read": True,
                    "mail_mail_id": mail.id,
                    "mail_message_id": message.id,
                    "notification_status": "ready",
                    "notification_type": "email",
                    "res_partner_id": draft.party.id,
                }
                for draft, message, mail in zip(drafts, messages, mails, strict=True)
            ]
        )
        self.env["ir.cron"]._wake_mail_queue()
