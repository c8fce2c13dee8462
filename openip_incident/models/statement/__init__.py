# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The month's statement of guaranteed times: what the ledgers say, and no more.

It writes nothing and computes no penalty.

Floor 13. Door: ``_prepare_tables``.
"""

from . import incident_statement
from . import incident_statement_count
from . import incident_statement_table
