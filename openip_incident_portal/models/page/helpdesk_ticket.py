# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime

from odoo.addons.openip_incident.models.phases import (
    CLOSED,
    CLOSURE,
    ESCALATED,
    FROZEN,
    IN_PROGRESS,
    ON_HOLD,
    OPENED,
    REGISTERED,
    WAITING,
)

from .helpdesk_ticket_link import ANSWER, VIEW
from .helpdesk_ticket_link import CLOSURE as CONFIRM

# What everybody who may read the incident has seen.
SHOWN_TYPES = ("comment", "email", "auto_comment")

ENTRY_FIELDS = (
    "attachment_ids",
    "author_id",
    "body",
    "date",
    "incident_private_party_id",
    "message_type",
)

# A page is no archive: what is older is in the mails.
MAX_ENTRIES = 200

ENTRY_FORMAT = "d MMMM yyyy HH:mm"

# The bar shows five stations; what happens on the way is said in words.
STATIONS = (
    (REGISTERED,),
    (OPENED,),
    (IN_PROGRESS, ESCALATED, WAITING, FROZEN),
    (CLOSURE,),
    (CLOSED,),
)


class HelpdeskTicket(models.Model):
    """What a party sees of its incident: plain values, in the reader's language.

    Templates get no records, so that nothing internal can slip into a page. Records
    come as superuser; the language of the context is that of the reader.
    """

    _inherit = "helpdesk.ticket"

    def _get_incident_page(self, party):
        """Return what a party may know of this incident.

        :param party: the customer or the integrator of the incident
        :return: dict of plain values for the templates
        """
        self.ensure_one()
        token = self._sign_incident_link(party, VIEW)
        integrator = self.integrator_id
        return {
            "number": self.number,
            "title": self.name,
            "customer": self._get_page_name(self.partner_id),
            "integrator": integrator and self._get_page_name(integrator),
            "readers": self._get_page_readers(party),
            "phase": self.incident_phase,
            "solved": self.incident_phase == CLOSURE,
            "ended": self.incident_phase == CLOSED,
            "phase_label": self._get_page_phase_label(party),
            "stations": self._get_page_stations(),
            "reported": self._format_page_date(self.create_date, party),
            "next": self._get_page_next(party),
            **self._get_page_description(token),
            "entries": self._get_page_entries(party, token),
            "actions": self._get_page_actions(party),
        }

    def _get_page_description(self, token):
        """Return what was reported, and the files of the report."""
        files = self._get_reported_files()
        body, shown = self._get_page_body(
            self.description, files | self._get_described_files(), token
        )
        return {
            "description": body,
            "files": self._prepare_page_files(
                self._get_listed_files(files, shown), token
            ),
        }

    # Names and words

    def _get_page_name(self, partner):
        """Return how a contact is called in front of the other party."""
        party = partner.incident_party_id
        if not party or partner == party:
            return partner.name or ""
        return f"{partner.name} ({party.name})"

    def _get_page_readers(self, party):
        """Return who reads what a party writes, which it should know."""
        if self._is_asked_alone(party):
            return self.env._("Read by our support only: we have asked nobody but you.")
        customer = self._get_page_name(self.partner_id)
        if not self.integrator_id:
            return self.env._(
                "Read by %(customer)s and our support.", customer=customer
            )
        return self.env._(
            "Read by %(customer)s, %(integrator)s and our support.",
            customer=customer,
            integrator=self._get_page_name(self.integrator_id),
        )

    def _get_page_phase_label(self, party):
        """Return the phase in a reader's words: what happens, not how it is called."""
        if self.incident_phase in ON_HOLD and not self._is_awaited_on_page(party):
            return self.env._("We wait for an answer")
        return {
            REGISTERED: self.env._("Reported, not checked yet"),
            OPENED: self.env._("Opened, work starts soon"),
            IN_PROGRESS: self.env._("We are working on it"),
            ESCALATED: self.env._("Our specialists are working on it"),
            WAITING: self.env._("We wait for your answer"),
            FROZEN: self.env._("On hold until you answer"),
            CLOSURE: self.env._("Solved: please confirm"),
            CLOSED: self.env._("Closed"),
        }.get(self.incident_phase, "")

    def _get_page_stations(self):
        """Return the stations of the bar, with where the incident is."""
        labels = (
            self.env._("Reported"),
            self.env._("Opened"),
            self.env._("In progress"),
            self.env._("Solved"),
            self.env._("Closed"),
        )
        here = next(
            (
                index
                for index, phases in enumerate(STATIONS)
                if self.incident_phase in phases
            ),
            0,
        )
        if self.incident_phase in ON_HOLD and not self.validated_date:
            # A question before the incident was opened.
            here = 0
        return [
            {"label": label, "state": self._get_page_station_state(index, here)}
            for index, label in enumerate(labels)
        ]

    def _get_page_station_state(self, index, here):
        """Return how a station is drawn: what was left out was not done.

        :param index: the station
        :param here: where the incident is
        """
        if index == here:
            return "current"
        skipped = {
            OPENED: not self.validated_date,
            IN_PROGRESS: not self.validated_date,
            CLOSURE: not self.solved_date,
        }.get(STATIONS[index][0])
        return "todo" if index > here or skipped else "done"

    def _format_page_date(self, date, party):
        """Return a date of the past, shorter than a deadline in a mail."""
        zone = self._get_reader_zone(party)
        return date and format_datetime(
            self.env, date, tz=zone, dt_format=ENTRY_FORMAT, lang_code=self.env.lang
        )

    # What can be done now

    def _get_page_actions(self, party):
        """Return what a party can do now: dict of act: path under a fresh link."""
        actions = {}
        if self._may_answer_on_page():
            actions["answer"] = self._get_incident_path(party, ANSWER)
        if self.incident_phase == CLOSURE or self._may_withdraw_closure(party):
            actions["closure"] = self._get_incident_path(party, CONFIRM)
        return actions

    def _may_answer_on_page(self):
        """Tell whether a party may add something: open, or closed not long ago."""
        return self.incident_phase != CLOSED or self._is_incident_reopenable()

    # Conversation

    def _get_page_messages(self, party):
        """Return the entries that a party may read, newest first."""
        line = [False, *party.incident_party_id.ids]
        shown = Domain("incident_private_party_id", "in", line) & Domain(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("message_type", "in", SHOWN_TYPES),
                ("subtype_id", "=", self._get_comment_subtype_id()),
                ("is_internal", "=", False),
                ("incident_disregard", "=", False),
            ]
        )
        return self.env["mail.message"].search_fetch(
            shown, ENTRY_FIELDS, order="id desc", limit=MAX_ENTRIES
        )

    def _get_page_entries(self, party, token):
        """Return the conversation as a party reads it, newest first."""
        entries, messages = [], self._get_page_messages(party)
        letters = self._get_page_letters(party, messages)
        for message in messages:
            author = self._get_page_author(message)
            body = letters.get(message, message).body if not author else message.body
            if message.message_type == "email":
                body = self._get_words_for_others(message).body
            body, shown = self._get_page_body(body, message.attachment_ids, token)
            entries.append(
                {
                    "private": bool(message.incident_private_party_id),
                    "author": author or self.company_id.name,
                    "ours": not author,
                    "date": self._format_page_date(message.date, party),
                    "body": body,
                    "files": self._prepare_page_files(
                        self._get_listed_files(message.attachment_ids, shown), token
                    ),
                }
            )
        return entries

    def _get_page_letters(self, party, messages):
        """Return in which mail, of its own language, a party got each entry.

        :return: dict of entry: hidden message
        """
        notices = self.env["incident.notice"].search_fetch(
            [
                ("ticket_id", "=", self.id),
                ("partner_id", "=", party.id),
                ("entry_id", "in", messages.ids),
                ("message_id", "!=", False),
                # Of old mails only the entry is left.
                ("reduced", "!=", True),
            ],
            ["entry_id", "message_id"],
            order="id",
        )
        notices.message_id.fetch(["body"])
        return {notice.entry_id: notice.message_id for notice in notices}

    def _get_page_author(self, message):
        """Return the name of who wrote from outside, nothing for us.

        Colleagues speak for their company, as they do in mails.
        """
        author = message.author_id
        if not author.partner_share or author == self.company_id.partner_id:
            return ""
        return self._get_page_name(author)

    # Files

    def _get_reported_files(self):
        """Return the files that came with the report, not what colleagues filed."""
        attachments = self.env["ir.attachment"]
        files = attachments.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("res_field", "=", False),
                ("type", "=", "binary"),
            ],
            order="id",
        )
        # The files of messages belong to the record, too, those of notes included.
        posted = self.env["mail.message"].search([("attachment_ids", "in", files.ids)])
        return (files - posted.attachment_ids).filtered(
            lambda attachment: self._is_from_outside(attachment.create_uid)
        )

    def _is_from_outside(self, user):
        return user.share or user._is_superuser()

    def _get_page_file(self, party, attachment_id):
        """Return a file that is shown on a party's page, nothing for any other id."""
        shown = self._get_page_messages(party).attachment_ids
        shown |= self._get_reported_files() | self._get_described_files()
        return shown.filtered(
            lambda attachment: (
                attachment.id == attachment_id and attachment.type == "binary"
            )
        )

    def _get_listed_files(self, files, shown):
        """Return the files that a text does not show itself, to be read together."""
        return (files - shown).with_prefetch(files._prefetch_ids)

    def _prepare_page_files(self, attachments, token):
        return [
            {
                "name": attachment.name,
                "size": self._format_page_size(attachment.file_size),
                "path": self._get_page_file_path(attachment, token),
            }
            for attachment in attachments.sorted("id")
            if attachment.type == "binary"
        ]

    def _get_page_file_path(self, attachment, token):
        """Return where a page finds one of its files.

        :param token: of the link that the page was opened by
        """
        return f"/incident/{self.id}/file/{attachment.id}?token={token}"

    def _format_page_size(self, size):
        kilobytes = size / 1024
        if kilobytes < 1000:
            return self.env._("%(size)s kB", size=max(1, round(kilobytes)))
        megabytes = self.env["ir.qweb.field.float"].value_to_html(
            kilobytes / 1024, {"precision": 1}
        )
        return self.env._("%(size)s MB", size=megabytes)

    # The question

    def _is_asked_alone(self, party):
        """Tell whether the incident waits for what this party alone was asked."""
        asked = self.private_request_party_id
        return self._is_private_request() and party.incident_party_id == asked

    def _get_page_question(self, party):
        """Return what was asked, as HTML, while the incident waits.

        The words of the colleague where the follow-up kept them, else the last entry.
        """
        if self.incident_phase not in ON_HOLD:
            return ""
        if self._is_private_request() and not self._is_asked_alone(party):
            return ""
        since = self.wait_start or fields.Datetime.now()
        started = self.followup_ids.filtered(
            lambda followup: followup.start_date >= since
        ).event_ids.filtered(lambda event: event.text and not event.step_id)
        token = self._sign_incident_link(party, VIEW)
        if started:
            text = started.sorted("id")[-1:].text
            files = self._get_page_messages(party).attachment_ids
            return self._get_page_body(text, files, token)[0]
        entries = self._get_page_entries(party, token)
        return next((entry["body"] for entry in entries if entry["ours"]), "")
