# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who else is kept informed of an incident: in copy, to read, never to decide.

Floor 4. Door: ``_incident_add_informed``, ``_incident_remove_informed``.
"""

from . import incident_informed
from . import partner_merge_informed
from . import helpdesk_ticket_informed
from . import helpdesk_ticket_informed_link
from . import incident_page_informed
