# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import contextlib
import os
import uuid

from odoo import api, models


class IrAttachment(models.Model):
    """Leaves no half of a file behind where the disk is full, or the process killed.

    Odoo takes such a half for another file with the same hash, and refuses the whole
    one for ever: a mail would stay in quarantine because of what it carries.
    """

    _inherit = "ir.attachment"

    @api.model
    def _file_write(self, bin_value, checksum):
        fname, full_path = self._get_path(bin_value, checksum)
        if not os.path.exists(full_path):
            _write_whole(full_path, bin_value)
            # As Odoo does, in case the transaction is rolled back.
            self._mark_for_gc(fname)
        return super()._file_write(bin_value, checksum)


def _write_whole(path, content):
    """Write a file that is there when it is complete.

    :raises OSError: where it cannot be written; nothing is left of it
    """
    # Two threads may write the same one.
    part = f"{path}.{uuid.uuid4().hex}"
    try:
        with open(part, "wb") as file:
            file.write(content)
        os.replace(part, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(part)
        raise
