# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What helps a party with many incidents: numbers, tables, several acts at once.

Floor 3. Door: ``_count_incident_filters``, ``_get_incident_customers``,
``_get_list_zone``, ``_incident_act_on_several``, ``_prepare_list_table``.
"""

from . import helpdesk_ticket_numbers
from . import helpdesk_ticket_several
from . import incident_page_export
