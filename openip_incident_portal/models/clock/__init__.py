# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The guaranteed time as the parties read it, and as an integrator disputes it.

Floor 5. Door: ``_get_clock``, ``_get_clock_page``, ``_incident_dispute``,
``_may_dispute_incident_clock``.
"""

from . import helpdesk_ticket_dispute
from . import incident_page_clock
