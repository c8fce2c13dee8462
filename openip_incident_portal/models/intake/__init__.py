# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A mail before there is an incident: its form link and what became of it.

Floor 4. Door: ``_add_to_incident``, ``_has_intake``, ``_is_same_form``,
``_read_form_link``, ``_takes_additions``, ``action_resend``.
"""

from . import incident_intake
from . import incident_notice
from . import incident_intake_link
from . import incident_intake_gateway
from . import incident_intake_tasks
from . import incident_intake_act
from . import incident_intake_hold
from . import incident_intake_addition
from . import res_partner
from . import incident_review
from . import helpdesk_ticket_team
from . import mail_thread
from . import incident_health
from . import incident_identity
from . import incident_intake_ceiling
from . import incident_intake_picture
from . import incident_mail_provider
from . import incident_template_trial
from . import incident_form
from . import incident_form_trap
