# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The keeping, handing out and erasing of what the public side has of a person.

Floor 5. No door: Odoo calls it.
"""

from . import incident_intake_keeping
from . import incident_personal_data
from . import incident_personal_data_colleague
from . import res_config_settings_personal_data
