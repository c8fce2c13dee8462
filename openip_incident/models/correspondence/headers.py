# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What our mails say of themselves to mail systems (RFC 3834)."""

# A human may have set this mail off, but nobody typed it: RFC 3834 calls it generated.
# What an agent typed goes without: ticket systems drop what is marked. ``All`` would
# suppress the bounces, too, by which we learn that a party is unreachable.
AUTOMATIC_HEADERS = {
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "DR, RN, NRN, OOF, AutoReply",
}

# This one answers a mail, and nobody has typed it.
REPLY_HEADERS = {**AUTOMATIC_HEADERS, "Auto-Submitted": "auto-replied"}
