# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One search for all that a caller may name: number, line, telephone, company.

Floor 11. No door: Odoo calls it.
"""

from . import helpdesk_ticket
from . import helpdesk_ticket_find
from . import helpdesk_ticket_groups
from . import incident_health
from . import incident_personal_data
