from . import helpdesk_ticket
from . import helpdesk_ticket_confirm
from . import helpdesk_ticket_banner
from . import incident_followup_confirm
