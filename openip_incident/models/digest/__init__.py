# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Updates as each reader wants them: at once, in one mail each morning, not at all.

Floor 6. Door: ``_filter_incident_news_readers``, ``_set_incident_update_preference``.
"""

from . import res_partner
from . import incident_notice
from . import helpdesk_ticket
from . import incident_digest
from . import incident_followup
from . import incident_restored
from . import incident_template_trial
