# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a party sees of an incident, by link or login, and what it decides there.

Floor 2. Door: ``_format_date``, ``_format_deadline``, ``_get_decision_line``,
``_get_file``, ``_get_html_data``, ``_get_incident_link_end``,
``_get_incident_path``, ``_get_intervention``, ``_get_page``,
``_get_name``, ``_get_next_dates``, ``_get_page_message_id``, ``_get_phase_label``,
``_get_portal_answer_domain``, ``_get_portal_candidates``,
``_get_portal_confirm_domain``, ``_get_portal_service_domain``,
``_get_portal_turn_domain``, ``_get_question``, ``_has_incident_objected``,
``_has_incident_page_answer``,
``_incident_answer_on_page``, ``_incident_confirm_closure``, ``_incident_in_house``,
``_incident_mail_fresh_link``, ``_incident_object``, ``_incident_post_message``,
``_is_incident_asked_alone``, ``_is_incident_awaiting``, ``_is_incident_confirmed_by``,
``_is_incident_link_good``, ``_is_incident_reopened_by_text``,
``_may_withdraw_incident_closure``, ``_prepare_rows``, ``_read_incident_link``,
``_say_days``, ``_sign_incident_link``.
"""

from . import helpdesk_ticket
from . import helpdesk_ticket_author
from . import helpdesk_ticket_decision
from . import helpdesk_ticket_objection
from . import helpdesk_ticket_link
from . import helpdesk_ticket_list
from . import helpdesk_ticket_sorting
from . import incident_notice
from . import helpdesk_ticket_links
from . import incident_restored
from . import res_partner_links
from . import partner_merge_links
from . import incident_page
from . import incident_page_next
from . import incident_page_body
from . import incident_page_step
from . import incident_page_facts
from . import incident_page_rows
from . import incident_page_solution
from . import incident_page_restoration
from . import incident_page_rating
from . import incident_page_frame
from . import res_company
from . import res_config_settings_accessibility
