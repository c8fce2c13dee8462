# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Letters: who gets which mail, in which language, and what became of it.

Floor 3. Door: ``_alert_undelivered``, ``_cancel_unsent``, ``_correspond``,
``_create_messages``, ``_filter_kept_inside``, ``_find_failed``, ``_follow``,
``_format_correspondence_date``, ``_format_date_in``, ``_format_delivery``,
``_get_comment_subtype_id``, ``_get_correspondence_lang``, ``_get_customer_name``,
``_get_document``,
``_get_home``, ``_get_incident_reopen_days``, ``_get_last_letter``,
``_get_letter_readers``, ``_get_of_same_mails``, ``_get_reader_zone``,
``_get_reported_facts``, ``_get_retry_domain``, ``_get_sender_names``,
``_get_sent_copies``, ``_get_step_parties``, ``_get_told_customer``,
``_incident_correspond_step``,
``_incident_keep_files_inside``, ``_incident_keep_inside``, ``_incident_tell_unasked``,
``_is_delivered``, ``_is_incident_refused``, ``_is_reply_signature``, ``_make_mark``,
``_prepare_message_vals``,
``_prepare_row``, ``_prepare_step_letter``, ``_put_off``, ``_read_return_path``,
``_render_drafts``, ``_render_rows``, ``_render_words``, ``_retry``,
``_scrub_incident_body``, ``_scrub_incident_text``, ``_scrub_incident_vals``,
``_set_bounced``.
"""

from . import mail_message_step
from . import incident_mail_qweb
from . import incident_mail_renderer
from . import incident_mail_frame
from . import incident_correspondence_mixin
from . import incident_correspondence_writer
from . import incident_correspondence_thread
from . import helpdesk_ticket
from . import incident_notice
from . import incident_notice_channel
from . import helpdesk_ticket_threads
from . import incident_notice_joint
from . import incident_notice_failed
from . import ir_mail_server
from . import mail_mail
from . import mail_mail_envelope
from . import mail_mail_progress
from . import helpdesk_ticket_facts
from . import helpdesk_ticket_kept_files
from . import helpdesk_ticket_line
from . import helpdesk_ticket_reply
from . import helpdesk_ticket_sent
from . import ir_attachment
from . import incident_restored
