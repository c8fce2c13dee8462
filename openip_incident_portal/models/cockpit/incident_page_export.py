# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime

from pytz import timezone, utc

from odoo import api, models

from odoo.addons.openip_incident.tools.zones import choose_zone


class IncidentPage(models.AbstractModel):
    """The list of a user with a login as a table: what the list shows, nothing else."""

    _inherit = "incident.page"

    @api.model
    def _prepare_list_table(self, tickets, partner, with_customer):
        """Return the table of some tickets, in their order.

        :param tickets: from a search as the user
        :param partner: the reader's contact
        :param with_customer: whether the list names the customers
        :return: list of labels, and list of lists of texts and of naive dates in the
            reader's time
        """
        columns = self._get_export_columns()
        if not with_customer:
            columns.pop("customer")
        rows = self._prepare_rows(tickets, partner)
        zone = timezone(self._get_list_zone(partner))
        return list(columns.values()), [
            [self._to_cell(row[name], zone) for name in columns] for row in rows
        ]

    @api.model
    def _get_export_columns(self):
        """Return the label of each column, by its name in a row of the list."""
        return {
            "number": self.env._("Number"),
            "title": self.env._("Title"),
            "customer": self.env._("Customer"),
            "service": self.env._("Service or line"),
            "phase_label": self.env._("State"),
            "turn_label": self.env._("Whose turn"),
            "next": self.env._("Next date"),
            "changed": self.env._("Last change"),
            "reported": self.env._("Reported on"),
        }

    @api.model
    def _to_cell(self, value, zone):
        if isinstance(value, datetime):
            local = utc.localize(value).astimezone(zone)
            return local.replace(tzinfo=None, second=0, microsecond=0)
        return str(value or "")

    @api.model
    def _get_list_zone(self, partner):
        """Return the name of the time zone in which a user reads many incidents."""
        # SUDO: one time zone and one country are read.
        company = self.env.company.sudo()
        calendar = company.resource_calendar_id
        return choose_zone(partner.tz, calendar.tz, country=company.country_id.code)
