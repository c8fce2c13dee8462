# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What agents do and see: the acts behind buttons and RPC, and whose turn it is.

Floor 8. Door: ``_describe_letters``, ``_is_incident_move_told``,
``_open_incident_wizard``.
"""

from . import helpdesk_ticket
from . import helpdesk_ticket_confirm
from . import helpdesk_ticket_addressee
from . import helpdesk_ticket_later
from . import helpdesk_ticket_banner
from . import helpdesk_ticket_can
from . import helpdesk_ticket_batch
from . import helpdesk_ticket_duplicate
from . import helpdesk_ticket_merge
from . import helpdesk_ticket_files
from . import helpdesk_ticket_preview
from . import helpdesk_ticket_restoration
from . import incident_intervention
from . import incident_followup_confirm
from . import helpdesk_ticket_review
from . import helpdesk_ticket_tracking
from . import helpdesk_ticket_helps
from . import helpdesk_ticket_archive
from . import incident_inbound
from . import incident_review
from . import mail_message
