# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a stage means to the process, and which moves the process allows.

Admins rename, reorder and add stages freely; code knows only these phases.
"""

REGISTERED = "registered"
OPENED = "opened"
IN_PROGRESS = "in_progress"
ESCALATED = "escalated"
WAITING = "waiting"
FROZEN = "frozen"
CLOSURE = "closure"
CLOSED = "closed"

PHASES = [
    (REGISTERED, "Registered"),
    (OPENED, "Opened"),
    (IN_PROGRESS, "In progress"),
    (ESCALATED, "Escalated"),
    (WAITING, "Waiting for the parties"),
    (FROZEN, "Frozen"),
    (CLOSURE, "Closure requested"),
    (CLOSED, "Closed"),
]

INFORMATION = "information"
ACTION = "action"

REQUEST_KINDS = [
    (INFORMATION, "Information"),
    (ACTION, "Action"),
]

# Every (phase, request kind) that a team needs before its process can run.
REQUIRED_STAGES = [
    (REGISTERED, False),
    (OPENED, False),
    (IN_PROGRESS, False),
    (ESCALATED, False),
    (WAITING, INFORMATION),
    (WAITING, ACTION),
    (FROZEN, False),
    (CLOSURE, False),
    (CLOSED, False),
]

OPEN_PHASES = tuple(phase for phase, _label in PHASES if phase != CLOSED)

# The ball is in the field of support.
OUR_TURN = (REGISTERED, OPENED, IN_PROGRESS, ESCALATED)

# The parties owe an answer.
ON_HOLD = (WAITING, FROZEN)

# P1 to P9. Two moves depend on the incident and are decided beside this table:
# back from waiting or frozen to the return stage, and out of closed by reopening.
TRANSITIONS = {
    REGISTERED: {OPENED, WAITING, CLOSED},
    OPENED: {IN_PROGRESS, ESCALATED, WAITING, CLOSURE, CLOSED},
    IN_PROGRESS: {ESCALATED, WAITING, CLOSURE, CLOSED},
    ESCALATED: {IN_PROGRESS, WAITING, CLOSURE, CLOSED},
    WAITING: {ESCALATED, WAITING, FROZEN, CLOSURE, CLOSED},
    FROZEN: {ESCALATED, WAITING, CLOSURE, CLOSED},
    CLOSURE: {IN_PROGRESS, ESCALATED, WAITING, CLOSED},
    CLOSED: set(),
}

CONFIRMED = "confirmed"
NO_ANSWER = "no_answer"
NOT_CONFIRMED = "not_confirmed"
REJECTED = "rejected"
SUPPORT = "support"

CLOSE_REASONS = [
    (CONFIRMED, "Confirmed by a party"),
    (NO_ANSWER, "No answer"),
    (NOT_CONFIRMED, "Closure not confirmed"),
    (REJECTED, "Rejected"),
    (SUPPORT, "Closed by support"),
]

BOTH = "both"

# Whom an act addresses.
PARTIES = [
    (BOTH, "Customer and integrator"),
    ("customer", "Customer only"),
    ("integrator", "Integrator only"),
]

WAIT_FOR = [
    ("either", "Customer or integrator"),
    ("customer", "Customer"),
    ("integrator", "Integrator"),
    ("both", "Customer and integrator"),
]
