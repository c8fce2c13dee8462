# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Pictures in what is said: they travel inside mails, nothing loads from afar.

Floor 4. Door: ``_get_own_hosts``, ``_settle_stored``, ``_settle_text``,
``_to_said``.
"""

from . import helpdesk_ticket_picture
from . import incident_correspondence_picture
from . import ir_attachment
from . import ir_binary
from . import ir_mail_server
from . import mail_link_preview
from . import mail_mail_picture
from . import mail_message_picture
from . import mail_thread_picture
