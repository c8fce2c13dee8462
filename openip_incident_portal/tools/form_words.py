# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The words of the form: its fields, how long each answer may be, and more."""

from datetime import datetime

OWN = "own"

NEW = "new"

# How long each answer may be.
LENGTHS = {
    "customer": 250,
    "customer_new": 5,
    "customer_name": 120,
    "customer_email": 250,
    "name": 120,
    "integrator": 120,
    "subject": 150,
    "known_service": 20,
    "service": 150,
    "category": 20,
    "impact": 20,
    "since": 40,
    "tried": 10_000,
    "onsite": 1_000,
    "description": 200_000,
}

LINES = ("tried", "onsite", "description")

EARLIEST = datetime(2000, 1, 1)

# Core's name for it, where a mail server is told to keep the source.
RAW_MAIL = "original_email.eml"
