# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What people outside may do at all: read, post, upload, and how often.

Floor 1. Door: ``_clean_upload_name``, ``_count_visit``, ``_prepare_share_post``,
``_prepare_upload``, ``_read_uploads``.
"""

from . import incident_visit
from . import mail_message
from . import res_partner
from . import helpdesk_ticket
from . import ir_attachment
from . import ir_attachment_words
