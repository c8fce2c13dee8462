# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Core made cheaper where batches of incidents pay for it: no promise lives here.

Without this room everything works, slower; a test runs the process without it. Each
file says what of core it replaces and why.

Floor 10. No door: Odoo calls it.
"""

from . import base_automation
from . import base_automation_known
from . import incident_batch_mixin
from . import incident_batch_rows
from . import incident_engine
from . import mail_batch
from . import mail_post
from . import mail_queue
from . import helpdesk_ticket_access
from . import helpdesk_ticket_creation
from . import helpdesk_ticket_followup
from . import helpdesk_ticket_log
from . import helpdesk_ticket_people
from . import helpdesk_ticket_reply
from . import helpdesk_ticket_screen
from . import helpdesk_ticket_team
from . import incident_followup
from . import incident_mail_form
from . import incident_mail_renderer
from . import mail_alias_domain
from . import ir_default
from . import ir_sequence
from . import mail_headers
from . import mail_thread_bounce
from . import mail_strangers
