# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain

# What teams are sorted by, without anybody reading it.
SORTED_BY = {"id", "sequence"}


class HelpdeskTicketTeam(models.Model):
    _name = "helpdesk.ticket.team"
    _inherit = ["incident.share.guard.mixin", "helpdesk.ticket.team"]

    # Made of the names of the teams above, whoever may read their place in the tree.
    complete_name = fields.Char(compute_sudo=True)

    @api.model
    def _get_share_fields(self):
        """Return the fields that people outside read: a team's name and public texts.

        Whoever adds a text for them to teams adds its name.
        """
        return {"complete_name", "display_name", "id", "name"}

    @api.model
    def _is_share_field(self, field):
        return field.name in self._get_share_fields()

    @api.model
    def _search(
        self, domain, offset=0, limit=None, order=None, *, active_test=True, **kwargs
    ):
        """Sort teams, and leave archived ones out, by what nobody outside reads."""
        if not self._is_share_call():
            return super()._search(
                domain, offset, limit, order, active_test=active_test, **kwargs
            )
        self._check_share_domain(domain)
        if active_test and self.env.context.get("active_test", True):
            # SUDO: the column is compared, its value is not told.
            domain = Domain(domain) & Domain.custom(
                to_sql=lambda model, alias, query: model.sudo()._field_to_sql(
                    alias, "active", query
                )
            )
        usual = order == self._order
        query = super()._search(
            domain,
            offset,
            limit,
            None if usual else order,
            active_test=False,
            **kwargs,
        )
        if usual:
            query.order = self._order_to_sql(self._order, query)
        return query

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
