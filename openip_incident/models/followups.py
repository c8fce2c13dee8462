# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The words of follow-ups: their states, what a step does, what became of it."""

from datetime import timedelta

# Follow-ups and mails that wait for longer than that are in trouble.
LATE_AFTER = timedelta(hours=1)

RUNNING = "running"
HELD = "held"
ANSWERED = "answered"
EXPIRED = "expired"
CANCELLED = "cancelled"

STATES = [
    (RUNNING, "Running"),
    (HELD, "Held"),
    (ANSWERED, "Answered"),
    (EXPIRED, "Closed automatically"),
    (CANCELLED, "Cancelled"),
]

OPEN_STATES = (RUNNING, HELD)

REMIND = "remind"
ANNOUNCE = "announce"
CLOSE = "close"

ACTIONS = [
    (REMIND, "Remind"),
    (ANNOUNCE, "Announce closure"),
    (CLOSE, "Close"),
]

QUEUED = "queued"
SENT = "sent"
FAILED = "failed"
BOUNCED = "bounced"
DONE = "done"

OUTCOMES = [
    (QUEUED, "Queued"),
    (SENT, "Sent"),
    (FAILED, "Not delivered"),
    (BOUNCED, "Bounced"),
    (DONE, "Done"),
]

# Nobody is closed sooner after an announcement, whatever a plan says (G3).
ANNOUNCEMENT_FLOOR = timedelta(hours=24)
