# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Figures: what happened to incidents, as facts that managers count.

Floor 8. No door: Odoo calls it.
"""

from . import incident_phase_log
from . import helpdesk_ticket_history
from . import helpdesk_ticket_figures
from . import incident_analysis
from . import incident_backlog
from . import incident_followup_analysis
from . import helpdesk_ticket_team_dashboard
