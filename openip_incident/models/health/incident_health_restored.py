# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import format_datetime

from .incident_health import Finding, Source
from .incident_health_database import DATABASE, MANAGER

MARK = "mark"


class IncidentHealth(models.Model):
    """Shows a restored backup, and lets a manager say how it goes on (G18)."""

    _inherit = "incident.health"

    kind = fields.Selection(
        selection_add=[(MARK, "Mark in the file store")], ondelete={MARK: "cascade"}
    )
    is_restored = fields.Boolean(
        compute="_compute_is_restored",
        help="The database went back in time, and nobody has looked yet.",
    )

    @api.depends("kind", "state")
    def _compute_is_restored(self):
        identity = self.env["incident.identity"]
        for check in self:
            # What is both is confirmed first.
            alarm = check.kind == DATABASE and check.state == "alarm"
            check.is_restored = alarm and not identity._is_copy()

    def action_look_restored(self):
        """Open what fell due since the state that was restored."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("A backup was restored"),
            "res_model": "incident.restored.wizard",
            "view_mode": "form",
            "target": "new",
        }

    @api.model
    def action_settle_restored(self, shift=False):
        """Have a restored database go on.

        :param shift: whether due dates are moved by the time that is missing;
            otherwise what fell due leaves now
        :return: True
        :raises AccessError: for anybody but a helpdesk manager
        :raises UserError: where nothing waits for this decision
        """
        if not (self.env.su or self.env.user.has_group(MANAGER)):
            raise AccessError(
                self.env._("Only helpdesk managers can have a backup go on.")
            )
        self.env["incident.identity"]._settle_restored(bool(shift))
        # SUDO: the activities of all managers are done.
        self.sudo()._forget_copy()
        return True

    @api.model
    def _get_restored_text(self):
        # SUDO: two dates, for who is told that everything waits.
        loss = self.env["incident.mark"].sudo()._get_loss()
        date, lost_date = loss or (None, None)
        return self.env._(
            "The database went back in time: it is of %(date)s, and has run until "
            "%(lost_date)s. No mail about incidents leaves it, none is fetched, no "
            "step is executed; everything waits until a manager has looked at what "
            "fell due meanwhile.",
            date=self._format_mark(date),
            lost_date=self._format_mark(lost_date),
        )

    @api.model
    def _format_mark(self, date):
        return format_datetime(self.env, date) if date else "-"

    # The mark itself

    def _find(self):
        """Find a mark that the file store does not take: no restore would be seen."""
        if self.kind != MARK:
            return super()._find()
        marks = self.env["incident.mark"]
        here = marks.search_fetch(Domain.TRUE, ["counter"], limit=1)
        if not here.counter or not self.env["incident.identity"]._is_confirmed():
            return Finding()
        outside = marks._read_outside()
        # A run may be between the two.
        missing = (outside.counter if outside else 0) < here.counter - 1
        date = outside and fields.Datetime.to_datetime(outside.date)
        return Finding(int(missing), date or False, missing)

    def _get_mark_source(self):
        return Source("incident.mark", Domain.TRUE, "date")
