# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How content the parties are with what was done: asked once, counted, never mailed.

Floor 10. Door: ``_get_incident_rating``, ``_incident_rate``, ``_is_incident_rated``.
"""

from . import helpdesk_ticket_rating
from . import helpdesk_ticket_core_rating
from . import incident_analysis
from . import incident_personal_data
