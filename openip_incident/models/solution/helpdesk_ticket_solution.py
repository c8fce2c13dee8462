# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime, is_html_empty

from ...tools.arguments import to_body, to_date, to_record
from ...tools.file_address import get_shown_ids
from ...tools.own_links import strip_tokens
from ...tools.remote_content import is_plain
from ..phases import CLOSED, CLOSURE

# Where the solution is known, and where it is what the parties are asked about.
SOLVED_PHASES = (CLOSURE, CLOSED)


class HelpdeskTicket(models.Model):
    """What was done, why it had failed, and since when it works again.

    The parties read it when they are asked to confirm closure, and when the incident
    is closed. An incident that goes back to work is not solved: what was said of its
    solution is taken back, and stays in its chatter.
    """

    _inherit = "helpdesk.ticket"

    resolution_cause_id = fields.Many2one(
        comodel_name="incident.cause",
        string="Cause",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="What has caused the malfunction. The parties read it.",
    )
    resolution_text = fields.Html(
        string="What was done",
        copy=False,
        help="How the incident was solved. The parties read it in the mails and on "
        "the pages that ask them to confirm closure.",
    )
    restored_date = fields.Datetime(
        string="Restored on",
        copy=False,
        tracking=True,
        help="Since when everything works again.",
    )
    incident_since = fields.Datetime(
        string="Since when", help="When the malfunction has begun."
    )
    incident_interruption_hours = fields.Float(
        string="Interruption (hours)",
        compute="_compute_incident_interruption_hours",
        store=True,
        aggregator="avg",
        help="From when the malfunction began until everything worked again.",
    )
    incident_interruption = fields.Char(
        string="Interruption",
        compute="_compute_incident_interruption",
        help="How long the malfunction has lasted, in words.",
    )

    @api.depends("incident_since", "restored_date")
    def _compute_incident_interruption_hours(self):
        for ticket in self:
            since, restored = ticket.incident_since, ticket.restored_date
            lasted = restored - since if since and restored else timedelta()
            ticket.incident_interruption_hours = max(lasted.total_seconds() / 3600, 0)

    @api.depends("incident_interruption_hours")
    @api.depends_context("lang")
    def _compute_incident_interruption(self):
        for ticket in self:
            minutes = round(ticket.incident_interruption_hours * 60)
            ticket.incident_interruption = ticket._describe_incident_minutes(minutes)

    @api.model
    def _describe_incident_minutes(self, minutes):
        """Return a duration in words, nothing for none.

        :param minutes: integer
        """
        days, hours, minutes = minutes // 1440, minutes % 1440 // 60, minutes % 60
        if days:
            return self.env._("%(days)s d %(hours)s h", days=days, hours=hours)
        if hours:
            return self.env._(
                "%(hours)s h %(minutes)s min", hours=hours, minutes=minutes
            )
        return self.env._("%(minutes)s min", minutes=minutes) if minutes else ""

    # What an act says of the solution

    def _prepare_solution_vals(self, body=None, cause=None, restored=None):
        """Return what an act says of the solution of these incidents.

        :param body: HTML, what was done
        :param cause: ``incident.cause`` or its id
        :param restored: since when it works again, naive UTC
        :return: dict of values, those that are said
        :raises UserError: for a date that cannot be, or a cause of other teams
        """
        date = to_date(self.env, restored)
        cause = to_record(self.env, "incident.cause", cause).exists()
        self._ensure_incident_cause(cause)
        self._ensure_restored(date)
        vals = {}
        if date:
            vals["restored_date"] = date
        if cause:
            vals["resolution_cause_id"] = cause.id
        if not is_html_empty(body):
            vals["resolution_text"] = to_body(body)
        return vals

    def _get_default_restored(self):
        """Return now, nothing where the malfunction is said to begin later."""
        now = fields.Datetime.now()
        later = self.filtered(
            lambda one: one.incident_since and one.incident_since > now
        )
        return False if later else now

    def _ensure_incident_cause(self, cause):
        """Refuse a cause that is not one of the incidents' teams."""
        foreign = self.team_id - cause.team_ids if cause.team_ids else self.team_id[:0]
        if foreign:
            raise UserError(
                self.env._(
                    "The cause %(cause)s is not one of the team %(team)s.",
                    cause=cause.name,
                    team=foreign[0].name,
                )
            )

    def _ensure_restored(self, date):
        """Refuse a date at which nothing can have been restored."""
        if date and date > fields.Datetime.now():
            raise UserError(
                self.env._(
                    "It cannot have been restored in the future: %(date)s.",
                    date=format_datetime(self.env, date),
                )
            )
        for ticket in self.filtered("incident_since") if date else ():
            if date < ticket.incident_since:
                raise UserError(
                    self.env._(
                        "%(number)s cannot have been restored on %(date)s: the "
                        "malfunction began on %(since)s.",
                        number=ticket.number,
                        date=format_datetime(self.env, date),
                        since=format_datetime(self.env, ticket.incident_since),
                    )
                )

    # What is written down

    def write(self, vals):
        """Let what was done show pictures of each incident's own, and load nothing."""
        text = vals.get("resolution_text")
        if not text or not any(ticket.is_incident for ticket in self):
            return super().write(vals)
        vals = {**vals, "resolution_text": strip_tokens(text)}
        if is_plain(text):
            return super().write({**vals, "resolution_text": self._to_said(text)})
        for ticket in self:
            said = ticket._to_said(vals["resolution_text"])
            super(HelpdeskTicket, ticket).write({**vals, "resolution_text": said})
        return True

    def _prepare_incident_move_vals(self, stage):
        """Take back the solution of what is at work again: the chatter remembers it."""
        vals = super()._prepare_incident_move_vals(stage)
        origin, target = self.stage_id.incident_phase, stage.incident_phase
        if origin in SOLVED_PHASES and target not in SOLVED_PHASES:
            vals.update(
                resolution_cause_id=False, resolution_text=False, restored_date=False
            )
        return vals

    # What mails say of it

    def _incident_correspond_step(self, template, letters, text=None):
        """Offer the date of the solution to templates, as the reader reads dates.

        What was done is the word of a colleague, which the entry keeps when work goes
        on and the incident has it no longer.
        """
        for letter in letters:
            if letter.step == CLOSURE and letter.record.resolution_text:
                letter.step = ""
            restored = letter.record.restored_date
            if restored:
                letter.facts = {**letter.facts, "restored": restored}
        return super()._incident_correspond_step(template, letters, text)

    def _opens(self, file, token, template):
        """Let the mail of closure show the pictures of what was done."""
        shown = file.id in get_shown_ids(str(self.resolution_text or ""))
        own = (file.res_model, file.res_id) == (self._name, self.id)
        return shown and own or super()._opens(file, token, template)
