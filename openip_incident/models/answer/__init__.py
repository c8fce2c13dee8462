# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a party says, what of it counts, and what it changes.

Floor 6. Door: ``_get_forwarded_text``, ``_get_words_for_others``,
``_incident_post_answer``, ``action_count_as_answer``.
"""

from . import mail_message
from . import helpdesk_ticket
from . import helpdesk_ticket_thread
from . import helpdesk_ticket_quote
