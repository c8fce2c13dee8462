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

REASONS = [
    *EXCESSES,
    (ERROR, "Could not be processed"),
    (KILLED, "Interrupted the server"),
    (BUSY, "Others kept writing the same incident"),
    (UNROUTED, "Belongs to no incident"),
]
