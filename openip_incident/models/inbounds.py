# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What becomes of incoming mail, and why some of it is kept."""

from ..tools.mail_limits import EXCESSES

# In the context while the gateway takes a mail in.
IN_GATEWAY = "incident_gateway"
# Beside it: the id of the row by which the mail was written down.
INBOUND = "incident_inbound_id"
# And what stands behind the plus of those of our addresses that it was sent to.
TAGS = "incident_tags"
# In the context while it takes in once more what was kept.
AGAIN = "incident_gateway_again"

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
REPORT_REASONS = (REPORTED, UNATTRIBUTED, COMPLAINT)

REASONS = [
    *EXCESSES,
    (ERROR, "Could not be processed"),
    (KILLED, "Interrupted the server"),
    (BUSY, "Others kept writing the same incident"),
    (UNROUTED, "Belongs to no incident"),
    (REPORTED, "Delivery report, noted on its incident"),
    (UNATTRIBUTED, "Delivery report about no mail that is known"),
    (COMPLAINT, "Complaint about a mail, of no known incident"),
]
