# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime

from odoo import fields, models

from ...tools.calendar_file import MIMETYPE
from ...tools.spoken_date import say_period
from ..phases import CLOSED

MESSAGE = "mail.message"


class HelpdeskTicket(models.Model):
    """What mails say of what may be expected, and the file for the reader's calendar.

    The file hangs on the hidden message of one party: nobody else reads it.
    """

    _inherit = "helpdesk.ticket"

    # Facts of every mail

    def _get_correspondence_facts(self, party):
        facts = super()._get_correspondence_facts(party)
        return facts + self._get_expected_facts(party)

    def _get_expected_facts(self, party):
        """Return what may be expected now, as a reader reads it.

        :return: list of (label, value)
        """
        lang = self.env.lang
        date = self._get_expected_restoration()
        facts = []
        if date:
            said = self._format_correspondence_date(date, party, lang)
            facts.append((self._label_restoration(), said))
        facts += [
            (self._label_intervention(), self._say_intervention(one, party, lang))
            for one in self._get_incident_planned()
        ]
        return facts

    def _label_restoration(self):
        return self.env._("Expected restoration:")

    def _label_intervention(self):
        return self.env._("Intervention:")

    def _say_intervention(self, intervention, party, lang):
        """Return an intervention in one line: when, where, and who comes."""
        return ", ".join(
            filter(
                None,
                (
                    intervention._say_period(party, lang),
                    intervention.place,
                    intervention.visitor,
                ),
            )
        )

    def _say_incident_period(self, begin, end, party, lang):
        """Return from when to when, by the clocks around a reader.

        :param begin: naive UTC
        :param end: naive UTC
        :param party: the reader, nobody for the chatter
        :param lang: code of the reader's language
        """
        zone, home = self._get_reader_zone(party), self._get_home(party)
        return say_period(begin, end, zone, lang, fields.Datetime.now(), home)

    def _get_all_correspondence_facts(self, party):
        """Add what earlier mails may have promised: each date that was tracked."""
        facts, lang = super()._get_all_correspondence_facts(party), self.env.lang
        dates = self._get_expected_history() if self.expected_restoration_date else ()
        facts += [
            (
                self._label_restoration(),
                self._format_correspondence_date(date, party, lang),
            )
            for date in dates
        ]
        return facts + [
            (self._label_intervention(), self._say_intervention(one, party, lang))
            for one in self.incident_intervention_ids
        ]

    def _get_expected_history(self):
        """Return the dates of restoration that were promised so far."""
        field = self.env["ir.model.fields"]._get(
            self._name, "expected_restoration_date"
        )
        changes = self.env["mail.tracking.value"].search_fetch(
            [
                ("field_id", "=", field.id),
                ("mail_message_id.model", "=", self._name),
                ("mail_message_id.res_id", "=", self.id),
            ],
            ["old_value_datetime"],
        )
        dates = {*changes.mapped("old_value_datetime"), self.expected_restoration_date}
        return sorted(date for date in dates if date)

    # The mail of an act

    def _prepare_reader_facts(self, facts, party):
        facts = super()._prepare_reader_facts(facts, party)
        intervention, former = facts.get("intervention"), facts.get("former")
        if not intervention:
            return facts
        lang = self.env.lang
        facts = {
            **facts,
            "period": self._say_incident_period(
                intervention.begin_date, intervention.end_date, party, lang
            ),
            "place": intervention.place,
            "visitor": intervention.visitor,
        }
        if former and not isinstance(former, datetime):
            facts["former"] = self._say_incident_period(*former, party, lang)
        return facts

    def _incident_correspond_step(self, template, letters, text=None):
        """Let the mail of closure call off what is still in calendars."""
        for letter in letters:
            closed = letter.record.incident_phase == CLOSED
            ended = closed and letter.record._get_ended_interventions()
            if ended:
                letter.facts = {**letter.facts, "calendar": ended}
        return super()._incident_correspond_step(template, letters, text)

    # Files

    def _settle_drafts(self, template, drafts):
        """Give each mail that speaks of interventions their files."""
        res = super()._settle_drafts(template, drafts)
        for draft in drafts:
            told = draft.facts.get("calendar")
            if told and draft.party:
                files = self._create_calendar_files(told, draft)
                draft.files = (draft.files or files.browse()) | files
        return res

    def _create_calendar_files(self, interventions, draft):
        """Return the files for one reader's calendar, on no message yet."""
        files = self.env["ir.attachment"]
        return files.create(
            [
                {
                    "name": f"{one.ticket_id.number}-{one.id}.ics",
                    "raw": one._write_calendar(draft.party, draft.lang),
                    "mimetype": MIMETYPE,
                    "res_model": MESSAGE,
                    "res_id": 0,
                }
                for one in interventions
            ]
        )

    def _create_letter_messages(self, drafts):
        """Put the files where nobody but their reader finds them."""
        res = super()._create_letter_messages(drafts)
        for draft in drafts:
            if draft.facts.get("calendar") and draft.files:
                own = draft.files.filtered(
                    lambda file: file.res_model == MESSAGE and not file.res_id
                )
                own.write({"res_id": draft.message.id})
        return res
