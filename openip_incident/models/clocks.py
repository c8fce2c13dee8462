# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The words of a contract's clock: what an entry is, whom a stop is attributed to."""

from ..tools.clock_ledger import (
    CONTRACT,
    KEPT,
    MISSED,
    NONE,
    REFUSED,
    RESTORED,
    RESUME,
    RUNNING,
    START,
    STOP,
    STOPPED,
    VOID,
    WORK,
)

ALERT = "alert"
DISPUTE = "dispute"
ACCEPTED = "accepted"
DENIED = "denied"

KINDS = [
    (START, "Reported and validated"),
    (WORK, "First work"),
    (STOP, "Stopped"),
    (RESUME, "Resumed"),
    (RESTORED, "Restored"),
    (REFUSED, "Restoration refused"),
    (CONTRACT, "Other contract"),
    (VOID, "Void"),
    (ALERT, "Threshold reached"),
    (DISPUTE, "Disputed"),
    (ACCEPTED, "Dispute accepted"),
    (DENIED, "Dispute refused"),
]

CLOCK_STATES = [
    (RUNNING, "Counting"),
    (STOPPED, "Stopped"),
    (KEPT, "In time"),
    (MISSED, "Missed"),
    (NONE, "Not guaranteed"),
]

# How pressing a guaranteed time is, as screens colour it.
CALM, SOON, URGENT = "calm", "soon", "urgent"

TONES = [
    (CALM, "Not pressing"),
    (SOON, "Pressing"),
    (URGENT, "Urgent"),
    (STOPPED, "Stopped"),
    (KEPT, "In time"),
    (MISSED, "Missed"),
]

CLOCKS = [("gti", "GTI"), ("gtr", "GTR")]

# Whom the time of a stop is attributed to.
CUSTOMER = "customer"
INTEGRATOR = "integrator"
EITHER = "both"
THIRD = "third"
US = "us"

STOPPING_PARTIES = [
    (CUSTOMER, "Customer"),
    (INTEGRATOR, "Integrator"),
    (EITHER, "Customer and integrator"),
    (THIRD, "Third party"),
    (US, "Us"),
]

# From when a waiting stops the clock.
FROM_DELIVERY = "delivered"
FROM_FREEZE = "freeze"

WAITING_STARTS = [
    (FROM_FREEZE, "From the freeze"),
    (FROM_DELIVERY, "From the delivered request"),
]

# The stops that the process itself knows of; key of a cause.
VALIDATION = "validation"
CAUSE_KEYS = [
    (CUSTOMER, "Waiting for the customer"),
    (INTEGRATOR, "Waiting for the integrator"),
    (EITHER, "Waiting for customer or integrator"),
    (VALIDATION, "Validation of restoration"),
]
