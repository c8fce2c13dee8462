# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What may be an answer and was not counted: it waits to be judged by a human (G13).

Floor 4. Door: ``_get_same``, ``_get_thing``, ``_incident_hold``, ``_judge``.
"""

from . import incident_review
from . import helpdesk_ticket
