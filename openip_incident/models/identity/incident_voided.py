# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
from functools import partial

from odoo import api, models

from ...tools.arguments import MAX_ID
from ...tools.outside_notes import append_note, read_notes

_logger = logging.getLogger(__name__)


class IncidentIdentity(models.AbstractModel):
    """Remembers beside the mark which links were voided: no backup opens them again.

    What is voided after a backup is not in it; the file store knows.
    """

    _inherit = "incident.identity"

    @api.model
    def _note_voided(self, versions):
        """Write down, once it is committed, which links were voided.

        :param versions: dict of id of an incident: version of its links from now on
        """
        for note in versions.items():
            self.env.cr.postcommit.add(partial(self._append_voided, note))

    @api.model
    def _append_voided(self, note):
        uuid = self._get_actual().uuid
        try:
            append_note(self.env["incident.mark"]._get_folder(), uuid, note)
        except OSError as error:
            _logger.warning("Voided links are not noted in the file store: %s", error)

    @api.model
    def _read_voided(self):
        """Return which links were voided: dict of id: version, the highest."""
        folder = self.env["incident.mark"]._get_folder()
        voided = {}
        for note in read_notes(folder, self._get_actual().uuid):
            if self._is_voided_note(note):
                number, version = note
                voided[number] = max(version, voided.get(number, 0))
        return voided

    @api.model
    def _is_voided_note(self, note):
        """Tell whether a line of the file is one that was written there."""
        return (
            isinstance(note, list)
            and [type(part) for part in note] == [int, int]
            and all(0 < part <= MAX_ID for part in note)
        )
