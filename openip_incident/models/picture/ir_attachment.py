# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

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
