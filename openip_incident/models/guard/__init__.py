from . import incident_share_guard_mixin
from . import helpdesk_ticket_team_visibility
from . import helpdesk_ticket_visibility
from . import mail_message_visibility
from . import res_partner_visibility
