from . import helpdesk_ticket_stage
from . import helpdesk_ticket_team
from . import incident_escalation_level
from . import helpdesk_ticket
from . import helpdesk_ticket_number
from . import helpdesk_ticket_move
