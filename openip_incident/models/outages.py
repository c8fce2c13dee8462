# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The words of outages and planned works: kinds, states and the ways between them.

The states are those of public status pages; the names of ITSM: an outage is a *major
incident*, planned works are a *change* with its window.
"""

OUTAGE = "outage"
WORKS = "works"

KINDS = [
    (OUTAGE, "Outage"),
    (WORKS, "Planned works"),
]

# What planned works do to a service, in the words of MAINTNOTE.
MAINTNOTE_IMPACTS = {
    "none": "NO-IMPACT",
    "redundancy": "REDUCED-REDUNDANCY",
    "degraded": "DEGRADED",
    OUTAGE: "OUTAGE",
}
IMPACTS = [
    ("none", "No impact"),
    ("redundancy", "Reduced redundancy"),
    ("degraded", "Degraded"),
    (OUTAGE, "Interruption"),
]

INVESTIGATING = "investigating"
IDENTIFIED = "identified"
MONITORING = "monitoring"
RESOLVED = "resolved"
SCHEDULED = "scheduled"
IN_PROGRESS = "in_progress"
VERIFYING = "verifying"
COMPLETED = "completed"
CANCELLED = "cancelled"

STATES = [
    (INVESTIGATING, "Investigating"),
    (IDENTIFIED, "Identified"),
    (MONITORING, "Monitoring"),
    (RESOLVED, "Resolved"),
    (SCHEDULED, "Scheduled"),
    (IN_PROGRESS, "In progress"),
    (VERIFYING, "Verifying"),
    (COMPLETED, "Completed"),
    (CANCELLED, "Cancelled"),
]

FIRST_STATES = {OUTAGE: INVESTIGATING, WORKS: SCHEDULED}

# While it lasts: whatever its incidents wait for is held.
LASTING = (INVESTIGATING, IDENTIFIED, MONITORING, IN_PROGRESS, VERIFYING)
# What incidents can be attached to.
CURRENT = (*LASTING, RESOLVED, SCHEDULED)
# Over for good.
OVER = (COMPLETED, CANCELLED)

# Where each kind may go from each of its states.
TRANSITIONS = {
    OUTAGE: {
        INVESTIGATING: (IDENTIFIED, MONITORING, RESOLVED, CANCELLED),
        IDENTIFIED: (INVESTIGATING, MONITORING, RESOLVED, CANCELLED),
        MONITORING: (INVESTIGATING, IDENTIFIED, RESOLVED, CANCELLED),
        RESOLVED: (INVESTIGATING, IDENTIFIED, MONITORING, COMPLETED),
    },
    WORKS: {
        SCHEDULED: (IN_PROGRESS, CANCELLED),
        IN_PROGRESS: (VERIFYING, COMPLETED, CANCELLED),
        VERIFYING: (IN_PROGRESS, COMPLETED),
    },
}


def get_targets(kind, state):
    """Return the states that may follow one of a kind."""
    return TRANSITIONS.get(kind, {}).get(state, ())
