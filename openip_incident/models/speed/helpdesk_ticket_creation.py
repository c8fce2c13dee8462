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
# Extends it for text messages alone.
SMS = "odoo.addons.sms."

# Whose way of finding who is notified is known here; another addon's is to be heard.
KNOWN_NOTIFIERS = ("odoo.addons.mail.", "odoo.addons.openip_incident.", SMS)

# In the context of tickets while they are being created, and where a transaction keeps
# it: what is taken back takes back what is known of followers.
CREATING = "incident_writing_first"


class Creation(Act):
    """Tickets that are being created, and whether anybody follows one of them."""

    def __init__(self):
        super().__init__()
        self.ids = set()
        self.followed = False


class HelpdeskTicket(models.Model):
    """Writes the entry of a creation without asking what is the same for each ticket.

    Without it everything works, slower.
    """

    _inherit = "helpdesk.ticket"

    @api.model_create_multi
    def create(self, vals_list):
        with Creation() as creation:
            self.env.cr.cache[CREATING] = creation
            creating = self.with_context(**{CREATING: creation})
            tickets = super(HelpdeskTicket, creating).create(vals_list)
        return tickets.with_env(self.env)

    def _create(self, data_list):
        tickets = super()._create(data_list)
        creation = Creation.find(self.env.context, CREATING)
        if creation:
            creation.ids.update(tickets.ids)
        return tickets

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


class MailFollowers(models.Model):
    """Looks for no follower of a ticket that nobody had the time to follow.

    Without it everything works, slower.
    """

    _inherit = "mail.followers"

    @api.model_create_multi
    def create(self, vals_list):
        self._note_following()
        return super().create(vals_list)

    def write(self, vals):
        if not vals.keys().isdisjoint({"res_model", "res_id"}):
            self._note_following()
        return super().write(vals)

    @api.model
    def _note_following(self):
        """Note that somebody follows something, be it a ticket or not."""
        creation = self.env.cr.cache.get(CREATING)
        if creation:
            creation.followed = True

    def _get_recipient_data(self, records, message_type, subtype_id, pids=None):
        if message_type == "notification" and not pids and self._is_new_to_all(records):
            return {records.id: {}}
        return super()._get_recipient_data(records, message_type, subtype_id, pids)

    @api.model
    def _is_new_to_all(self, records):
        """Tell whether it is a ticket that has just come to be, without a follower."""
        creation = records is not None and Creation.find(records.env.context, CREATING)
        return bool(
            creation
            and creation is self.env.cr.cache.get(CREATING)
            and not creation.followed
            and records._name == "helpdesk.ticket"
            and len(records) == 1
            and records.id in creation.ids
            and is_code_of(KNOWN_NOTIFIERS, type(self).__mro__, ["_get_recipient_data"])
        )


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
