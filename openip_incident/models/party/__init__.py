from . import res_partner
from . import res_partner_unreachable
from . import helpdesk_ticket
from . import helpdesk_ticket_archived
from . import res_partner_archived
