# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections.abc import Callable
from dataclasses import dataclass

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain


@dataclass(frozen=True)
class Work:
    """What waits in a restored database.

    :param label: what it is, for people
    :param model: name of its model
    :param domain: what fell due
    :param date: name of the field that says when
    :param shift: moves the due dates by a ``timedelta``, called with it; None for what
        leaves with either choice
    """

    label: str
    model: str
    domain: Domain
    date: str
    shift: Callable | None = None


class IncidentIdentity(models.AbstractModel):
    """Has somebody look at a restored backup before anything leaves it (G18)."""

    _inherit = "incident.identity"

    @api.model
    def _get_restored_works(self):
        """Return what waits after a restore, as :class:`Work`: to be extended."""
        return []

    @api.model
    def _settle_restored(self, shift):
        """Go on from the restored state.

        :param shift: whether due dates are moved by the time that is missing
        :raises UserError: where it is not restored, or somebody has decided already
        """
        # SUDO: whoever may decide may write no mark.
        gap = self.env["incident.mark"].sudo()._settle()
        if gap is None:
            raise UserError(
                self.env._(
                    "Nothing waits for this decision any more: somebody has taken it."
                )
            )
        if shift:
            for work in self._get_restored_works():
                if work.shift:
                    work.shift(gap)
        self._go_on()
