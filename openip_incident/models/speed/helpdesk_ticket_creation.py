# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ...tools.whose_code import is_code_of

# What the base gives the entry of a creation, which it looks up with every ticket.
SUBTYPE = "helpdesk_mgmt.hlp_tck_created"
# Whose entry of a creation is known here; another addon's are to be heard.
KNOWN = (
    "odoo.addons.helpdesk_mgmt.",
    "odoo.addons.mail.",
    "odoo.addons.openip_incident.",
)

# In the context of tickets that are being created; no RPC can forge this object.
CREATING = "incident_writing_first"
NOW = object()


class HelpdeskTicket(models.Model):
    """Writes the entry of a creation without asking what is the same for each ticket.

    Without it everything works, slower.
    """

    _inherit = "helpdesk.ticket"

    @api.model_create_multi
    def create(self, vals_list):
        creating = self.with_context(**{CREATING: NOW})
        return super(HelpdeskTicket, creating).create(vals_list).with_env(self.env)

    def _creation_subtype(self):
        """Return core's subtype: whoever deletes it deletes its name."""
        known = is_code_of(KNOWN, type(self).__mro__, ["_creation_subtype"])
        subtype_id = known and self.env["ir.model.data"]._xmlid_to_res_id(SUBTYPE)
        if not subtype_id:
            return super()._creation_subtype()
        return self.env["mail.message.subtype"].browse(subtype_id)

    def _message_compute_parent_id(self, parent_id):
        """Look for no earlier entry of a ticket that is being created."""
        creating = self.env.context.get(CREATING) is NOW and not parent_id
        if creating and self.create_date == self.env.cr.now():
            return False
        return super()._message_compute_parent_id(parent_id)
