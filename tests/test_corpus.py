"""Mails that none of us wrote, one by one: what is read of them, without Odoo around.

The rules were tuned on one half of the corpus and are judged on both.
"""

import time
from email import message_from_bytes, policy

import pytest

from odoo.addons.openip_incident.tools import mail_report as report
from odoo.addons.openip_incident.tools.mail_classifier import classify, judge_answer
from odoo.addons.openip_incident.tools.mail_signs import DOUBTFUL

from . import corpus
from .system import pace, seeds

HALVES = (0, 1)

# Of the bounces, how many may reach a human as new mail; of the mails by humans, how
# many an agent may have to judge; of the failures, how many may name no address. No
# human is put aside in silence.
MISSED_BOUNCES = 0.01
DOUBTFUL_HUMANS = 0.02
MISTAKEN_HUMANS = 0.01
UNNAMED_FAILURES = 0.10

# Bounces, automatic replies and notices, mails by humans.
COUNTS = (235, 14, 986)


@pytest.mark.parametrize("half", HALVES)
def test_bounces_are_known_for_machine_mail(half):
    bounces = corpus.of_kind("bounce", half=half)
    missed = [mail.name for mail in bounces if not _is_certain(mail)]
    assert len(bounces) > 100
    assert len(missed) <= MISSED_BOUNCES * len(bounces), missed


@pytest.mark.parametrize("half", HALVES)
def test_humans_are_not_taken_for_machines(half):
    """Also those who write through mailing lists, which call all mail bulk."""
    humans = corpus.of_kind("human", half=half)
    assert len(humans) > 300
    assert not [mail.name for mail in humans if _is_certain(mail)]
    doubted = [mail.name for mail in humans if judge_answer(_parse(mail.raw))]
    assert len(doubted) <= DOUBTFUL_HUMANS * len(humans), doubted


@pytest.mark.parametrize("half", HALVES)
def test_humans_who_answer_us_are_heard(half):
    humans = [_parse(mail.raw) for mail in corpus.of_kind("human", half=half)]
    reasons = [judge_answer(message, party=True, ours=True) for message in humans]
    assert not [reason for reason in reasons if reason and reason not in DOUBTFUL]
    assert len(list(filter(None, reasons))) <= DOUBTFUL_HUMANS * len(humans)


def test_no_machine_is_answered():
    machines = corpus.of_kind("bounce", "auto")
    assert not [mail.name for mail in machines if not classify(_parse(mail.raw))]


def test_automatic_replies_and_notices_are_known():
    replies = corpus.of_kind("auto")
    missed = [mail.name for mail in replies if not judge_answer(_parse(mail.raw))]
    assert len(replies) > 10
    assert not missed


@pytest.mark.parametrize("half", HALVES)
def test_failures_name_who_was_not_reached(half):
    bounces = [_parse(mail.raw) for mail in corpus.of_kind("bounce", half=half)]
    failures = [message for message in bounces if report.reports_failure(message)]
    unnamed = [item for item in failures if not report.get_failed_addresses(item)]
    assert len(failures) > 90
    assert len(unnamed) <= UNNAMED_FAILURES * len(failures)


def test_humans_report_no_failure():
    humans = corpus.of_kind("human")
    failures = [
        mail.name for mail in humans if report.get_failed_addresses(_parse(mail.raw))
    ]
    assert len(failures) <= MISTAKEN_HUMANS * len(humans), failures


def test_corpus_is_what_it_was():
    """A file that no pattern matches any more would make every rate look better."""
    count = {kind: len(corpus.of_kind(kind)) for kind in ("bounce", "auto", "human")}
    assert (count["bounce"], count["auto"], count["human"]) == COUNTS
    assert len({mail.name for mail in corpus.load()}) == len(corpus.load())
    unknown = set(corpus.CORRECTIONS) - {mail.name for mail in corpus.load()}
    assert not unknown


def test_no_mail_raises_and_none_takes_long():
    for mail in corpus.load():
        _read_all(mail.raw, mail.name)


def test_no_damaged_mail_raises():
    """Bytes that are lost, doubled or changed on the way, the same in each run."""
    chance = seeds.draw(5)
    for mail in corpus.load():
        _read_all(_damage(mail.raw, chance), mail.name)


def _is_certain(mail):
    """Tell whether a mail is put aside in silence where it is new."""
    reason = judge_answer(_parse(mail.raw))
    return bool(reason) and reason not in DOUBTFUL


def _parse(raw):
    return message_from_bytes(raw, policy=policy.SMTP)


def _read_all(raw, name):
    message = _parse(raw)
    started = time.process_time()
    classify(message)
    report.reports_failure(message)
    report.get_failed_addresses(message)
    report.get_reported_ids(message)
    assert time.process_time() - started < pace.allow(2), name


def _damage(raw, chance):
    damaged = bytearray(raw[:20_000])
    for _count in range(10):
        start = chance.randrange(len(damaged) + 1)
        end = start + chance.randrange(12)
        damaged[start:end] = chance.choice(
            [b"", b"\x00", b"\n\n", b'"', b"=?", b"<>", b"\xff", 2 * damaged[start:end]]
        )
    return bytes(damaged)
