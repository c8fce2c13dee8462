# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a party says, what of it counts, and what it changes.

Floor 6. Door: ``_check_judge``, ``_count_read``, ``_find_named_incidents``,
``_find_named_numbers``, ``_find_waiting_incidents``, ``_get_forwarded_text``,
``_get_open_successor``, ``_get_own_review``, ``_get_words_for_others``,
``_incident_post_answer``, ``_incident_post_mail``, ``_is_ticket_system``,
``_needs_words``, ``_retell_openings``, ``action_count``, ``action_count_as_answer``,
``action_dismiss``, ``action_hand_over``.
"""

from . import mail_message
from . import helpdesk_ticket
from . import helpdesk_ticket_forward
from . import helpdesk_ticket_thread
from . import helpdesk_ticket_quote
from . import helpdesk_ticket_colleague
from . import helpdesk_ticket_weigh
from . import incident_review
from . import incident_followup
