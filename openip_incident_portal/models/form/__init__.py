# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a reporter is asked, what is checked, and the incident that becomes of it.

Floor 3. Door: ``_check_values``, ``_compose_text``, ``_find_registered``,
``_get_chosen_party``,
``_get_prefill``, ``_get_report_path``, ``_has_flooded``, ``_hold_trapped``,
``_prepare_form_page``, ``_prepare_intake_form``, ``_prepare_recap``,
``_prepare_user_form``, ``_read_values``, ``_register_incident``,
``_takes_other_requests``.
"""

from . import incident_form_field
from . import incident_form
from . import helpdesk_ticket_facts
from . import helpdesk_ticket
from . import helpdesk_ticket_team
from . import incident_form_check
from . import res_company
from . import res_config_settings
from . import incident_setup
from . import incident_form_customer
from . import incident_form_service
from . import incident_form_recap
from . import incident_form_way
