# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

TABLE = Markup(
    "<table class='table table-sm'><thead><tr><th></th>"
    "<th class='text-end'>%s</th><th class='text-end'>%s</th><th>%s</th></tr></thead>"
    "<tbody>%s</tbody></table>"
)
ROW = Markup(
    "<tr class='%s'><td>%s</td><td class='text-end'>%s</td>"
    "<td class='text-end'>%s</td><td>%s</td></tr>"
)


class IncidentRestoredWizard(models.TransientModel):
    _name = "incident.restored.wizard"
    _description = "Go on From a Restored Backup"

    date = fields.Datetime(
        string="State of",
        readonly=True,
        default=lambda self: self._get_loss(0),
        help="The last run that the restored database knows of.",
    )
    lost_date = fields.Datetime(
        string="Had run until",
        readonly=True,
        default=lambda self: self._get_loss(1),
        help="The last run that the file store knows of: what was done between the two "
        "is forgotten.",
    )
    gap_hours = fields.Float(
        string="Missing hours",
        compute="_compute_gap_hours",
        help="From the restored state until now; by this due dates are shifted.",
    )
    works = fields.Html(
        string="What waits",
        compute="_compute_works",
        help="What fell due, or lay in the queue.",
    )

    @api.model
    def _get_loss(self, number):
        # SUDO: two dates, shown to whom the decision is asked of.
        loss = self.env["incident.mark"].sudo()._get_loss()
        return loss[number] if loss else False

    @api.depends("date")
    def _compute_gap_hours(self):
        now = fields.Datetime.now()
        for wizard in self:
            gap = now - (wizard.date or now)
            wizard.gap_hours = max(gap.total_seconds(), 0) / 3600

    @api.depends("lost_date")
    def _compute_works(self):
        works = self.env["incident.identity"]._get_restored_works()
        for wizard in self:
            rows = Markup("").join(map(wizard._render_work, works))
            wizard.works = TABLE % (
                self.env._("Waiting"),
                self.env._("Probably done already"),
                self.env._("“Shift by the gap”"),
                rows,
            )

    def _render_work(self, work):
        # SUDO: how much waits, not what; in all companies, for the decision is of all.
        records = self.env[work.model].sudo()
        before = Domain(work.date, "<=", self.lost_date)
        waiting = records.search_count(work.domain)
        return ROW % (
            "fw-bold" if waiting else "",
            work.label,
            waiting,
            records.search_count(work.domain & before) if self.lost_date else 0,
            self.env._("is moved") if work.shift else self.env._("leaves all the same"),
        )

    def action_send(self):
        """Have what fell due leave now, in the next run."""
        return self._settle(shift=False)

    def action_shift(self):
        """Move the due dates by the time that is missing."""
        return self._settle(shift=True)

    def _settle(self, shift):
        self.env["incident.health"].action_settle_restored(shift=shift)
        return {"type": "ir.actions.client", "tag": "reload"}
