# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain

from ..followups import CLOSE, HELD, RUNNING
from ..phases import CLOSED, CLOSURE, FROZEN, ON_HOLD, OPEN_PHASES, OUR_TURN
from ..words import INTERNAL

# Counts that take a search of their own: as the filters of the list, which a click
# opens.
SEARCHED = {
    "incident_closing_count": Domain(
        "followup_ids",
        "any",
        [
            ("state", "=", RUNNING),
            ("error", "=", False),
            ("next_action", "=", CLOSE),
            ("review_hold", "=", False),
            ("due_date", "<=", "now +24H"),
        ],
    ),
    "incident_trouble_count": (
        Domain(
            "followup_ids",
            "any",
            Domain("state", "in", (RUNNING, HELD))
            & (Domain("error", "!=", False) | Domain("undelivered", "=", True)),
        )
        | Domain("incident_phase", "!=", CLOSED)
        & Domain("notice_ids", "any", [("status", "in", ("failed", "bounced"))])
    ),
}

# The priority that the dashboard counts.
HIGHEST = "3"

COUNTS = (
    "incident_turn_count",
    "incident_unread_count",
    "incident_review_count",
    "incident_waiting_count",
    "incident_frozen_count",
    *SEARCHED,
)


class HelpdeskTicketTeam(models.Model):
    """What the dashboard's card of an incident team shows: what there is to do."""

    _inherit = "helpdesk.ticket.team"

    incident_turn_count = fields.Integer(
        string="Our turn",
        compute="_compute_incident_counts",
        groups=INTERNAL,
        help="Incidents on which support has to act.",
    )
    incident_unread_count = fields.Integer(
        string="Answers to read",
        compute="_compute_incident_counts",
        groups=INTERNAL,
        help="Incidents with an answer that nobody has read.",
    )
    incident_review_count = fields.Integer(
        string="Mails to judge",
        compute="_compute_incident_counts",
        groups=INTERNAL,
        help="Incidents with a mail that may be an answer.",
    )
    incident_waiting_count = fields.Integer(
        string="Waiting for the parties",
        compute="_compute_incident_counts",
        groups=INTERNAL,
        help="Incidents that wait for an answer or a confirmation, frozen included.",
    )
    incident_frozen_count = fields.Integer(
        string="Frozen",
        compute="_compute_incident_counts",
        groups=INTERNAL,
        help="Incidents that are frozen until a party answers.",
    )
    incident_closing_count = fields.Integer(
        string="Closing within 24 h",
        compute="_compute_incident_counts",
        groups=INTERNAL,
        help="Incidents that close by themselves within a day.",
    )
    incident_trouble_count = fields.Integer(
        string="Mails in trouble",
        compute="_compute_incident_counts",
        groups=INTERNAL,
        help="Incidents of which a mail has failed or come back, or whose follow-up "
        "stands still.",
    )

    @api.depends("ticket_ids.stage_id")
    def _compute_incident_counts(self):
        """Count with as many queries for a hundred teams as for one."""
        counts = {team.id: dict.fromkeys(COUNTS, 0) for team in self}
        self._count_incident_phases(counts)
        tickets = self.env["helpdesk.ticket"]
        for name, domain in SEARCHED.items():
            for team, count in tickets._read_group(
                self._get_incident_domain() & domain, ["team_id"], ["__count"]
            ):
                counts[team.id][name] = count
        for team in self:
            team.update(counts.get(team._origin.id) or dict.fromkeys(COUNTS, 0))

    @api.depends("ticket_ids", "ticket_ids.stage_id")
    def _compute_todo_tickets(self):
        """Count as the helpdesk does, by the index of the stages that are open.

        It asks for what is in no closed stage, and reads all tickets that there ever
        were.
        """
        # SUDO: which stages are closed does not depend on who reads.
        stages = self.env["helpdesk.ticket.stage"].sudo()
        stages = stages.with_context(active_test=False).search([("closed", "=", False)])
        rows = self.env["helpdesk.ticket"]._read_group(
            Domain("team_id", "in", self.ids)
            & Domain("stage_id", "in", [False, *stages.ids]),
            ["team_id", "user_id", "unattended", "priority"],
            ["__count"],
        )
        for team in self:
            own = [row[1:] for row in rows if row[0] == team._origin]
            team.todo_ticket_count = sum(row[-1] for row in own)
            team.todo_ticket_count_unassigned = sum(
                count for user, *_marks, count in own if not user
            )
            team.todo_ticket_count_unattended = sum(
                count for _user, unattended, _priority, count in own if unattended
            )
            team.todo_ticket_count_high_priority = sum(
                count for *_marks, priority, count in own if priority == HIGHEST
            )

    def _get_incident_domain(self):
        return Domain("team_id", "in", self.ids) & Domain("is_incident", "=", True)

    def _count_incident_phases(self, counts):
        """Add what phases and marks tell.

        :param counts: dict of team id: dict of name: number
        """
        alive = (
            Domain("incident_phase", "in", OPEN_PHASES)
            | Domain("answer_unread", "=", True)
            | Domain("review_pending", "=", True)
        )
        rows = self.env["helpdesk.ticket"]._read_group(
            self._get_incident_domain() & alive,
            ["team_id", "incident_phase", "answer_unread", "review_pending"],
            ["__count"],
        )
        for team, phase, unread, review, count in rows:
            row = {
                "incident_turn_count": phase in OUR_TURN or unread or review,
                "incident_unread_count": unread,
                "incident_review_count": review,
                "incident_waiting_count": phase in (*ON_HOLD, CLOSURE),
                "incident_frozen_count": phase == FROZEN,
            }
            for name, counted in row.items():
                counts[team.id][name] += count if counted else 0

    def _retrieve_dashboard(self):
        """Show managers what stands still, above the teams."""
        tiles = super()._retrieve_dashboard()
        health = self.env["incident.health"]
        if not health.has_access("read"):
            return tiles
        # A dozen checks, whose state is nowhere stored.
        checks = health.search_fetch(Domain.TRUE, ["kind", "cron_id", "limit_hours"])
        alarms = checks.filtered(lambda check: check.state == "alarm")
        return [
            *tiles,
            {
                "name": self.env._("Alarms of Health"),
                "value": len(alarms),
                "sequence": 0 if alarms else 9,
                "icon": "fa-heartbeat",
                "show": True,
                "action": "openip_incident.incident_health_action",
            },
        ]
