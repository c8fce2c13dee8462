# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.tools import SQL, email_normalize

from ...tools.whose_code import is_code_of

# In the context while the gateway hands over one mail; of its cursor, too, where who
# makes a contact finds it.
STRANGERS = "incident_strangers"

# Whose way of finding a user is known here; another addon's is to be heard.
KNOWN = ("odoo.addons.mail.", "odoo.addons.openip_incident.")
MODELS = ("helpdesk.ticket", "helpdesk.ticket.team")
EMAIL_FIELDS = {"active", "email", "company_id"}
# As few as can be of whom core would ask more.
USERS = """
    SELECT 1 FROM res_partner JOIN res_users ON res_users.partner_id = res_partner.id
     WHERE res_partner.email_normalized = %s LIMIT 1
"""


class Strangers(set):
    """The addresses that are on no contact, as one transaction sees it, by reader."""


class IncidentMailGateway(models.AbstractModel):
    _inherit = "incident.mail.gateway"

    def _hand_over(self, thread, inbound, source, **options):
        strangers = self.env.cr.cache[STRANGERS] = Strangers()
        thread = thread.with_context(**{STRANGERS: strangers})
        # Core asks for the names of both models, by which it knows their ids.
        models = self.env["ir.model"]
        ids = map(models._get_id, MODELS)
        models._fields["model"]._insert_cache(models.browse(ids), MODELS)
        try:
            return super()._hand_over(thread, inbound, source, **options)
        finally:
            self.env.cr.cache.pop(STRANGERS, None)
            # Whoever still has the context asks the database again.
            strangers.clear()


class MailThread(models.AbstractModel):
    """Looks for no user among people of whom none is one.

    Also for mail for others. Without it everything works, slower.
    """

    _inherit = "mail.thread"

    @api.model
    def _mail_find_user_for_gateway(self, email_value, alias=None):
        """Return the user who writes: core asks followers, companies and aliases."""
        address = email_normalize(email_value)
        known = is_code_of(KNOWN, type(self).__mro__, ["_mail_find_user_for_gateway"])
        # For others core reads here what it needs later, when they may not read it.
        known = known and self.env.su
        if known and address and not self._is_address_of_user(address):
            return self.env["res.users"]
        return super()._mail_find_user_for_gateway(email_value, alias=alias)

    @api.model
    def _is_address_of_user(self, address):
        self.env["res.partner"].flush_model(["email_normalized"])
        self.env["res.users"].flush_model(["partner_id"])
        return self.env.execute_query(SQL(USERS, address))


class ResPartner(models.Model):
    """Looks up once per mail who its sender is not; core does four times.

    Without it everything works, slower.
    """

    _inherit = "res.partner"

    @api.model
    def _find_or_create_from_emails(
        self, emails, ban_emails=None, filter_found=None, no_create=False, **options
    ):
        known, sought = self._get_strangers() if no_create else None, set()
        if known is not None:
            # Who may see more may find more.
            reader = self.env.su or self.env.uid, self.env.context.get("active_test")
            sought = {(*reader, email_normalize(email) or email) for email in emails}
        if sought and known >= sought:
            return [self.browse()] * len(emails)
        found = super()._find_or_create_from_emails(
            emails,
            ban_emails=ban_emails,
            filter_found=filter_found,
            no_create=no_create,
            **options,
        )
        if known is not None and not (ban_emails or filter_found or any(found)):
            known |= sought
        return found

    @api.model
    def _get_strangers(self):
        """Return who is no contact as far as this transaction knows, or None."""
        known = self.env.cr.cache.get(STRANGERS)
        return known if known is self.env.context.get(STRANGERS) else None

    @api.model_create_multi
    def create(self, vals_list):
        self.env.cr.cache.get(STRANGERS, set()).clear()
        return super().create(vals_list)

    def write(self, vals):
        if EMAIL_FIELDS & vals.keys():
            self.env.cr.cache.get(STRANGERS, set()).clear()
        return super().write(vals)
