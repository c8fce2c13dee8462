# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Where people with a login say how they want to read updates.

Floor 3. No door: the controllers and the core call it.
"""

from . import res_partner
