# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Histories of incidents, drawn by a seeded chance, and what is counted of them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from .common import CLOSED, CLOSURE, FROZEN, IN_PROGRESS, OPENED, REGISTERED, WAITING

FIRST = datetime(2025, 11, 1, 8, 0)
UTC = ZoneInfo("UTC")


def draw_history(dice):
    """Return what happens to an incident: list of (naive UTC, phase)."""
    moment = FIRST + timedelta(minutes=dice.randrange(364 * 24 * 60))
    history = [(moment, REGISTERED)]

    def go(phase, hours):
        nonlocal moment
        moment += timedelta(minutes=dice.randrange(1, hours * 60))
        history.append((moment, phase))

    if dice.random() < 0.08:
        go(CLOSED, 48)
        return history
    go(OPENED, 30)
    go(IN_PROGRESS, 20)
    while dice.random() < 0.45:
        go(WAITING, 40)
        if dice.random() < 0.4:
            go(FROZEN, 80)
        go(IN_PROGRESS, 400)
    go(CLOSURE, 60)
    if dice.random() < 0.2:
        go(IN_PROGRESS, 30)
        go(CLOSURE, 60)
    if dice.random() < 0.9:
        go(CLOSED, 72)
    return history


def count_hours(history, phases, end):
    """Return how many hours a history was in some phases, until a moment."""
    ends = [moment for moment, _phase in history[1:]] + [end]
    return sum(
        (until - since).total_seconds() / 3600
        for (since, phase), until in zip(history, ends, strict=True)
        if phase in phases
    )


def to_month(moment):
    return moment.strftime("%Y-%m")
