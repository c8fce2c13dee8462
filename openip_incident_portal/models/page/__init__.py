# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a party sees of an incident, by link or login, and what it decides there.

Floor 2. Door: ``_get_incident_page``, ``_get_incident_path``,
``_get_page_decision_line``, ``_get_page_file``, ``_get_page_phase_label``,
``_get_page_question``, ``_get_portal_candidates``, ``_get_portal_turn_domain``,
``_incident_answer_on_page``, ``_incident_confirm_closure``,
``_incident_mail_fresh_link``, ``_incident_refuse_closure``,
``_incident_withdraw_confirmation``, ``_is_asked_alone``, ``_is_with_login``,
``_may_answer_on_page``, ``_may_withdraw_closure``, ``_prepare_portal_rows``,
``_read_incident_link``, ``_with_login``.
"""

from . import helpdesk_ticket
from . import helpdesk_ticket_next
from . import helpdesk_ticket_decision
from . import helpdesk_ticket_link
from . import helpdesk_ticket_login
from . import incident_notice
from . import helpdesk_ticket_links
from . import helpdesk_ticket_picture
from . import res_partner_links
from . import helpdesk_ticket_solution
