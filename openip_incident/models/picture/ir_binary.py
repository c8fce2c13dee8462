# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class IrBinary(models.AbstractModel):
    _inherit = "ir.binary"

    def _find_record(
        self,
        xmlid=None,
        res_model="ir.attachment",
        res_id=None,
        access_token=None,
        field=None,
    ):
        """Open the files of incidents by rights only, never by a token of core's.

        A token opens for whoever has once seen it, a former party included.
        """
        if access_token and not xmlid and res_model == "ir.attachment" and res_id:
            file = self.env["ir.attachment"].browse(res_id).exists()
            if file._filter_guarded():
                access_token = None
        return super()._find_record(
            xmlid=xmlid,
            res_model=res_model,
            res_id=res_id,
            access_token=access_token,
            field=field,
        )
