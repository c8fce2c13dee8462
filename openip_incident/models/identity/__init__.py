# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which database is the real one, and of when: a copy or a backup writes to nobody.

Floor 2. Door: ``_confirm``, ``_get_actual``, ``_get_confirmed``,
``_get_restored_works``, ``_is_confirmed``, ``_is_copy``, ``_note_voided``, ``_pauses``,
``_read_outside``, ``_read_voided``, ``_settle_restored``, ``_without_paused``.
"""

from . import incident_identity
from . import fetchmail_server_copy
from . import mail_mail_copy
from . import incident_mark
from . import incident_restored
from . import incident_voided
