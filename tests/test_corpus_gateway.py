"""Mails that none of us wrote, through the real gateway, to a team with intake.

Each starts from the same state: what one leaves behind is undone before the next.
"""

import time
from collections import Counter
from dataclasses import dataclass

import pytest

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.openip_incident.tools.mail_signs import DOUBTFUL, REASONS
from odoo.addons.openip_incident_portal.tests.intake_common import (
    FORM_LINK,
    IntakeCommon,
)

from . import corpus
from .system import pace

MACHINES = dict(REASONS)
MACHINE_KINDS = ("bounce", "auto")

# Logs of what is expected: mail that is kept, dropped by core, or broken.
LOGGERS = (
    "odoo.addons.mail.models.mail_thread",
    "odoo.addons.openip_incident.models.inbound.incident_mail_gateway",
    "odoo.tools.mail",
)

# One mail of so many is tried in every run.
SAMPLE = 12
MAX_SECONDS = 5
MISSED_BOUNCES = 0.01
DOUBTFUL_HUMANS = 0.02
# What core cannot process is kept for a human to look at.
KEPT_HUMANS = 0.02


@dataclass(frozen=True)
class Fate:
    """What became of a mail.

    :ivar end: ``intake``, ``incident``, ``machine``, ``aside`` or ``quarantined``
    :ivar reason: why it was not answered, or False
    :ivar letters: how many mails of ours left, those to colleagues apart
    :ivar links: how many of these carry a form link
    :ivar seconds: how long it took
    """

    mail: corpus.Mail
    end: str
    reason: str
    letters: int
    links: int
    seconds: float


@tagged("post_install", "-at_install")
class TestCorpusGateway(IntakeCommon):
    def test_sample_of_foreign_mails_that_rules_are_tuned_on(self):
        self._check_sample(0)

    def test_sample_of_foreign_mails_that_rules_are_judged_on(self):
        self._check_sample(1)

    def _check_sample(self, half):
        """Try one of several mails: quick enough for every run, too few for rates."""
        mails = [mail for mail in corpus.load() if mail.number % SAMPLE == 0]
        mails = [mail for mail in mails if mail.half == half]
        self.assertTrue(mails)
        self._check_fates(self._process_all(mails))

    @pytest.mark.slow
    def test_all_foreign_mails(self):
        fates = self._process_all(corpus.load())
        self._check_fates(fates)
        self._check_rates(fates)
        for half in (0, 1):
            self._check_rates([fate for fate in fates if fate.mail.half == half])

    def _process_all(self, mails):
        fates = []
        for mail in mails:
            with self.cr.savepoint() as savepoint:
                fates.append(self._process_foreign(mail))
                savepoint.rollback()
            self.env.invalidate_all()
        return fates

    def _process_foreign(self, mail):
        """Deliver a mail to the team, as a delivery agent notes it."""
        raw = f"Delivered-To: {self.address}\n".encode() + mail.raw.lstrip()
        last = {model._name: self._get_last_id(model) for model in self._get_models()}
        with mute_logger(*LOGGERS), self.capture_letters() as letters:
            started = time.process_time()
            self.env["mail.thread"].message_process(False, raw)
            seconds = time.process_time() - started
        end, reason = self._get_end(last)
        # An agent hears of what is kept for a human.
        letters = [item for item in letters if not self._goes_to_colleagues(item)]
        links = [letter for letter in letters if FORM_LINK.search(letter["body"])]
        return Fate(mail, end, reason, len(letters), len(links), seconds)

    def _goes_to_colleagues(self, letter):
        colleagues = (self.agent | self.leader | self.manager).mapped("email")
        return set(self._recipients([letter])) <= set(colleagues)

    def _get_models(self):
        names = ("incident.inbound", "incident.intake", "helpdesk.ticket")
        return [self.env[name].sudo() for name in names]

    def _get_last_id(self, model):
        return model.search([], order="id desc", limit=1).id or 0

    def _get_end(self, last):
        inbound, intake, ticket = (
            model.search([("id", ">", last[model._name])])
            for model in self._get_models()
        )
        if intake:
            machine = intake.hold_reason in MACHINES and intake.state == "discarded"
            return "machine" if machine else "intake", intake.hold_reason
        if ticket:
            return "incident", False
        self.assertEqual(len(inbound), 1, "a mail without a trace")
        return inbound.state, inbound.reason

    # What has to be true of every mail, and of most of them

    def _check_fates(self, fates):
        for fate in fates:
            with self.subTest(mail=fate.mail.name):
                self._check_fate(fate)

    def _check_fate(self, fate):
        self.assertIn(fate.end, ("intake", "machine", "aside", "quarantined"))
        self.assertLess(fate.seconds, pace.allow(MAX_SECONDS))
        if fate.end == "intake" and not fate.reason:
            self.assertNotIn(fate.mail.kind, MACHINE_KINDS)
            self.assertEqual((fate.letters, fate.links), (1, 1))
        else:
            # A human hears that the mail was too large for us; others hear nothing.
            told = fate.end == "quarantined" and fate.mail.kind not in MACHINE_KINDS
            self.assertEqual(fate.links, 0)
            self.assertLessEqual(fate.letters, 1 if told else 0)

    def _check_rates(self, fates):
        bounces = [fate for fate in fates if fate.mail.kind == "bounce"]
        humans = [fate for fate in fates if fate.mail.kind == "human"]
        missed = [fate for fate in bounces if fate.end == "intake"]
        mistaken = [fate for fate in humans if fate.end == "machine"]
        doubted = [fate for fate in humans if fate.reason in DOUBTFUL]
        kept = [fate for fate in humans if fate.end in ("aside", "quarantined")]
        self._print_counts(fates)
        self.assertLessEqual(len(missed), MISSED_BOUNCES * len(bounces), missed)
        self.assertFalse(mistaken, "a human is put aside in silence")
        self.assertLessEqual(len(doubted), DOUBTFUL_HUMANS * len(humans), doubted)
        self.assertLessEqual(len(kept), KEPT_HUMANS * len(humans), kept)

    def _print_counts(self, fates):
        count = Counter((fate.mail.kind, fate.end, fate.reason) for fate in fates)
        for (kind, end, reason), number in sorted(count.items(), key=str):
            print(f"{number:5} {kind:8} {end} {reason or ''}")
        print(f"slowest: {max(fate.seconds for fate in fates):.2f} s")
