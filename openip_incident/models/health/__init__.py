# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What stands still is shown and told: actions, mail, configuration.

Floor 8. Door: ``_forget_copy``, ``action_confirm_database``,
``_find_monitor_user``, ``_get_monitor_report``, ``_get_restored_text``,
``action_settle_restored``.
"""

from . import incident_health
from . import incident_health_retry
from . import helpdesk_ticket_team
from . import incident_health_database
from . import incident_health_restored
from . import incident_health_alarm
from . import incident_health_demo
from . import incident_health_gateway
from . import incident_health_monitor
from . import incident_health_repair
from . import incident_health_reports
from . import ir_http
from . import incident_setup
