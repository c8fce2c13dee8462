# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Templates of mails, tried out when a person saves them.

Floor 6. Door: ``_create_sample_parties``, ``_get_step_samples``.
"""

from . import incident_template_trial
from . import mail_template
from . import mail_template_uses
from . import mail_template_shipped
from . import base_automation
