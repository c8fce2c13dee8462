# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A version of a contract without hours has the company's: it counted nothing.

Under which clocks were counted is evidence, and told to who reads the log.
"""

import logging

from odoo import SUPERUSER_ID, api

_logger = logging.getLogger(__name__)


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    versions = env["incident.contract.version"].search(
        [("around_the_clock", "=", False)]
    )
    for one in versions.filtered(lambda one: not any((one.hours or {}).values())):
        company = one.contract_id.company_id or env.company
        calendar = company.resource_calendar_id
        if one.entry_ids or calendar.two_weeks_calendar or not calendar.attendance_ids:
            _logger.warning("%s counts nothing: it has no hours", one.display_name)
            continue
        one.resource_calendar_id = calendar
