# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
import binascii
import io

from PIL import Image

from odoo import api, models
from odoo.tools.image import IMAGE_MAX_RESOLUTION


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.model
    def _postprocess_contents(self, values):
        """Leave a picture as it is that nobody can draw: drawn, it fills the memory.

        Odoo draws each picture anew to make it smaller; a few kilobytes may be billions
        of dots.
        """
        if self._compute_mimetype(values).startswith("image/") and _is_bomb(values):
            return {**values, "mimetype": self._compute_mimetype(values)}
        return super()._postprocess_contents(values)

    def generate_access_token(self):
        """Give the files of incidents no token: whoever has one keeps it for ever.

        Who may read the record sees its files without.
        """
        guarded = self._filter_guarded()
        tokens = super(IrAttachment, self - guarded).generate_access_token()
        others = iter(tokens)
        return ["" if file in guarded else next(others) for file in self]

    def _filter_guarded(self):
        """Return the files of records that keep theirs from everybody else."""
        guarded = self.browse()
        # SUDO: to what a file belongs must not depend on who asks for it.
        for model, files in self.sudo().grouped("res_model").items():
            if model not in self._get_guarding_models():
                continue
            ids = set(filter(None, files.mapped("res_id")))
            records = self.env[model].sudo().browse(ids).exists()
            kept = set(records.filtered(lambda record: record._guards_files()).ids)
            guarded |= files.filtered(lambda file, kept=kept: file.res_id in kept)
        return (self & guarded) | self._filter_kept_inside()

    @api.model
    def _get_guarding_models(self):
        return {"helpdesk.ticket"}


def _is_bomb(values):
    """Tell whether a picture has more dots than anybody draws, by what it says."""
    try:
        content = values.get("raw") or base64.b64decode(values.get("datas") or b"")
        with Image.open(io.BytesIO(content)) as picture:
            width, height = picture.size
    except Image.DecompressionBombError:
        return True
    except (OSError, SyntaxError, TypeError, ValueError, binascii.Error):
        # No picture at all: what becomes of it is Odoo's business.
        return False
    return width * height > IMAGE_MAX_RESOLUTION
