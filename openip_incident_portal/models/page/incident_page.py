# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, ormcache

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
from odoo.addons.openip_incident.tools.picture import SIGNATURES
from odoo.addons.openip_incident.tools.spoken_date import keep_hours_together

from .helpdesk_ticket_link import ANSWER
from .helpdesk_ticket_link import CLOSURE as CONFIRM

# What everybody who may read the incident has seen.
SHOWN_TYPES = ("comment", "email", "auto_comment")

ENTRY_FIELDS = (
    "attachment_ids",
    "author_id",
    "body",
    "date",
    "incident_private_party_id",
    "incident_step",
    "message_id",
    "message_type",
)

# A page is no archive: what is older is in the mails.
MAX_ENTRIES = 200


# The bar shows five steps; what happens on the way is said in words.
PROGRESS_STEPS = (
    (REGISTERED,),
    (OPENED,),
    (IN_PROGRESS, ESCALATED, WAITING, FROZEN),
    (CLOSURE,),
    (CLOSED,),
)


class IncidentPage(models.AbstractModel):
    """What a party sees of its incident: plain values, in the reader's language.

    Templates get no records, so that nothing internal can slip into a page. What is
    shown to whom, and where the page's links lead, says the :class:`~.view.View`, whose
    presenter this is: its incident comes as superuser, in the reader's language.
    """

    _name = "incident.page"
    _description = "Page of an Incident"

    def _get_page(self, view):
        """Return what a party may know of its incident.

        :param view: :class:`~.view.View`
        :return: dict of plain values for the templates
        """
        return {
            "number": view.ticket.number,
            "title": view.ticket.name,
            "readers": self._get_readers(view),
            "kept_from": self._get_kept_from(view),
            "phase": view.ticket.incident_phase,
            "solved": view.ticket.incident_phase == CLOSURE,
            "ended": view.ticket.incident_phase == CLOSED,
            "reopens": view.ticket._is_incident_reopenable(),
            "phase_label": self._get_phase_label(view),
            "stations": self._get_progress_steps(view),
            "next": self._get_next(view),
            **self._get_description(view),
            "entries": self._get_entries(view),
            "actions": self._get_actions(view),
        }

    def _get_description(self, view):
        """Return what was reported, and the files of the report."""
        files = self._get_reported_files(view)
        body, shown = self._get_body(
            view, view.ticket.description, files | self._get_described_files(view)
        )
        return {
            "description": body,
            "files": self._prepare_files(view, self._get_listed_files(files, shown)),
        }

    # Names and words

    def _get_name(self, partner):
        """Return how a contact is called in front of the other party."""
        party = partner.incident_party_id
        if not party or partner == party:
            return partner.name or ""
        return f"{partner.name} ({party.name})"

    def _get_readers(self, view):
        """Return who reads what a party writes, which it should know."""
        if view.ticket._is_incident_asked_alone(view.party):
            return self.env._("Read by our support only: we have asked nobody but you.")
        parties = view.ticket.partner_id | view.ticket.integrator_id
        if not view.looks_on:
            own = view.party.incident_party_id
            parties = parties.filtered(lambda one: one.incident_party_id != own)
        others = [self._get_name(one) for one in parties]
        if len(others) > 1:
            return self.env._(
                "Read by %(customer)s, %(integrator)s and our support.",
                customer=others[0],
                integrator=others[-1],
            )
        if not others:
            return self.env._("Read by our support.")
        return self.env._("Read by %(party)s and our support.", party=others[0])

    def _get_kept_from(self, view):
        """Return whom a message for our support alone is kept from, or nothing."""
        if view.ticket._is_incident_asked_alone(view.party):
            return ""
        other = view.ticket._get_other_incident_party(view.party)
        return other and self._get_name(other[:1]) or ""

    def _get_phase_label(self, view, waits=None):
        """Return the phase in a reader's words: what happens, not how it is called.

        :param waits: whether the incident waits for the party, where that is known
        """
        if waits is None:
            waits = view.ticket._is_incident_awaiting(view.party)
        if view.ticket.incident_phase in ON_HOLD and not waits:
            if view.ticket.incident_phase == FROZEN:
                return self.env._("Frozen: we are waiting for an answer")
            return self.env._("We are waiting for an answer")
        if view.ticket._is_incident_refused():
            return self.env._("Not accepted")
        return self._get_phase_labels().get(view.ticket.incident_phase, "")

    @api.model
    @ormcache("self.env.lang")
    def _get_phase_labels(self):
        return {
            REGISTERED: self.env._("Reported, not checked yet"),
            OPENED: self.env._("Opened, work starts soon"),
            IN_PROGRESS: self.env._("We are working on it"),
            ESCALATED: self.env._("Our specialists are working on it"),
            WAITING: self.env._("We are waiting for your reply"),
            FROZEN: self.env._("Frozen until you reply"),
            CLOSURE: self.env._("Solved: please confirm"),
            CLOSED: self.env._("Closed"),
        }

    def _get_progress_steps(self, view):
        """Return the steps of the bar, with where the incident is."""
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
                for index, phases in enumerate(PROGRESS_STEPS)
                if view.ticket.incident_phase in phases
            ),
            0,
        )
        if view.ticket.incident_phase in ON_HOLD and not view.ticket.validated_date:
            # A question before the incident was opened.
            here = 0
        return [
            {"label": label, "state": self._get_progress_state(view, index, here)}
            for index, label in enumerate(labels)
        ]

    def _get_progress_state(self, view, index, here):
        """Return how a step is drawn: what was left out was not done.

        :param index: the step
        :param here: where the incident is
        """
        if index == here:
            return "current"
        skipped = {
            OPENED: not view.ticket.validated_date,
            IN_PROGRESS: not view.ticket.validated_date,
            CLOSURE: not view.ticket.solved_date,
        }.get(PROGRESS_STEPS[index][0])
        return "todo" if index > here or skipped else "done"

    def _format_date(self, view, date):
        """Return a date of the past, shorter than a deadline in a mail."""
        return date and keep_hours_together(
            view.ticket._format_date_in(
                date, view.zone, self.env.lang, home=view.zone, weekday=False
            )
        )

    # What can be done now

    def _get_actions(self, view):
        """Return what a party can do now: dict of act: path."""
        actions = {}
        if view.looks_on:
            return actions
        actions["answer"] = view.get_path(ANSWER)
        if (
            view.ticket.incident_phase == CLOSURE
            or view.ticket._may_withdraw_incident_closure(view.party)
        ):
            actions["closure"] = view.get_path(CONFIRM)
        return actions

    # Conversation

    def _get_messages(self, view):
        """Return the entries that a party may read, newest first."""
        line = [False, *view.party.incident_party_id.ids]
        shown = Domain("incident_private_party_id", "in", line) & Domain(
            [
                ("model", "=", view.ticket._name),
                ("res_id", "=", view.ticket.id),
                ("message_type", "in", SHOWN_TYPES),
                ("subtype_id", "=", view.ticket._get_comment_subtype_id()),
                ("is_internal", "=", False),
                ("incident_disregard", "=", False),
            ]
        )
        return self.env["mail.message"].search_fetch(
            shown, ENTRY_FIELDS, order="id desc", limit=MAX_ENTRIES
        )

    def _get_entries(self, view):
        """Return the conversation as a party reads it, newest first."""
        entries, messages = [], self._get_messages(view)
        letters = self._get_letters(view, messages)
        for message in messages:
            author = self._get_author(view, message)
            body = message.body if author else letters.get(message.id, message.body)
            if message.message_type == "email":
                body = view.ticket._get_words_for_others(message).body
            elif author:
                body = view.ticket._retell_openings(message, body, self.env.lang)
            body, shown = self._get_body(view, body, message.attachment_ids)
            entries.append(
                {
                    "private": bool(message.incident_private_party_id),
                    "author": author or view.ticket.company_id.name,
                    "ours": not author,
                    "step": self._get_step_line(view, message),
                    "date": self._format_date(view, message.date),
                    "body": body,
                    "files": self._prepare_files(
                        view, self._get_listed_files(message.attachment_ids, shown)
                    ),
                }
            )
        return entries

    def _get_letters(self, view, messages):
        """Return in which mail, of its own language, a party got each entry.

        :return: dict of id of the entry: HTML
        """
        if not messages:
            return {}
        names = ["entry_id", "message_id", "partner_id", "reduced", "ticket_id"]
        # By SQL, past all rights: the page is open to its reader, and it is what this
        # reader was mailed about this very incident.
        self.env["incident.notice"].flush_model(names)
        self.env["mail.message"].flush_model(["body"])
        rows = self.env.execute_query(
            SQL(
                # Of old mails only the entry is left.
                """
                SELECT notice.entry_id, message.body
                  FROM incident_notice AS notice
                  JOIN mail_message AS message ON message.id = notice.message_id
                 WHERE notice.ticket_id = %s
                   AND notice.partner_id = %s
                   AND notice.entry_id IN %s
                   AND notice.reduced IS NOT TRUE
              ORDER BY notice.id
                """,
                view.ticket.id,
                view.addressee.id or None,
                tuple(messages.ids),
            )
        )
        return {entry_id: Markup(body or "") for entry_id, body in rows}

    def _get_author(self, view, message):
        """Return the name of who wrote from outside, nothing for us.

        Colleagues speak for their company, as they do in mails.
        """
        author = message.author_id
        if not author.partner_share or author == view.ticket.company_id.partner_id:
            return ""
        return self._get_name(author)

    # Files

    def _get_reported_files(self, view):
        """Return the files that came with the report, not what colleagues filed."""
        attachments = self.env["ir.attachment"]
        files = attachments.search(
            [
                ("res_model", "=", view.ticket._name),
                ("res_id", "=", view.ticket.id),
                ("res_field", "=", False),
                ("type", "=", "binary"),
            ],
            order="id",
        )
        if not files:
            return files
        # The files of messages belong to the record, too, those of notes included.
        posted = self.env["mail.message"].search([("attachment_ids", "in", files.ids)])
        return (files - posted.attachment_ids).filtered(
            lambda attachment: self._is_from_outside(attachment.create_uid)
        )

    def _is_from_outside(self, user):
        return user.share or user._is_superuser()

    def _get_file(self, view, attachment_id):
        """Return a file that is shown on a party's page, nothing for any other id."""
        shown = self._get_messages(view).attachment_ids
        shown |= self._get_reported_files(view) | self._get_described_files(view)
        return shown.filtered(
            lambda attachment: (
                attachment.id == attachment_id and attachment.type == "binary"
            )
        )

    def _get_listed_files(self, files, shown):
        """Return the files that a text does not show itself, to be read together."""
        return (files - shown).with_prefetch(files._prefetch_ids)

    def _prepare_files(self, view, attachments):
        return [
            {
                "name": attachment.name,
                "size": self._format_size(attachment.file_size),
                "path": view.get_file_path(attachment),
                "preview": self._get_preview_path(view, attachment),
            }
            for attachment in attachments.sorted("id")
            if attachment.type == "binary"
        ]

    def _get_preview_path(self, view, attachment):
        """Return where a page finds a picture made small, nothing for other files."""
        if attachment.mimetype not in SIGNATURES:
            return None
        path = view.get_file_path(attachment)
        return f"{path}{'&' if '?' in path else '?'}small=1"

    def _format_size(self, size):
        kilobytes = size / 1024
        if kilobytes < 1000:
            return self.env._("%(size)s kB", size=max(1, round(kilobytes)))
        megabytes = self.env["ir.qweb.field.float"].value_to_html(
            kilobytes / 1024, {"precision": 1}
        )
        return self.env._("%(size)s MB", size=megabytes)

    # The question

    def _get_question(self, view):
        """Return what was asked, as HTML, while the incident waits.

        The words of the colleague where the follow-up kept them, else the last entry.
        """
        if view.ticket.incident_phase not in ON_HOLD:
            return ""
        if (
            view.ticket._is_private_request()
            and not view.ticket._is_incident_asked_alone(view.party)
        ):
            return ""
        since = view.ticket.wait_start or fields.Datetime.now()
        started = view.ticket.followup_ids.filtered(
            lambda followup: followup.start_date >= since
        ).event_ids.filtered(lambda event: event.text and not event.step_id)
        if started:
            text = started.sorted("id")[-1:].text
            files = self._get_messages(view).attachment_ids
            return self._get_body(view, text, files)[0]
        entries = self._get_entries(view)
        return next((entry["body"] for entry in entries if entry["ours"]), "")
