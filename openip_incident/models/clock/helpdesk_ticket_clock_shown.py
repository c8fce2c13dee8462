# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import format_datetime

from ..clocks import CALM, KEPT, MISSED, NONE, RUNNING, SOON, STOPPED, TONES, URGENT
from ..words import INTERNAL

ALL = 100
# The columns that say nothing where no contract is there.
COLUMNS = ("incident_clock_line", "incident_clock_deadline")


class HelpdeskTicket(models.Model):
    """What screens show of the guaranteed time at a glance.

    Whole screens at once: the ledgers of all of their incidents are read by one query.
    """

    _inherit = "helpdesk.ticket"

    incident_clock_used = fields.Integer(
        string="GTR used up (%)",
        compute="_compute_incident_clock_tone",
        groups=INTERNAL,
        help="How much of the guaranteed time until restoration is used up, in "
        "percent.",
    )
    incident_clock_tone = fields.Selection(
        selection=TONES,
        string="Urgency of the GTR",
        compute="_compute_incident_clock_tone",
        groups=INTERNAL,
        help="How pressing the guaranteed time is, by the thresholds that it has "
        "reached.",
    )
    incident_clock_line = fields.Char(
        string="Guaranteed time",
        compute="_compute_incident_clock_line",
        groups=INTERNAL,
        help="What is left of the guaranteed time until restoration, or since when and "
        "why the clock is stopped.",
    )

    @api.depends("gtr_consumed_seconds", "gtr_remaining_seconds", "gtr_state")
    def _compute_incident_clock_tone(self):
        for ticket in self:
            consumed = ticket.gtr_consumed_seconds
            target = consumed + ticket.gtr_remaining_seconds
            ticket.incident_clock_used = consumed * ALL // target if target else 0
            ticket.incident_clock_tone = ticket._get_clock_tone()

    def _get_clock_tone(self):
        """Return how pressing it is: the last threshold before the end is urgent."""
        state = self.gtr_state
        if state != RUNNING:
            return False if state == NONE else state
        watched = self.env["incident.clock.threshold"]._get_percents()
        before = [one[0] for one in watched if one[0] < ALL]
        ahead = sum(percent > self.incident_clock_used for percent in before)
        return {0: URGENT, 1: SOON}.get(ahead, CALM) if before else CALM

    @api.depends("incident_clock_left", "incident_clock_stopped", "gtr_state")
    @api.depends_context("lang", "tz")
    def _compute_incident_clock_line(self):
        for ticket in self:
            state, said = ticket.gtr_state, ticket.incident_clock_left
            ticket.incident_clock_line = {
                RUNNING: self.env._("%(time)s left", time=said),
                STOPPED: self.env._(
                    "Clock stopped %(since)s", since=ticket.incident_clock_stopped
                ),
                MISSED: self.env._(
                    "Missed by %(time)s",
                    time=self._say_clock(-ticket.gtr_remaining_seconds),
                ),
                KEPT: self.env._("In time"),
            }.get(state, False)

    @api.model
    def _say_clock(self, seconds):
        """Return a duration as people say it, in hours and minutes.

        :param seconds: how long, less than nothing where it is exceeded
        """
        sign, minutes = ("-" if seconds < 0 else ""), abs(seconds) // 60
        if minutes < 60:
            return self.env._("%(sign)s%(minutes)s min", sign=sign, minutes=minutes)
        return self.env._(
            "%(sign)s%(hours)s h %(minutes)s min",
            sign=sign,
            hours=minutes // 60,
            minutes=f"{minutes % 60:02}",
        )

    @api.model
    def _format_clock_date(self, date):
        """Return a date as whoever looks at the screen reads it."""
        zone = str(self.env.tz)
        return format_datetime(self.env, date, tz=zone, dt_format="short")

    # The list

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self.env["incident.contract"]._are_there())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Leave the room of its columns to others where there is no contract."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "list" and not self.env["incident.contract"]._are_there():
            for field in arch.iterchildren("field"):
                if field.get("name") in COLUMNS:
                    field.set("column_invisible", "1")
        return arch, view

    # The banner

    @api.depends(
        "gtr_deadline", "gti_deadline", "incident_gtr_fact", "incident_gti_fact"
    )
    @api.depends_context("tz")
    def _compute_incident_banner(self):
        return super()._compute_incident_banner()

    def _get_incident_banner_lines(self):
        return [*super()._get_incident_banner_lines(), *self._get_clock_lines()]

    def _get_clock_lines(self):
        """Return the sentences on guaranteed times that are not over yet."""
        lines = []
        if self.gti_state == RUNNING and self.gti_deadline:
            date = self._format_clock_date(self.gti_deadline)
            lines.append(self.env._("GTI: work has to begin by %(date)s.", date=date))
        if self.incident_gtr_fact not in (RUNNING, STOPPED):
            return lines
        if self.gtr_state == RUNNING and self.gtr_deadline:
            said = self.env._(
                "GTR: %(left)s, until %(date)s.",
                left=self.incident_clock_line,
                date=self._format_clock_date(self.gtr_deadline),
            )
        else:
            said = self.env._("GTR: %(line)s.", line=self.incident_clock_line)
        return [*lines, said]
