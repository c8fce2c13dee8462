# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Outages for tests, entered by an agent."""

from datetime import timedelta

from odoo import fields

from .common import IncidentCommon


def create_outage(test, **values):
    """Return an outage, or works of the two hours to come.

    :param test: a test of incidents
    """
    works = values.get("kind") == "works"
    now = fields.Datetime.now()
    return (
        test.env["incident.outage"]
        .with_user(test.agent)
        .create(
            {
                "name": "Works in Nantes" if works else "No calls in Nantes",
                "company_id": test.company.id,
                "team_id": test.team.id,
                "begin_date": now,
                **({"expected_end_date": now + timedelta(hours=2)} if works else {}),
                **values,
            }
        )
    )


class OutageCommon(IncidentCommon):
    def _create_outage(self, **values):
        return create_outage(self, **values)
