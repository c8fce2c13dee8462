# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.file_address import get_shown_ids
from ...tools.file_size import say_size
from ..correspondence.letter import Letter
from ..engine.first import find_first
from ..words import INTERNAL

# Two ticket systems that acknowledge each mail would have us write without end, each
# time in the name of the other: no third machine in the ring.
COLLECTED_FOR = timedelta(minutes=10)
TRY_AGAIN_AFTER = timedelta(hours=1)
# Answers that are looked at to find the next incident, however many wait.
LOOKED_AT = 100

# Context key: an agent has looked at the answer that is passed on.
FORWARD_NOW = "incident_forward_now"


class HelpdeskTicket(models.Model):
    """Passes answers on: the first at once, what follows soon after as one mail."""

    _inherit = "helpdesk.ticket"

    # On the ticket's own row, which every answer reads and writes anyway.
    forward_customer_date = fields.Datetime(
        string="Passed on to the customer",
        copy=False,
        readonly=True,
        groups=INTERNAL,
        help="When a mail of the integrator was passed on last.",
    )
    forward_integrator_date = fields.Datetime(
        string="Passed on to the integrator",
        copy=False,
        readonly=True,
        groups=INTERNAL,
        help="When a mail of the customer was passed on last.",
    )

    def _incident_forward_answer(self, speaking, message, reopened=False):
        """Mail an answer to the other party, without what it quotes.

        A team without a mail for updates forwards nothing: the answer must not fail.

        :param speaking: the parties in whose name it is, and who need no copy
        :param reopened: whether the incident was closed until this answer
        """
        others = self._get_forward_readers(speaking)
        if not others or message.incident_private_party_id:
            return
        # Nothing is reopened again and again: no ring of machines to break.
        date = not reopened and self._get_forward_date(others, message)
        if date:
            message.incident_forward_date = date
            self.env["ir.cron"]._wake("ir_cron_followup_remind", date)
        else:
            self._incident_forward(others, message, reopened)

    def _get_forward_readers(self, speaking):
        """Return the parties that are told what others wrote, if the team does so."""
        team = self.team_id
        if not team.incident_forward_answers or not team.update_template_id:
            return self.env["res.partner"]
        return self._get_incident_parties().filtered(
            lambda party: party.incident_party_id not in speaking.incident_party_id
        )

    def _get_forward_date(self, others, message):
        """Return until when a mail waits, as one went to the same readers just now.

        What was typed on a page, or said on the phone, no ticket system has written.

        :return: naive UTC, or False for at once
        """
        if message.message_type != "email" or self.env.context.get(FORWARD_NOW):
            return False
        last = self[self._get_forward_field(others)]
        until = last and last + COLLECTED_FOR
        return until if until and until > fields.Datetime.now() else False

    def _get_forward_field(self, others):
        """Return the field that knows when something was passed on to readers."""
        customer = self.partner_id in others
        return "forward_customer_date" if customer else "forward_integrator_date"

    def _get_collected_answers(self, domain=Domain.TRUE):
        """Return the answers of these incidents that wait to be passed on."""
        # SUDO: what waits is passed on whoever looks at the incident.
        messages = self.env["mail.message"].sudo()
        waiting = Domain(
            [
                ("model", "=", self._name),
                ("res_id", "in", self.ids),
                ("incident_forward_date", "!=", False),
            ]
        )
        return messages.search(waiting & domain, order="id")

    def _incident_forward_collected(self, domain=Domain.TRUE):
        """Pass on as one mail per reader what was collected.

        Taking the date off and writing the mail is one transaction: a second one that
        does the same fails on the row, whatever was killed in between.
        """
        for ticket in self:
            answers = ticket._get_collected_answers(domain)
            for others, messages in answers.grouped(ticket._get_readers_of).items():
                if others:
                    ticket._incident_forward(others, messages)
            answers.incident_forward_date = False

    # What the scheduled action does

    @api.model
    def _get_forward_due_domain(self):
        """Incidents with answers whose time has come, archived ones included."""
        due = self._get_forward_message_domain()
        # SUDO: see above.
        messages = self.env["mail.message"].sudo()
        return Domain("active", "in", [True, False]) & find_first(
            messages, due, "res_id", "incident_forward_date", LOOKED_AT
        )

    @api.model
    def _get_forward_still_domain(self):
        """The same, of incidents that are known."""
        # SUDO: see above.
        messages = self.env["mail.message"].sudo()
        query = messages._search(self._get_forward_message_domain())
        return Domain("active", "in", [True, False]) & Domain(
            "id", "in", query.subselect(SQL.identifier(query.table, "res_id"))
        )

    @api.model
    def _get_forward_message_domain(self):
        return Domain("model", "=", self._name) & self._get_forward_date_domain()

    @api.model
    def _get_forward_date_domain(self):
        return Domain("incident_forward_date", "<=", fields.Datetime.now())

    def _do_forward(self):
        """Pass on what is due of incidents that are locked."""
        self._incident_forward_collected(self._get_forward_date_domain())

    def _put_forward_off(self):
        """Leave alone for a while what could not be passed on."""
        later = fields.Datetime.now() + TRY_AGAIN_AFTER
        answers = self._get_collected_answers(self._get_forward_date_domain())
        answers.incident_forward_date = later
        self.env["ir.cron"]._wake("ir_cron_followup_remind", later)

    def _get_readers_of(self, message):
        """Return who is told what an answer says, by who the parties are now."""
        author = message.author_id
        party = self._get_incident_party(author)
        if not party:
            return party
        return self._get_forward_readers(self._get_speaking_parties(party, author))

    def _incident_forward(self, others, messages, reopened=False):
        """Mail what a party wrote to the other party, all of it in one mail.

        :param others: the readers
        :param messages: the answers, in their order
        :param reopened: whether the incident was closed until these
        """
        if messages[-1].message_type == "email":
            self[self._get_forward_field(others)] = fields.Datetime.now()
        texts = [self._get_forwarded_text(others, message) for message in messages]
        last = messages[-1]
        known = last.incident_notice_ids
        facts = {
            "files": self._name_forwarded_files(others, messages),
            "reopened": reopened,
        }
        self._correspond(
            self.team_id.update_template_id,
            [Letter(self, others, facts, entry=last)],
            Markup("").join(texts),
        )
        files = (messages - last).attachment_ids
        if files:
            letters = (last.incident_notice_ids - known).message_id
            letters.attachment_ids = [Command.link(file_id) for file_id in files.ids]
        messages.filtered("incident_forward_date").incident_forward_date = False

    def _name_forwarded_files(self, others, messages):
        """Return the files of answers as the other party reads them: name and size."""
        shown = get_shown_ids(Markup("").join(messages.mapped("body")))
        files = messages.attachment_ids.filtered(lambda file: file.id not in shown)
        lang = others[0]._get_incident_lang(self._get_correspondence_lang())
        return [
            f"{file.name} ({say_size(file.file_size, lang)})"
            for file in files.sorted("id")
        ]

    def _incident_set_read(self):
        """Pass on at once what waits, when an agent has looked."""
        # SUDO: what follows is the process's doing, not the agent's.
        self.filtered("answer_unread").sudo()._incident_forward_collected()
        return super()._incident_set_read()
