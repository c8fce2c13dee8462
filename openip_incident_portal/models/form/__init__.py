from . import incident_form_field
from . import incident_form_check_mixin
from . import incident_form
from . import helpdesk_ticket
from . import helpdesk_ticket_team
