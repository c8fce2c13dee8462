# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Core made cheaper where batches of incidents pay for it: no promise lives here.

Floor 1. No door: Odoo calls it.
"""

from . import base_automation
from . import incident_batch_mixin
from . import mail_batch
