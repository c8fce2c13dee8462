# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class IncidentPage(models.AbstractModel):
    """What a party may expect: until when it works again, and who comes when.

    Only while it is to be expected: what is past, or over with the incident, is not
    promised any further.
    """

    _inherit = "incident.page"

    def _get_page(self, view):
        return {**super()._get_page(view), "expected": self._get_expected(view)}

    def _get_expected(self, view):
        """Return what may be expected, nothing where nothing is.

        :return: dict of ``restoration`` and ``interventions``
        """
        date = view.ticket._get_expected_restoration()
        planned = view.ticket._get_incident_planned()
        if not date and not planned:
            return {}
        return {
            "restoration": date and self._format_deadline(view, date),
            "interventions": [
                {
                    "period": one._say_period(view.party, self.env.lang),
                    "place": one.place or "",
                    "visitor": one.visitor or "",
                    "path": view.get_calendar_path(one),
                }
                for one in planned
            ],
        }

    def _get_intervention(self, view, intervention_id):
        """Return an intervention that is shown on the page, nothing for any other id.

        :param intervention_id: integer
        """
        planned = view.ticket._get_incident_planned()
        return planned.filtered(lambda one: one.id == intervention_id)

    def _get_next_date(self, view, waits):
        """Say in lists what is to be expected, where no countdown runs."""
        return super()._get_next_date(view, waits) or self._get_expected_line(view)

    def _get_expected_line(self, view):
        planned = view.ticket._get_incident_planned()[:1]
        restoration = view.ticket._get_expected_restoration()
        if planned:
            date = self._format_date(view, planned.begin_date)
            return self.env._("Intervention on %(date)s", date=date)
        if restoration:
            date = self._format_date(view, restoration)
            return self.env._("Restoration expected by %(date)s", date=date)
        return ""
