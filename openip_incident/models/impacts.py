# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How bad it is, as the reporter says, and how urgent that makes an incident."""

DOWN = "down"
DEGRADED = "degraded"
QUESTION = "question"

IMPACTS = [
    (DOWN, "Nothing works any more"),
    (DEGRADED, "It works badly, or in part"),
    (QUESTION, "It is a question"),
]

PRIORITIES = {DOWN: "2", DEGRADED: "1", QUESTION: "0"}
