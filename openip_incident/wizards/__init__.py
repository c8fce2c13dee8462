from . import helpdesk_ticket_duplicate_wizard
from . import incident_act_wizard
from . import incident_act_confirmation
from . import incident_act_addressee
from . import incident_followup_hold_wizard
from . import mail_compose_message
from . import incident_anonymise_wizard
from . import incident_act_review
