# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What people outside may read of an incident, on every way in.

Floor 2. Door: ``_get_share_hidden``.
"""

from . import incident_share_guard_mixin
from . import helpdesk_ticket_team_visibility
from . import helpdesk_ticket_visibility
from . import mail_message_private
from . import mail_message_visibility
from . import res_partner_visibility
