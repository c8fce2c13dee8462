# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.openip_incident.models.followups import RUNNING
from odoo.addons.openip_incident.tools.phone_numbers import split_phone_query

DUE = "next_step_date"


class HelpdeskTicket(models.Model):
    """What lists of users with a login are sorted by and searched for."""

    _inherit = "helpdesk.ticket"

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Sort by when the next step is due, which is a date of the follow-up."""
        if field_name != DUE:
            return super()._order_field_to_sql(
                alias, field_name, direction, nulls, query
            )
        self._check_field_access(self._fields[DUE], "read")
        # One open follow-up per incident, by a unique index.
        due = SQL(
            "(SELECT due_date FROM incident_followup WHERE ticket_id = %s "
            "AND state = %s LIMIT 1)",
            SQL.identifier(alias, "id"),
            RUNNING,
        )
        return SQL("%s %s %s", due, direction, nulls)

    @api.model
    def _get_portal_service_domain(self, text):
        """Return the domain of the incidents on a service, line or site.

        A telephone number is found in any notation.

        :param text: what somebody has typed
        """
        names = ("name", "label", "site", "phone_numbers")
        known = Domain.OR(Domain(name, "ilike", text) for name in names)
        numbers, _rest = split_phone_query(text)
        for _number, digits in numbers:
            for one in digits:
                known |= Domain("phone_digits", "ilike", one)
        return Domain("incident_service", "ilike", text) | Domain(
            "service_id", "any", known
        )
