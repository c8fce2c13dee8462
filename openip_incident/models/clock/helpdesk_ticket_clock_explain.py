# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_datetime

from ...tools.clock_ledger import GTR
from ..clocks import NONE, STOPPED
from ..words import INTERNAL

# On paper its head comes again on each page, and no row is torn in two.
TABLE = Markup(
    '<table class="table table-sm"><thead style="display: table-header-group">%s'
    "</thead><tbody>%s</tbody></table>"
)
HEAD = Markup(
    '<tr><th>%s</th><th>%s</th><th class="text-end pe-4">%s</th><th>%s</th></tr>'
)
ROW = Markup(
    '<tr style="page-break-inside: avoid"><td>%s</td><td>%s</td>'
    '<td class="text-end pe-4">%s</td><td>%s</td></tr>'
)


class HelpdeskTicket(models.Model):
    """How the guaranteed time was counted, line by line, for who has to defend it."""

    _inherit = "helpdesk.ticket"

    incident_clock_explained = fields.Html(
        string="How was this counted?",
        compute="_compute_incident_clock_explained",
        sanitize=False,
        groups=INTERNAL,
        help="Every interval between the report and the restoration: whether it "
        "counts, and why.",
    )

    incident_clock_left = fields.Char(
        string="Time left",
        compute="_compute_incident_clock_words",
        groups=INTERNAL,
        help="What is left of the guaranteed time until restoration, in counted hours; "
        "with a minus once it is missed.",
    )
    incident_clock_stopped = fields.Char(
        string="Clock stopped",
        compute="_compute_incident_clock_words",
        groups=INTERNAL,
        help="Since when and why the clock is stopped now.",
    )

    @api.depends("gtr_remaining_seconds", "gtr_state")
    @api.depends_context("lang", "tz")
    def _compute_incident_clock_words(self):
        stopped = self.filtered(lambda one: one.gtr_state == STOPPED)
        # SUDO: whoever reads an incident may read why its clock is stopped.
        ledgers = self.env["incident.clock.entry"].sudo()._read_ledgers(stopped)
        for ticket in self:
            left = ticket.gtr_remaining_seconds
            known = ticket.gtr_state not in (False, NONE)
            ticket.incident_clock_left = known and self._say_clock(left)
            stops = ledgers.get(ticket.id, ())
            ticket.incident_clock_stopped = stops and stops._describe_stops()

    @api.depends("incident_clock_entry_ids")
    @api.depends_context("lang", "tz")
    def _compute_incident_clock_explained(self):
        # SUDO: whoever reads an incident may read how it was counted.
        ledgers = self.env["incident.clock.entry"].sudo()._read_ledgers(self)
        for ticket in self:
            lines = ticket._explain_incident_clock(ledgers.get(ticket.id))
            rows = Markup("").join(ROW % line for line in lines)
            # Everybody who argues about it reads the same hours.
            zone = ticket.incident_contract_version_id.tz
            head = HEAD % (
                f"{self.env._('From')} ({zone})",
                self.env._("To"),
                self.env._("Counted"),
                self.env._("Why"),
            )
            ticket.incident_clock_explained = rows and TABLE % (head, rows)

    def _explain_incident_clock(self, entries):
        """Return the lines of the explanation: tuples of four texts."""
        ledger = entries._get_ledger() if entries else None
        clock = ledger and ledger.get_clock(GTR)
        if not clock:
            return []
        causes = {cause.id: cause.name for cause in entries.cause_id}
        whys = self._get_clock_whys()
        zone = self.incident_contract_version_id.tz
        return [
            (
                format_datetime(self.env, line.start, tz=zone),
                format_datetime(self.env, line.end, tz=zone),
                self._format_clock(line.seconds) if line.counted else "–",
                causes.get(line.cause) or whys[line.why],
            )
            for line in clock.explain(ledger.get_end(GTR) or fields.Datetime.now())
        ]

    def _get_clock_whys(self):
        return {
            "open": self.env._("Counted hours"),
            "closed": self.env._("Outside the counted hours"),
            "holiday": self.env._("Public holiday"),
            "none": self.env._("No contract"),
            "stop": self.env._("Clock stopped"),
        }

    @api.model
    def _format_clock(self, seconds):
        """Return a duration as hours, minutes and seconds.

        :param seconds: how long, less than nothing where it is exceeded
        """
        sign, seconds = ("-" if seconds < 0 else ""), abs(seconds)
        return f"{sign}{seconds // 3600}:{seconds % 3600 // 60:02}:{seconds % 60:02}"

    def action_explain_clock(self):
        """Open the lines by which the guaranteed time was counted."""
        self.ensure_one()
        view = self.env.ref("openip_incident.helpdesk_ticket_view_form_clock")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("How was this counted?"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(view.id, "form")],
            "target": "new",
            "context": {"form_view_initial_mode": "readonly"},
        }


class IncidentClockEntry(models.Model):
    _inherit = "incident.clock.entry"

    def _describe_stops(self):
        """Return since when and why the clock of these entries is stopped."""
        return "; ".join(
            self.env._(
                "since %(date)s: %(cause)s",
                date=self.env["helpdesk.ticket"]._format_clock_date(stop.date),
                cause=stop.cause_id.name,
            )
            for stop in self._get_open_stops()
            if stop.stops_gtr
        )
