# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re
from datetime import datetime, timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.orm.domains import DomainCustom
from odoo.tools import SQL, ormcache

# What is the same in SQL, whenever it is made.
STEADY = str | int | float | bool | None
# What a text means for a date changes with the time.
RELATIVE = re.compile(r"(today|now)\b|[+-]\d")


class UnsteadyError(Exception):
    """A domain that does not say the same to everybody at any time."""


class Moment(NamedTuple):
    """A moment, as its distance from now."""

    distance: timedelta


def freeze(value, now):
    """Return what a domain says, to be compared, with its moments as distances.

    :param value: a domain, or a part of one
    :param now: naive UTC
    :raises UnsteadyError: for what may be other SQL the next time
    """
    if isinstance(value, datetime):
        return Moment(value - now)
    if isinstance(value, SQL):
        return value.code, freeze(value.params, now)
    if isinstance(value, Domain | list | tuple) and not isinstance(value, DomainCustom):
        return tuple(freeze(one, now) for one in value)
    if not isinstance(value, STEADY) or is_relative(value):
        raise UnsteadyError
    return type(value), value


def is_relative(value):
    """Tell whether a value may mean a date that depends on today's."""
    return isinstance(value, str) and RELATIVE.match(value)


class IncidentEngine(models.AbstractModel):
    """Knows the SQL of searches that differ from earlier ones by the time alone.

    To make SQL of all domains takes longer than to look for what is due, and the next
    run looks for the same a minute later. The domains themselves are asked for each
    time: they may say something else by then. Without it everything works, slower.
    """

    _inherit = "incident.engine"

    @api.model
    def _select_task(self, task, domain, limit):
        if not self.env.su:
            return super()._select_task(task, domain, limit)
        now = fields.Datetime.now()
        try:
            frozen = freeze(domain, now)
        except UnsteadyError:
            return super()._select_task(task, domain, limit)
        code, params, to_flush = self._get_known_select(
            task, domain, frozen, limit, now
        )
        values = (
            now + value.distance if isinstance(value, Moment) else value
            for value in params
        )
        return SQL(code, *values, to_flush=to_flush)

    @api.model
    @ormcache(
        "task.name",
        "task.model",
        "task.order",
        "task.parent",
        "frozen",
        "limit",
        "self.env.lang",
        "self.env.uid",
        "str(self.env.context.get('allowed_company_ids'))",
        "self.env.context.get('active_test', True)",
    )
    def _get_known_select(self, task, domain, frozen, limit, now):
        """Return code and parameters of a search, with its moments as distances.

        :param frozen: what the domain says
        :param limit: how many rows are looked for
        """
        select = super()._select_task(task, domain, limit)
        params = [
            Moment(value - now) if isinstance(value, datetime) else value
            for value in select.params
        ]
        return select.code, tuple(params), tuple(select.to_flush)
