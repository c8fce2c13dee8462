# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What does not work: the services of customers, and what was reported of them.

Floor 10. Door: ``_get_incident_open_domain``, ``_get_open_incident_domain``,
``_get_phone_code``.
"""

from . import incident_service_kind
from . import incident_service
from . import incident_checklist_line
from . import helpdesk_ticket
from . import helpdesk_ticket_checklist
from . import helpdesk_ticket_same
from . import helpdesk_ticket_suggestion
from . import incident_personal_data
from . import res_partner
from . import partner_merge_services
