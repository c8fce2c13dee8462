# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What was done, why it had failed, and since when it works again.

Floor 6. Door: ``_describe_incident_minutes``, ``_get_default_restored``,
``_prepare_solution_vals``.
"""

from . import incident_cause
from . import helpdesk_ticket_solution
