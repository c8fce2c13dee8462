# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime, is_html_empty

from ...tools.arguments import to_date
from ..correspondence.letter import Letter
from ..phases import CLOSED, CLOSURE, REGISTERED

# Where nothing is to be restored: not yet, or not any more.
IDLE_PHASES = (REGISTERED, CLOSURE, CLOSED)
RESTORATION_TEMPLATE = "openip_incident.mail_template_restoration"


class HelpdeskTicket(models.Model):
    """Until when it is expected to work again: said where it is known, never guessed.

    It may be empty and be taken back. What is past is not promised any further, and a
    promise ends with the work that it was made for.
    """

    _inherit = "helpdesk.ticket"

    expected_restoration_date = fields.Datetime(
        string="Expected restoration",
        copy=False,
        tracking=True,
        help="Until when everything is expected to work again. The parties read it in "
        "every mail and on their page until it has passed. Empty: nothing is promised.",
    )

    def _get_expected_restoration(self):
        """Return what is promised now, False for nothing."""
        date = self.expected_restoration_date
        if not date or self.incident_phase in IDLE_PHASES:
            return False
        return date > fields.Datetime.now() and date

    def _ensure_incident_workable(self):
        """Refuse to promise anything for incidents that are not being worked on."""
        for ticket in self:
            if not ticket.is_incident or ticket.incident_phase in IDLE_PHASES:
                raise UserError(
                    self.env._(
                        "Nothing can be promised for %(number)s in the stage "
                        "%(stage)s.",
                        number=ticket.number,
                        stage=ticket.stage_id.name,
                    )
                )

    def _incident_expect(self, date, body):
        """Promise a date, another one, or none any more, and tell the parties.

        :param date: naive UTC, or False to take back what was promised
        :param body: HTML that the agent has to say, or nothing
        :raises UserError: for a date in the past
        """
        self._ensure_incident_workable()
        date = to_date(self.env, date)
        if date and date <= fields.Datetime.now():
            raise UserError(
                self.env._(
                    "The expected restoration must lie in the future: %(date)s.",
                    date=format_datetime(self.env, date),
                )
            )
        self._incident_lock()
        news = self.filtered(lambda one: one.expected_restoration_date != date)
        news = news if is_html_empty(body) else self
        facts = {
            ticket.id: {
                "restoration": date,
                # Who only adds words withdraws nothing.
                "former": ticket.expected_restoration_date != date
                and ticket.expected_restoration_date,
            }
            for ticket in news
        }
        news.write({"expected_restoration_date": date})
        news._incident_tell_expected(RESTORATION_TEMPLATE, body, facts)

    def _incident_tell_expected(self, template, body, facts):
        """Write to the parties what they may expect from now on.

        :param template: xml id of the mail; without it updates tell the text alone
        :param body: HTML that the agent has to say, or nothing
        :param facts: dict of id: what the mail can say
        """
        # SUDO: templates are what admins made them.
        mail = self.env.ref(template, raise_if_not_found=False)
        for team, tickets in self.grouped("team_id").items():
            tickets._correspond(
                mail or team._get_update_template(),
                [Letter(ticket, facts=facts[ticket.id]) for ticket in tickets],
                tickets._to_said(body),
                automatic=is_html_empty(body),
            )

    def _prepare_incident_move_vals(self, stage):
        """Let no promise come to life again that was made for work that is over."""
        vals = super()._prepare_incident_move_vals(stage)
        over = self.incident_phase in (CLOSURE, CLOSED)
        if over and stage.incident_phase not in (CLOSURE, CLOSED):
            vals["expected_restoration_date"] = False
        return vals
