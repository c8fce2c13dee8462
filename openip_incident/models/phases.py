# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a stage means to the process, and which moves the process allows.

Admins rename, reorder and add stages freely; code knows only these phases. A phase is
one row of ``TABLE``: what it allows, whose turn it is, how it looks. A new one needs
its row, a stage, and a mail template if the parties are to learn of it.
"""

from dataclasses import dataclass

REGISTERED = "registered"
OPENED = "opened"
IN_PROGRESS = "in_progress"
ESCALATED = "escalated"
WAITING = "waiting"
FROZEN = "frozen"
CLOSURE = "closure"
CLOSED = "closed"

# Whose turn it is.
OURS = "ours"
THEIRS = "theirs"

# What taking an incident into work is called where it comes from.
START = "start"
DEESCALATE = "deescalate"
REFUSE = "refuse"


@dataclass(frozen=True)
class Phase:
    """One row of the process.

    :param targets: phases to which the process allows to move (P1 to P9)
    :param first_act: the act that is expected of support next; its button stands out
    :param tone: of its badge, as Odoo names them
    :param turn: ``OURS``, ``THEIRS`` where the parties owe an answer, or nothing
    :param announced: whether the parties learn of it by its stage's mail
    :param followed: whether its stage can have a follow-up plan
    :param start_as: what taking the incident into work is called from here
    """

    key: str
    label: str
    targets: frozenset
    first_act: str
    tone: str
    turn: str = ""
    announced: bool = False
    followed: bool = True
    start_as: str = START


# Two moves depend on the incident and are decided beside this table: back from waiting
# or frozen to the return stage, and out of closed by reopening.
TABLE = (
    Phase(
        REGISTERED,
        "Registered",
        targets=frozenset({OPENED, WAITING, CLOSED}),
        first_act="open",
        tone="info",
        turn=OURS,
        followed=False,
    ),
    Phase(
        OPENED,
        "Opened",
        targets=frozenset({IN_PROGRESS, ESCALATED, WAITING, CLOSURE, CLOSED}),
        first_act="start",
        tone="info",
        turn=OURS,
        announced=True,
    ),
    Phase(
        IN_PROGRESS,
        "In progress",
        targets=frozenset({ESCALATED, WAITING, CLOSURE, CLOSED}),
        first_act="resolve",
        tone="success",
        turn=OURS,
    ),
    Phase(
        ESCALATED,
        "Escalated",
        targets=frozenset({IN_PROGRESS, WAITING, CLOSURE, CLOSED}),
        first_act="resolve",
        tone="danger",
        turn=OURS,
        announced=True,
        start_as=DEESCALATE,
    ),
    Phase(
        WAITING,
        "Waiting for the parties",
        targets=frozenset({ESCALATED, WAITING, FROZEN, CLOSURE, CLOSED}),
        first_act="answer",
        tone="warning",
        turn=THEIRS,
        announced=True,
    ),
    Phase(
        FROZEN,
        "Frozen",
        targets=frozenset({ESCALATED, WAITING, CLOSURE, CLOSED}),
        first_act="answer",
        tone="warning",
        turn=THEIRS,
        followed=False,
    ),
    Phase(
        CLOSURE,
        "Closure requested",
        targets=frozenset({IN_PROGRESS, ESCALATED, WAITING, CLOSED}),
        first_act="confirm",
        tone="success",
        announced=True,
        start_as=REFUSE,
    ),
    Phase(
        CLOSED,
        "Closed",
        targets=frozenset(),
        first_act="reopen",
        tone="muted",
        announced=True,
        followed=False,
    ),
)

ROWS = {row.key: row for row in TABLE}
PHASES = [(row.key, row.label) for row in TABLE]
TRANSITIONS = {row.key: row.targets for row in TABLE}
OPEN_PHASES = tuple(row.key for row in TABLE if row.key != CLOSED)
# The ball is in the field of support.
OUR_TURN = tuple(row.key for row in TABLE if row.turn == OURS)
# The parties owe an answer.
ON_HOLD = tuple(row.key for row in TABLE if row.turn == THEIRS)
ANNOUNCED = tuple(row.key for row in TABLE if row.announced)

# The acts that move an incident, and the phase that each leads to.
ACTS = {
    "open": OPENED,
    "start": IN_PROGRESS,
    "request": WAITING,
    "escalate": ESCALATED,
    "resolve": CLOSURE,
    "close": CLOSED,
}

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

CONFIRMED = "confirmed"
NO_ANSWER = "no_answer"
NOT_CONFIRMED = "not_confirmed"
REJECTED = "rejected"
SUPPORT = "support"
DUPLICATE = "duplicate"
OTHER = "other"

CLOSE_REASONS = [
    (CONFIRMED, "Confirmed by a party"),
    (NO_ANSWER, "No answer"),
    (NOT_CONFIRMED, "Closure not confirmed"),
    (REJECTED, "Rejected"),
    (SUPPORT, "Closed by support"),
    (DUPLICATE, "Duplicate of another incident"),
    (OTHER, "Other reason"),
]

# What a person can give as the reason; the others are facts of the process.
HUMAN_REASONS = (CONFIRMED, SUPPORT, DUPLICATE, OTHER)

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
