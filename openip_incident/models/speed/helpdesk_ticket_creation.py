# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.tools import ormcache

from ...tools.act import Act
from ...tools.whose_code import is_code_of

# What the base gives the entry of a creation, which it looks up with every ticket.
SUBTYPE = "helpdesk_mgmt.hlp_tck_created"
# Whose entry of a creation is known here; another addon's are to be heard.
KNOWN = (
    "odoo.addons.helpdesk_mgmt.",
    "odoo.addons.mail.",
    "odoo.addons.openip_incident.",
)

# In the context of tickets while they are being created.
CREATING = "incident_writing_first"


class HelpdeskTicket(models.Model):
    """Writes the entry of a creation without asking what is the same for each ticket.

    Without it everything works, slower.
    """

    _inherit = "helpdesk.ticket"

    @api.model_create_multi
    def create(self, vals_list):
        with Act() as creation:
            creating = self.with_context(**{CREATING: creation})
            tickets = super(HelpdeskTicket, creating).create(vals_list)
        return tickets.with_env(self.env)

    def _creation_subtype(self):
        """Return core's subtype: whoever deletes it deletes its name."""
        known = self._is_created_as_known("_creation_subtype")
        subtype_id = known and self.env["ir.model.data"]._xmlid_to_res_id(SUBTYPE)
        if not subtype_id:
            return super()._creation_subtype()
        return self.env["mail.message.subtype"].browse(subtype_id)

    def _creation_message(self):
        """Say what core says, which reads for it what tickets are called."""
        if not self._is_created_as_known("_creation_message"):
            return super()._creation_message()
        return self._get_creation_text()

    @ormcache("self.env.lang")
    def _get_creation_text(self):
        return super()._creation_message()

    @api.model
    def _is_created_as_known(self, method):
        """Tell whether no other addon has a say in the entry of a creation.

        :param method: what says it
        """
        return is_code_of(KNOWN, type(self).__mro__, [method])

    def _message_compute_parent_id(self, parent_id):
        """Look for no entry before the first one of a ticket that is being created."""
        creation = Act.find(self.env.context, CREATING)
        if creation and not parent_id and self.id not in creation.done:
            creation.done.add(self.id)
            if self.create_date == self.env.cr.now():
                return False
        return super()._message_compute_parent_id(parent_id)


class IrModel(models.Model):
    """Has the entry of a creation worded anew after tickets were renamed."""

    _inherit = "ir.model"

    def write(self, vals):
        res = super().write(vals)
        if "name" in vals:
            self.env.registry.clear_cache()
            # Another thread may word it anew before this one has committed.
            self.env.cr.postcommit.add(self.env.registry.clear_cache)
        return res
