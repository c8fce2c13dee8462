# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A simulated clock: time passes from one wake-up to the next."""

import re
import smtplib
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tools import email_normalize, mute_logger

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from ..tools.mail_frame import TOGETHER
from .common import IncidentCommon
from .data import MAIL_BOUNCE

# A Monday.
START = datetime(2026, 11, 23, 9, 0, 0)
HOUR = timedelta(hours=1)

ANSWER_TYPE = "openip_incident.mail_activity_type_answer"
UNREACHABLE_TYPE = "openip_incident.mail_activity_type_unreachable"
FAILED_TYPE = "openip_incident.mail_activity_type_followup"


# What a subject says of its reader's customer, and of the day of closure.
ADDED = re.compile(r" \[[^\]]*\]|(?<=closure) on [^:]*|(?<=automatique) le [\d/]+")

# What a body keeps on one line.
KEPT = re.compile(rf'<span style="{re.escape(TOGETHER)}">([^<]*)</span>')


def read_subject(subject):
    """Return a subject without what differs from reader to reader."""
    return ADDED.sub("", subject)


@dataclass(frozen=True)
class Letter:
    """A mail that a mail server has accepted."""

    date: datetime
    address: str
    subject: str
    body: str
    message_id: str


class FollowupCommon(IncidentCommon):
    """A clock that runs the scheduled actions whenever they are woken.

    Woken by what the code has written for Odoo's scheduler, and by the hour for mails
    that are on their way too long: a wake-up that is forgotten leaves its step undone.
    """

    @classmethod
    def setUpClass(cls):
        # Stopping the clock looks through every module that is loaded: once will do.
        freezer = freeze_time(START)
        cls.hands = freezer.start()
        cls.addClassCleanup(freezer.stop)
        super().setUpClass()
        cls.remind_cron = cls.env.ref("openip_incident.ir_cron_followup_remind")
        cls.close_cron = cls.env.ref("openip_incident.ir_cron_followup_close")
        cls.crons = cls.remind_cron | cls.close_cron
        cls.company.resource_calendar_id.tz = "Europe/Paris"
        followups = cls.env["incident.followup"].sudo()
        followups.search([("state", "in", ["running", "held"])])._finish("cancelled")
        cls.env.flush_all()
        cls.cr.precommit.run()
        cls._get_triggers().unlink()

    # When a test begins, and what the mail server has accepted before.
    clock = START
    letters = ()

    def setUp(self):
        super().setUp()
        self._start_test()

    def _start_test(self):
        self.letters = list(self.letters)
        # Which addresses it refuses.
        self.refused = set()
        self.server_down = False

    @contextmanager
    def undone(self):
        clock, letters = self.clock, list(self.letters)
        try:
            with super().undone():
                yield
        finally:
            self.clock, self.letters = clock, letters

    # The clock

    @contextmanager
    def at(self, date):
        """Do something at a date, database clock included."""
        before = fields.Datetime.now()
        self.hands.move_to(date)
        try:
            with patch("odoo.sql_db.BaseCursor.now", return_value=date):
                yield
        finally:
            self.hands.move_to(before)

    @contextmanager
    def moment(self, hours):
        """Let time pass, then do something so many hours after the start."""
        self.run_to(hours)
        with self.at(self.clock), self.mail_server():
            yield
            self.flush_tracking()
        self.env.invalidate_all()

    def run_to(self, hours):
        """Let time pass up to so many hours after the start.

        :return: the letters to the parties that left meanwhile
        """
        known = len(self.letters)
        end = START + hours * HOUR
        self.run_until(end, start=self.clock)
        self.clock = end
        return self.get_party_letters(known)

    def skip_to(self, hours):
        """Let time pass without a wake-up before its end, as on a server that stood.

        For what lasts: refused mails are tried a dozen times a day, each day alike.

        :return: the letters to the parties that left at the end
        """
        self.clock = START + hours * HOUR
        return self.run_to(hours)

    def run_until(self, end, start=START):
        """Let time pass, waking up when something is due.

        :return: list of (naive UTC, address, subject), one per mail that left
        """
        now, known = start, len(self.letters)
        woken = self.crons
        with self.enter_registry_test_mode(), self.mail_server():
            while now <= end:
                with self.at(now):
                    self.run_crons(woken)
                now, woken = self._get_wake_up(now) or (end + HOUR, self.crons)
        return [
            (letter.date, letter.address, letter.subject)
            for letter in self.letters[known:]
        ]

    def run_crons(self, woken=None):
        """Run reminders, closures and the queue until nothing moves any more.

        :param woken: which of the scheduled actions run, both if not given
        """
        self.flush_tracking()
        for cron in self.crons if woken is None else woken:
            cron.method_direct_trigger()
        self.env.invalidate_all()
        if self.send_queue():
            self.remind_cron.method_direct_trigger()
            self.env.invalidate_all()

    def send_queue(self):
        """Send what is queued; tell whether there was anything."""
        self.flush_tracking()
        mails = self.env["mail.mail"].sudo().search([("state", "=", "outgoing")])
        mails.send()
        self.flush_tracking()
        return bool(mails)

    @classmethod
    def _get_triggers(cls):
        triggers = cls.env["ir.cron.trigger"].sudo()
        return triggers.search([("cron_id", "in", cls.crons.ids)])

    def _get_wake_up(self, now):
        """Return when scheduled actions run next, and which; nothing if none does."""
        woken = {}
        for trigger in self._get_triggers():
            if trigger.call_at > now:
                woken.setdefault(trigger.call_at, set()).add(trigger.cron_id)
        in_flight = self.env["incident.followup"].search(
            [("state", "=", "running"), ("due_date", "=", False)]
        )
        # The interval is the only thing that wakes for these.
        for date in filter(None, in_flight.event_id.mapped("renew_date")):
            past = max(date, now + timedelta(seconds=1)) - START
            hour = START + -(past // -HOUR) * HOUR
            woken.setdefault(hour, set()).update(self.crons)
        if not woken:
            return None
        date = min(woken)
        return date, self.crons.filtered(lambda cron: cron in woken[date])

    # The mail server

    @contextmanager
    def mail_server(self):
        """Collect the mails that the mail server accepts, refuse the others."""
        accept = IrMail_Server.send_email

        def send_email(server, message, *args, **kwargs):
            address = email_normalize(message["To"])
            if address in self.refused:
                refusal = {address: (550, b"No such mailbox")}
                raise smtplib.SMTPRecipientsRefused(refusal)
            res = accept(server, message, *args, **kwargs)
            self.letters.append(self._read_letter(address, message))
            return res

        with (
            mute_logger("odoo.addons.mail.models.mail_mail"),
            patch.object(IrMail_Server, "send_email", send_email),
            self.mock_mail_gateway(),
        ):
            servers = type(self.env["ir.mail_server"])
            connect = servers._connect__

            def connect_if_up(server, *args, **kwargs):
                if self.server_down:
                    raise ConnectionRefusedError("Connection refused")
                return connect(server, *args, **kwargs)

            with patch.object(servers, "_connect__", connect_if_up):
                yield

    def _read_letter(self, address, message):
        return Letter(
            date=fields.Datetime.now(),
            address=address,
            subject=read_subject(str(message["Subject"])),
            body=KEPT.sub(r"\1", message.get_body(("html",)).get_content()),
            message_id=message["Message-Id"],
        )

    def get_party_letters(self, known=0):
        """Return the letters that did not go to colleagues, all or the latest ones."""
        return [
            letter
            for letter in self.letters[known:]
            if not letter.address.endswith("@operator.example.com")
        ]

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def bounce(self, incident, party):
        """Return the latest mail to a party as undeliverable."""
        message = self._hidden_message(incident, party)
        mail = MAIL_BOUNCE.format(
            to=f"{self.alias_bounce}@{self.alias_domain}",
            recipient=party.email,
            message_id=message.message_id,
            subject=message.subject,
            bounce_id=f"bounce-{message.id}",
        )
        self.env["mail.thread"].message_process("helpdesk.ticket", mail)

    # Incidents

    def request(self, wait_for="either", **values):
        """Ask the parties something at the start of the clock."""
        with self.at(START), self.mock_mail_gateway():
            incident = self._create_incident(**values)
            incident.action_incident_open()
            self.send_queue()
            incident.incident_request("information", "<p>Since when?</p>", wait_for)
            self.flush_tracking()
        return incident

    def resolve(self, **values):
        """Ask the parties to confirm closure at the start of the clock."""
        with self.at(START), self.mock_mail_gateway():
            incident = self._create_incident(**values)
            incident.action_incident_open()
            self.send_queue()
            incident.action_incident_resolve()
            self.flush_tracking()
        return incident

    def get_activities(self, incident, activity_type):
        activity_type = self.env.ref(activity_type)
        return incident.sudo().activity_ids.filtered(
            lambda activity: activity.activity_type_id == activity_type
        )

    # What is asserted

    def get_subject(self, kind, incident, lang):
        """Return the subject of a template in a language."""
        template = self.env.ref(f"openip_incident.mail_template_{kind}")
        rendered = template.with_context(lang=lang)._render_template(
            template.with_context(lang=lang).subject,
            "helpdesk.ticket",
            incident.ids,
            engine="inline_template",
        )
        return rendered[incident.id]

    def assertSteps(self, letters, *steps):
        """Assert which mails the parties got when, and no others.

        :param steps: (hours after the start, kind, incident, parties)
        """
        expected = sorted(
            (
                START + hours * HOUR,
                party.email,
                self.get_subject(kind, incident, party.lang),
            )
            for hours, kind, incident, parties in steps
            for party in parties
        )
        actual = sorted(
            (letter.date, letter.address, letter.subject) for letter in letters
        )
        self.assertEqual(actual, expected)

    def assertWaiting(self, incident, phase, state, reminders=0):
        """Assert where an incident and its last follow-up stand."""
        followup = incident.sudo().followup_ids.sorted("id")[-1:]
        self.assertEqual(
            (incident.incident_phase, followup.state, followup.reminder_count),
            (phase, state, reminders),
        )
        self.assertEqual(incident.sudo().reminder_count, reminders)
