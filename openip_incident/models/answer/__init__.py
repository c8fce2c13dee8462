from . import mail_message
from . import helpdesk_ticket
from . import helpdesk_ticket_thread
