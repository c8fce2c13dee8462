# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who is concerned by an incident: its parties, and which colleague is told.

Floor 1. Door: ``_filter_colleague_ids``, ``_filter_distinct_addresses``,
``_find_party_contacts``, ``_get_own_addresses``, ``_get_speaking_parties``,
``_find_by_incident_address``, ``_remember_incident_address``,
``_get_awaited_parties``, ``_get_bounced_parties``,
``_get_incident_contact``, ``_get_incident_integrator``, ``_get_incident_lang``,
``_get_incident_login_url``, ``_get_incident_parties``, ``_get_incident_party``,
``_get_line_readers``, ``_get_other_incident_party``, ``_get_party_addressees``,
``_get_party_addresses``, ``_is_incident_asked``, ``_is_incident_party``,
``_get_private_line``, ``_get_unreachable_parties``, ``_incident_alert_of_unreachable``,
``_incident_alert_support``, ``_incident_drop_outsiders``, ``_incident_set_read``,
``_is_incident_staff_of``, ``_is_private_request``, ``_is_unreachable_since``,
``_mark_reachable``,
``_mark_unreachable``, ``_prepare_addressee_vals``.
"""

from . import incident_address
from . import res_partner
from . import res_partner_addresses
from . import helpdesk_ticket
from . import helpdesk_ticket_archived
from . import helpdesk_ticket_line
from . import helpdesk_ticket_support
from . import res_partner_archived
from . import partner_merge_addresses
