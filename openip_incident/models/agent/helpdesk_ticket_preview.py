# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

# In the context of an act that is only rehearsed; no RPC can forge this object.
PREVIEW = "incident_preview"
ON_PREVIEW = object()

# Where the links of a rehearsed mail lead: nowhere.
DEAD_LINK = "#"


class HelpdeskTicket(models.Model):
    """Mails that an agent looks at before they leave have no link of a party."""

    _inherit = "helpdesk.ticket"

    def _get_correspondence_url(self, party):
        url = super()._get_correspondence_url(party)
        rehearsed = self.env.context.get(PREVIEW) is ON_PREVIEW
        return DEAD_LINK if url and rehearsed else url
