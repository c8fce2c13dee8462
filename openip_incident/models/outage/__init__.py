# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One fault that hits many, and planned works: their incidents are ours meanwhile.

While it lasts nobody is reminded, nothing is closed; when it is over each wait begins
its step anew.

Floor 13. Door: ``_find_public``, ``_get_open_tickets``, ``_get_public_domain``,
``_get_public_messages``, ``_has_current``, ``_is_public``, ``_move_to``,
``action_investigate``, ``publish``.
"""

from . import incident_clock_entry
from . import incident_outage
from . import incident_outage_move
from . import incident_outage_member
from . import incident_outage_hold
from . import incident_outage_readers
from . import incident_outage_letters
from . import incident_outage_message
from . import incident_outage_publish
from . import incident_outage_task
from . import incident_outage_repeat
from . import incident_outage_promise
from . import incident_outage_text
from . import incident_outage_reply
from . import incident_notice
from . import mail_thread
from . import incident_outage_public
from . import incident_outage_step
from . import incident_outage_account
from . import incident_outage_works
from . import incident_outage_works_letters
from . import incident_outage_words
from . import incident_outage_window
from . import incident_outage_analysis
from . import incident_followup_hold
from . import incident_followup_event
from . import helpdesk_ticket_outage
from . import helpdesk_ticket_window
from . import helpdesk_ticket_banner
from . import helpdesk_ticket_told
from . import incident_service
from . import res_company
from . import incident_outage_cluster
from . import helpdesk_ticket_cluster
from . import helpdesk_ticket_suggestion
from . import incident_restored
from . import partner_merge_accounts
from . import incident_template_trial
