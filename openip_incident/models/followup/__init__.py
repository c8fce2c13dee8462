# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Time: plans, due dates, and the scheduled actions that take their steps.

Floor 5. Door: ``_check_act``, ``_do_close``, ``_do_settle``, ``_ensure_may_send``,
``_finish``, ``_get_announcement``, ``_get_delivery_date``, ``_get_open_followups``,
``_get_parties_without``, ``_get_progress``, ``_get_reminder_facts``,
``_get_running_domain``,
``_get_spoken_zone``, ``_incident_end_followups``, ``_incident_flush_collected``,
``_incident_start_clock``, ``_incident_start_followups``, ``_prefetch_deliveries``,
``_prepare_step_letters``, ``_project``, ``_record_error``, ``_schedule``,
``_wake_next``, ``action_followup_resume``, ``action_followup_retry``,
``action_followup_send_now``, ``action_hold``, ``action_resume``, ``action_retry``.
"""

from . import incident_followup_plan
from . import incident_followup_step
from . import incident_followup
from . import incident_followup_asked
from . import incident_followup_awaited
from . import incident_followup_act
from . import incident_followup_work
from . import incident_followup_repair
from . import incident_followup_event
from . import incident_followup_tasks
from . import incident_engine
from . import helpdesk_ticket
from . import incident_restored
