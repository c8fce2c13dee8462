from . import helpdesk_ticket_audience
from . import ir_attachment
from . import mail_message
