# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ...tools.share_fields import tells_of_conversation

ANY = ("any", "not any")


class IncidentShareGuardMixin(models.AbstractModel):
    """Holds people outside to the fields that they may read, searches included.

    Core asks for the right to a column, but not to a field with a search of its own
    (who follows a ticket, whether it has messages), nor to what is inherited or many
    when a list is sorted or grouped by it. Yes or no tells a text letter by letter.
    """

    _name = "incident.share.guard.mixin"
    _description = "Guard of Fields against People Outside"

    def _is_share_call(self):
        return not self.env.su and self.env.user.share

    @api.model
    def _is_share_field(self, field):
        """Tell whether a field is for people outside, if its groups let them read it.

        Neither what the conversation of a record sums up to, nor what leads to it: its
        messages are read one by one, and those relations bypass all rules.
        """
        return not tells_of_conversation(field.name, field.comodel_name)

    @api.model
    def _is_share_key(self, name):
        """Tell whether people outside may search and group by what they read."""
        return True

    @api.model
    def _has_field_access(self, field, operation):
        # Asked of each field that is read: not by a call for the superuser.
        outside = not self.env.su and self._is_share_call()
        if outside and not self._is_share_field(field):
            return False
        return super()._has_field_access(field, operation)

    # Ways to ask

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **kwargs):
        if self._is_share_call():
            self._check_share_domain(domain)
            for term in (order or "").split(","):
                self._check_share_path(term.strip().partition(" ")[0])
        return super()._search(domain, offset, limit, order, **kwargs)

    @api.model
    def _read_group(self, domain, groupby=(), aggregates=(), *args, **kwargs):
        if self._is_share_call():
            self._check_share_specs((*groupby, *aggregates))
        return super()._read_group(domain, groupby, aggregates, *args, **kwargs)

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        if self._is_share_call():
            for groupby in grouping_sets:
                self._check_share_specs(groupby)
            self._check_share_specs(aggregates)
        return super()._read_grouping_sets(domain, grouping_sets, aggregates, order)

    # What is asked for

    def _check_share_domain(self, domain):
        """Raise unless the user may read every field that a domain names.

        :raises AccessError: naming the first that is not for the user
        """
        for condition in Domain(domain).iter_conditions():
            reached = self._check_share_path(condition.field_expr)
            if condition.operator in ANY and hasattr(reached, "_check_share_domain"):
                if isinstance(condition.value, Domain | list | tuple):
                    reached._check_share_domain(condition.value)

    def _check_share_specs(self, specs):
        for spec in specs:
            self._check_share_path(spec.partition(":")[0])

    def _check_share_path(self, path):
        """Check the fields of a path, and return the model that it leads to, if any."""
        records = self
        for name in path.split("."):
            field = records._fields.get(name)
            if not field:
                return None
            records._check_field_access(field, "read")
            if hasattr(records, "_is_share_key") and not records._is_share_key(name):
                raise AccessError(
                    self.env._("This is not searched for: %(field)s", field=name)
                )
            if not field.relational:
                return None
            records = records.env[field.comodel_name]
        return records
