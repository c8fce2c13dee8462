# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What support says again and again: texts to choose in the dialogs of acts.

Floor 7. Door: ``_fill_in``, ``_get_canned_texts``, ``_render_canned``.
"""

from . import incident_canned_text
