# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who of a company has a login, and who of it handles which incident.

Floor 3. Door: ``_appoint_incident_administrator``, ``_get_incident_colleagues``,
``_get_incident_invitations``, ``_incident_hand_to``, ``_invite_incident_colleague``,
``_is_incident_administrator``, ``_remove_incident_colleague``,
``_withdraw_incident_invitation``.
"""

from . import incident_invitation
from . import res_partner
from . import res_partner_administrator
from . import partner_merge_administrator
from . import helpdesk_ticket_handler
from . import incident_page_handler
