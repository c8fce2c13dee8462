from . import incident_health
from . import incident_health_alert
from . import helpdesk_ticket_team
from . import incident_health_database
from . import incident_health_gateway
from . import ir_http
