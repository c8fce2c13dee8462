# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Why a mail waits to be judged, and what was decided about it."""

PENDING = "pending"
COUNTED = "counted"
DISMISSED = "dismissed"
HANDED = "handed"
SETTLED = "settled"

STATES = [
    (PENDING, "To judge"),
    (COUNTED, "Counted as an answer"),
    (DISMISSED, "Not an answer"),
    (HANDED, "Handed to another incident"),
    (SETTLED, "Settled elsewhere"),
]

AUTOMATIC = "automatic"
STRANGER = "stranger"
COLLEAGUE = "colleague"
INSIDE = "inside"
NAMED = "named"
UNREAD = "unread"
UNTHREADED = "unthreaded"
UNNAMED = "unnamed"
OUTAGE = "outage"

REASONS = [
    (AUTOMATIC, "May be automatic"),
    (STRANGER, "The sender speaks for no party"),
    (COLLEAGUE, "In a colleague's name"),
    (INSIDE, "Answers what was kept inside"),
    (NAMED, "Names this incident, was sent about another one"),
    (UNREAD, "Could not be read"),
    (UNTHREADED, "Names this incident, and answers no mail of ours"),
    (UNNAMED, "Names no incident; its sender is asked here"),
    (OUTAGE, "Answers a message about the outage"),
]

# An open question about more incidents than that is nobody's any more.
MOST_HELD = 20

# What programs put on all their mails, those that a human typed into them included:
# keys of the classifier's reasons.
TICKET_SYSTEM_REASONS = ("generated", "ticket_system", "bulk", "unattended")
