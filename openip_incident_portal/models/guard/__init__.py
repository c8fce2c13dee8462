from . import incident_upload
from . import incident_visit
from . import mail_message
from . import res_partner
from . import helpdesk_ticket
