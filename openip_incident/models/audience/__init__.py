# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who is shown is who gets it: whom a message reaches, and who reads it.

Floor 7. Door: ``_format_readers``, ``_get_readers_line``.
"""

from . import helpdesk_ticket_audience
from . import helpdesk_ticket_composer
from . import helpdesk_ticket_passing
from . import ir_attachment
from . import mail_message
