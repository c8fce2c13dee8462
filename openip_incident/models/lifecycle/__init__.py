# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Phases and the one move between them, whoever makes it.

Floor 5. Door: ``_ensure_incident_move``, ``_ensure_never_opened``,
``_ensure_not_registered``, ``_get_incident_key``, ``_get_incident_return_stage``,
``_get_incident_stage``, ``_get_incident_stages``, ``_get_number_domain``,
``_get_number_formats``,
``_get_reopen_phase``, ``_get_update_template``, ``_incident_apply_leaving``,
``_incident_move_to``, ``_incident_register_successor``, ``_incident_reopen``,
``_incident_resume``, ``_is_incident_reopenable``, ``_is_incident_way_back``,
``_raise_illegal_move``.
"""

from . import helpdesk_ticket_stage
from . import helpdesk_ticket_team
from . import incident_escalation_level
from . import helpdesk_ticket
from . import helpdesk_ticket_number
from . import ir_sequence
from . import ir_sequence_year
from . import helpdesk_ticket_name
from . import helpdesk_ticket_move
from . import helpdesk_ticket_guard
from . import helpdesk_ticket_reopen
