# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Monitoring opens the outage first: what it posts, whom it concerns, when it is over.

A monitor says what fails and what works again; people say what is told, and when an
outage ends.

Floor 14. Door: ``_count_refused_post``, ``_find_monitoring``, ``_keep_post``,
``_receive_post``.
"""

from . import incident_monitoring
from . import incident_monitoring_sample
from . import incident_monitoring_rule
from . import incident_monitoring_group
from . import incident_monitoring_alert
from . import incident_monitoring_post
from . import incident_outage
from . import incident_outage_first
from . import incident_outage_recovery
from . import incident_health
from . import incident_restored
