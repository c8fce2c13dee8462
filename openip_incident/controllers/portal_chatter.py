# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http
from odoo.http import request

from odoo.addons.portal.controllers.portal_thread import PortalChatter


class IncidentPortalChatter(PortalChatter):
    @http.route()
    def portal_avatar(self, res_id=None, access_token=None, _hash=None, **kwargs):
        """Show who wrote a message to nobody who must not know of the message."""
        message = request.env["mail.message"].browse(int(res_id)).exists()
        if message._get_share_hidden():
            access_token = _hash = None
        return super().portal_avatar(
            res_id=res_id, access_token=access_token, _hash=_hash, **kwargs
        )
