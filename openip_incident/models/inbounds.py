# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What becomes of incoming mail, and why some of it is kept."""

from dataclasses import dataclass

from ..tools.mail_limits import EXCESSES, MailLook
from ..tools.mail_signs import UNREADABLE

# In the context while the gateway takes a mail in.
IN_GATEWAY = "incident_gateway"
# Beside it: the id of the row by which the mail was written down.
INBOUND = "incident_inbound_id"
# And what stands behind the plus of those of our addresses that it was sent to.
TAGS = "incident_tags"
# In the context while it takes in once more what was kept.
AGAIN = "incident_gateway_again"
# And how its words were read: MailReading.
READING = "incident_reading"

RECEIVED = "received"
DONE = "done"
ASIDE = "aside"
QUARANTINED = "quarantined"
DISCARDED = "discarded"
KEPT_STATES = (QUARANTINED, ASIDE)

BUSY = "busy"
KILLED = "killed"
ERROR = "error"
UNROUTED = "unrouted"
# What mail systems write to us, and what becomes of it.
REPORTED = "reported"
UNATTRIBUTED = "unattributed"
COMPLAINT = "complaint"

REASONS = [
    *EXCESSES,
    (ERROR, "Could not be processed"),
    (KILLED, "Interrupted the server"),
    (BUSY, "Others kept writing the same incident"),
    (UNROUTED, "Belongs to no incident"),
    (REPORTED, "Delivery report, noted on its incident"),
    (UNATTRIBUTED, "Delivery report about no mail that is known"),
    (COMPLAINT, "Complaint about a mail, of no known incident"),
    (UNREADABLE, "Cannot be read"),
]


@dataclass
class MailReading:
    """How the words of a mail were read.

    :ivar repaired: whether headers or parts had to be repaired
    :ivar complete: whether nobody will miss its source
    :ivar unreadable: whether there are words, or should be, that nobody can read
    :ivar doubtful: whether that alone keeps it from being an answer
    :ivar report: what it reports, key of ``REASONS``, if it is a report
    :ivar look: what was seen of it already
    """

    repaired: bool = False
    complete: bool = True
    unreadable: bool = False
    doubtful: bool = False
    report: str = ""
    look: MailLook = MailLook()
