# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The mail gateway: what arrives is written down before it is read.

Floor 7. Door: ``_alert_team``, ``_ensure_may_deliver``, ``_find_named_incident``,
``_get_disregard``, ``_get_open_domain``, ``_get_reported_message``,
``_get_unnamed_addresses``, ``_note_report``, ``_send_trial``, ``_set_party_as_author``,
``action_process_again``.
"""

from . import incident_inbound
from . import incident_inbound_letter
from . import incident_inbound_again
from . import incident_mail_gateway
from . import incident_inbound_cut
from . import incident_mail_cut
from . import incident_reply_trial
from . import incident_mail_trial
from . import incident_mail_hold
from . import incident_review
from . import fetchmail_server
from . import ir_attachment
from . import mail_alias
from . import mail_alias_domain
from . import own_address
from . import mail_thread
from . import mail_thread_report
from . import mail_thread_complaint
from . import mail_thread_language
from . import res_config_settings
from . import res_config_settings_reply
from . import helpdesk_ticket_gateway
from . import incident_gateway_refusal
from . import mail_thread_access
from . import mail_thread_authentication
from . import mail_thread_whose
from . import mail_thread_backscatter
from . import mail_thread_judgement
from . import mail_thread_words
from . import mail_message_original
