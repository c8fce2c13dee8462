# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The page on which a party decides about all that a resolved outage has hit of it.

Floor 4. Door: ``_get_joint_page``, ``_get_joint_path``, ``_incident_decide_together``,
``_mail_fresh_joint_link``, ``_read_joint_link``.
"""

from . import helpdesk_ticket_joint
from . import incident_outage_link
from . import incident_outage_fresh_link
from . import incident_page_joint
