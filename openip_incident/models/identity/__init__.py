# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which database is the real one: a copy writes to nobody.

Floor 2. Door: ``_confirm``, ``_get_actual``, ``_get_confirmed``, ``_is_confirmed``,
``_pauses``, ``_without_paused``.
"""

from . import incident_identity
from . import fetchmail_server_copy
from . import mail_mail_copy
