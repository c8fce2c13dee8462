# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.orm.domains import DomainAnd, DomainNary, DomainOr

from ...tools.whose_code import is_code_of

# Operators whose records core searches for.
SEARCHED = ("any", "any!", "child_of", "not any", "not any!", "parent_of")
X2MANY = ("one2many", "many2many")
# Whose way of checking access is known here; another addon's is to be heard.
KNOWN = ("odoo.orm.", "odoo.addons.openip_incident.")


class HelpdeskTicket(models.Model):
    """Asks the record rules for what is known of a ticket before what takes queries.

    One rule that grants a reader a ticket is enough, but core evaluates all of them
    first: the base's, too, which looks for followers below the reader's company.
    Without it everything works, slower.
    """

    _inherit = "helpdesk.ticket"

    def _check_access(self, operation):
        """Grant one ticket as soon as the rules do; whatever is refused, core says."""
        if self._is_access_known() and self._is_incident_granted(operation):
            return None
        return super()._check_access(operation)

    def _is_access_known(self):
        """Tell whether it is one ticket for somebody outside, and nobody adds to it."""
        if len(self) != 1 or not self.id or self.env.su or not self.env.user.share:
            return False
        return is_code_of(KNOWN, type(self).__mro__, ["_check_access"])

    def _is_incident_granted(self, operation):
        """Tell whether rights and record rules grant the user this ticket."""
        rights = self.env["ir.model.access"]
        if not rights.check(self._name, operation, raise_exception=False):
            return False
        domain = self.env["ir.rule"]._compute_domain(self._name, operation)
        # SUDO: as core evaluates the rules; nothing but whether they hold is told.
        return self.sudo().with_context(active_test=False)._meets(domain)

    def _meets(self, domain):
        """Tell whether this ticket is one of a domain's, at the least cost.

        :param domain: of the record rules
        """
        if isinstance(domain, DomainAnd):
            return all(map(self._meets, domain.children))
        if isinstance(domain, DomainOr):
            return any(map(self._meets, sorted(domain.children, key=self._is_asked)))
        return bool(self.filtered_domain(domain))

    def _is_asked(self, domain):
        """Tell whether it takes a query to know if a domain holds."""
        if isinstance(domain, DomainNary):
            return any(map(self._is_asked, domain.children))
        field = self._fields.get(getattr(domain, "field_expr", ""))
        return not field or field.type in X2MANY or domain.operator in SEARCHED
