# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How long what is kept, and a person's data: shown, handed out, erased.

Floor 9. Door: ``_blank``, ``_export``, ``_query_ids``, ``_read_fields``, ``_scrub``.
"""

from . import incident_personal_data
from . import incident_inbound_keeping
from . import incident_notice_keeping
from . import incident_personal_data_erase
from . import incident_personal_data_export
from . import incident_personal_data_mail
from . import incident_personal_data_search
from . import mail_message_reduce
from . import incident_intervention_keeping
from . import res_config_settings_personal_data
from . import res_partner_personal_data
