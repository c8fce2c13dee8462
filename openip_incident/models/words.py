# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Words that several rooms share; importing them loads none."""

# Who reads a field: for ``groups=``.
INTERNAL = "base.group_user"

# Context key, and what it holds while a made-up record is there: no RPC can forge it.
TRIAL = "incident_template_trial"

ON_TRIAL = object()

# How a human speaks: everything else in a chatter is written by the system.
SPOKEN_TYPES = ("comment", "email")

# In the context of an act that creates many rows alike.
BATCH = "incident_batch"

# Context key: the text of an act was made by a program, nobody typed it.
AUTOMATIC_TEXT = "incident_automatic_text"

# Context key: the id of the company on whose private line a mail was that is handed on.
# Whoever forges it keeps his own words from the other party.
HANDED_LINE = "incident_handed_line"
