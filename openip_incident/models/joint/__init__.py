# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Closure of what an outage has hit: proposed together, decided by each party.

Each incident keeps its own follow-up, events and notices. What a party is told of
several of them at the same moment is one mail, which all their notices share.

Floor 14. Door: ``_incident_note_refusals``, ``_incident_together``,
``_prepare_joint_row``.
"""

from . import helpdesk_ticket_joint
from . import helpdesk_ticket_joint_end
from . import incident_followup_joint
from . import incident_outage_closure
from . import incident_template_trial
