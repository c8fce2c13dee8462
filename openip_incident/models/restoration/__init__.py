# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the parties may expect: until when it works again, and who comes when.

Floor 6. Door: ``_ensure_incident_visitable``, ``_ensure_incident_workable``,
``_get_expected_restoration``, ``_get_incident_planned``, ``_get_intervention_place``,
``_incident_cancel_interventions``, ``_incident_change_intervention``,
``_incident_expect``, ``_incident_plan_intervention``, ``_say_period``, ``_set_done``,
``_take_intervention``, ``_write_calendar``.
"""

from . import incident_intervention
from . import helpdesk_ticket_restoration
from . import helpdesk_ticket_intervention
from . import helpdesk_ticket_letters
from . import incident_template_trial
from . import incident_restored
from . import ir_mail_server
