# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What parties are told of outages and works that hit their own services.

Floor 5. No door: Odoo, templates and other rooms' methods call it.
"""

from . import helpdesk_ticket_turn
from . import incident_outage
from . import incident_page_outage
from . import incident_page_status
from . import incident_form_outage
from . import incident_intake_outage
from . import helpdesk_ticket_acknowledge
