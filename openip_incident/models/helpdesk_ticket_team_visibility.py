# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain

# What teams are sorted by, without anybody reading it.
SORTED_BY = {"id", "sequence"}


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    @api.model
    def _get_share_fields(self):
        """Return the fields that people outside read: a team's name and public texts.

        Whoever adds a text for them to teams adds its name.
        """
        return {"complete_name", "display_name", "id", "name"}

    def _is_share_call(self):
        return not self.env.su and self.env.user.share

    @api.model
    def _has_field_access(self, field, operation):
        if self._is_share_call() and field.name not in self._get_share_fields():
            return False
        return super()._has_field_access(field, operation)

    @api.model
    def _search(
        self, domain, offset=0, limit=None, order=None, *, active_test=True, **kwargs
    ):
        """Leave archived teams out without asking whether the reader may know."""
        domain = Domain(domain)
        if self._is_share_call() and active_test:
            named = {leaf.field_expr for leaf in domain.iter_conditions()}
            if self.env.context.get("active_test", True) and "active" not in named:
                # SUDO: the column is compared, its value is not told.
                domain &= Domain.custom(
                    to_sql=lambda model, alias, query: model.sudo()._field_to_sql(
                        alias, "active", query
                    )
                )
                active_test = False
        return super()._search(
            domain, offset, limit, order, active_test=active_test, **kwargs
        )

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        # SUDO: the place of a team in a list is no secret.
        teams = self.sudo() if field_name in SORTED_BY else self
        return super(HelpdeskTicketTeam, teams)._order_field_to_sql(
            alias, field_name, direction, nulls, query
        )

    def _get_applicable_stages(self):
        """Find the stages of a team for people outside, who may not read why."""
        if not self._is_share_call():
            return super()._get_applicable_stages()
        # SUDO: which stages a team has must not depend on who may read the team.
        teams = super(HelpdeskTicketTeam, self.sudo())
        return teams._get_applicable_stages().sudo(False)
