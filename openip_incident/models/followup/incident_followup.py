# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..followups import (
    ANNOUNCE,
    ANSWERED,
    CLOSE,
    DONE,
    EXPIRED,
    QUEUED,
    REMIND,
    RUNNING,
    STATES,
)
from ..phases import WAIT_FOR
from ..words import BATCH


class IncidentFollowup(models.Model):
    """One waiting of one incident under one plan.

    The ledger of what was done about it, and the work queue of the scheduled actions:
    a due date says when the next step is due; while the mail of a step is on its way
    there is none, because the next delay runs from the moment the mail has left.
    """

    _name = "incident.followup"
    _description = "Incident Follow-up"
    _order = "due_date, id"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Incident",
        required=True,
        index=True,
        ondelete="cascade",
        help="The incident that waits for its parties.",
    )
    plan_id = fields.Many2one(
        comodel_name="incident.followup.plan",
        required=True,
        index=True,
        ondelete="restrict",
        help="The plan whose steps are followed.",
    )
    state = fields.Selection(
        selection=STATES,
        required=True,
        default=RUNNING,
        help="Running, on hold, or how it ended.",
    )
    wait_for = fields.Selection(
        selection=WAIT_FOR,
        required=True,
        default="either",
        help="Whose answer ends the wait.",
    )

    # The next step
    next_step_id = fields.Many2one(
        comodel_name="incident.followup.step",
        index="btree_not_null",
        ondelete="restrict",
    )
    next_action = fields.Selection(
        related="next_step_id.action",
        store=True,
        help="What happens on the due date.",
    )
    due_date = fields.Datetime(
        string="Due on", help="Empty while the mail of a step is on its way."
    )
    event_id = fields.Many2one(
        comodel_name="incident.followup.event",
        string="On its way",
        index="btree_not_null",
        help="The step whose mail has not been accepted yet.",
    )
    event_ids = fields.One2many(
        comodel_name="incident.followup.event",
        inverse_name="followup_id",
        help="The steps that were executed, each once, with their mails.",
    )
    # Ids, for there are thousands of them in a batch.
    executed_steps = fields.Json(compute="_compute_executed_steps")
    # No Html, which would be cleaned once more for every mail that repeats it.
    question = fields.Text(
        compute="_compute_executed_steps",
        help="What the mail that started the follow-up had to say, as HTML.",
    )
    reminder_count = fields.Integer(
        string="Reminders", help="Reminders that were delivered."
    )
    # What waits to be judged stops these steps, not the clock: it is in the indexes.
    review_hold = fields.Boolean(
        string="Waits for a judgement",
        compute="_compute_review_hold",
        store=True,
        help="Closure is neither announced nor done while a mail waits to be judged.",
    )
    hold_date = fields.Datetime(
        string="Held on",
        help="Since when the countdown stands still.",
    )
    hold_until = fields.Datetime(
        string="Held until",
        help="The countdown goes on at this moment; empty: when somebody resumes it.",
    )
    resume_date = fields.Datetime(string="Continued on")
    error = fields.Char(help="Why the last step failed; it is not tried again.")
    undelivered = fields.Boolean(
        help="No awaited party accepted the mail: the clock stands still."
    )

    # What happened
    start_date = fields.Datetime(
        string="Started on",
        required=True,
        default=fields.Datetime.now,
        help="When the parties were asked.",
    )
    end_date = fields.Datetime(
        string="Ended on",
        help="When the answer came, or the wait ended otherwise.",
    )
    ended_by_id = fields.Many2one(
        comodel_name="res.partner",
        string="Ended by",
        help="Who ended the wait: a party by its answer, or an agent.",
    )
    frozen_date = fields.Datetime(
        string="Frozen from",
        help="When the incident was frozen during this wait.",
    )
    unfrozen_date = fields.Datetime(
        string="Frozen to",
        help="When the freeze ended.",
    )

    # Facts for reports
    company_id = fields.Many2one(
        related="ticket_id.company_id",
        store=True,
        help="The company whose incident this is.",
    )
    team_id = fields.Many2one(
        related="ticket_id.team_id",
        store=True,
        help="The team that handles the incident.",
    )
    customer_party_id = fields.Many2one(
        related="ticket_id.customer_party_id", store=True
    )
    integrator_party_id = fields.Many2one(
        related="ticket_id.integrator_party_id", store=True
    )
    answered_after = fields.Integer(
        string="Answered after reminder",
        compute="_compute_hours",
        store=True,
        aggregator=None,
        help="After how many reminders the answer came.",
    )
    waited_hours = fields.Float(
        string="Hours waited",
        compute="_compute_hours",
        store=True,
        help="Elapsed hours between the request and its end.",
    )
    frozen_hours = fields.Float(
        string="Hours frozen",
        compute="_compute_hours",
        store=True,
        help="Elapsed hours during which the incident was frozen.",
    )
    frozen_working_hours = fields.Float(
        string="Working hours frozen",
        compute="_compute_hours",
        store=True,
        help="Working hours of the plan's calendar during which the incident was "
        "frozen.",
    )

    _open_unique = models.UniqueIndex(
        "(ticket_id) WHERE state IN ('running', 'held')",
        "This incident has a running follow-up already.",
    )
    _remind_idx = models.Index(
        "(due_date) WHERE state = 'running' AND next_action IN ('remind', 'announce')"
        " AND review_hold IS NOT TRUE"
    )
    _close_idx = models.Index(
        "(due_date) WHERE state = 'running' AND next_action = 'close'"
        " AND review_hold IS NOT TRUE"
    )
    _flight_idx = models.Index(
        "(event_id) WHERE state IN ('running', 'held') AND due_date IS NULL"
    )
    _hold_idx = models.Index("(hold_until) WHERE state = 'held'")

    @api.depends("ticket_id.review_pending", "next_action")
    def _compute_review_hold(self):
        for followup in self:
            held = followup.next_action in (ANNOUNCE, CLOSE)
            followup.review_hold = held and followup.ticket_id.review_pending

    @api.depends("event_ids.step_id")
    def _compute_executed_steps(self):
        # SUDO: what was done must not depend on who looks at what is next.
        events = self.env["incident.followup.event"].sudo()
        groups = events._read_group(
            [("followup_id", "in", self.ids)],
            ["followup_id"],
            ["step_id:array_agg", "text:max"],
        )
        steps = {
            followup.id: tuple(filter(None, ids)) for followup, ids, _text in groups
        }
        questions = {followup.id: text for followup, _ids, text in groups}
        for followup in self:
            followup.question = questions.get(followup.id)
        for ids, followups in self.grouped(
            lambda followup: steps.get(followup.id, ())
        ).items():
            followups.executed_steps = list(ids)

    @api.depends("end_date", "start_date", "frozen_date", "unfrozen_date", "state")
    def _compute_hours(self):
        for followup in self:
            end = followup.end_date
            followup.waited_hours = followup._count_hours(followup.start_date, end)
            followup.frozen_hours = followup._count_hours(*followup._get_frozen_span())
            answered = followup.state == ANSWERED
            followup.answered_after = followup.reminder_count if answered else 0
        frozen = self.filtered("frozen_date")
        (self - frozen).frozen_working_hours = 0
        for (plan, company), followups in frozen.grouped(
            lambda followup: (followup.plan_id, followup.company_id)
        ).items():
            spans = [followup._get_frozen_span() for followup in followups]
            hours = plan.with_company(company)._count_working_hours(spans)
            for followup, count in zip(followups, hours, strict=True):
                followup.frozen_working_hours = count

    def _get_frozen_span(self):
        """Return since when and until when this follow-up was frozen, as far as known.

        :return: two naive UTC, or False where there is none
        """
        self.ensure_one()
        return self.frozen_date, self.unfrozen_date or self.end_date

    @api.model
    def _count_hours(self, start, end):
        return (end - start).total_seconds() / 3600 if start and end else 0

    # Beginning and end

    @api.model
    def _start(self, tickets, plan):
        """Start a plan for incidents that have just begun to wait.

        :param tickets: incidents, locked by the caller
        :return: dict of ticket id: the event of the mail that is about to be written
        """
        tickets = tickets.filtered(lambda ticket: not ticket.followup_exempt)
        first_step = plan._get_steps()[:1]
        # The unique index must see the end of those that these replace.
        self.flush_model(["state"])
        followups = self.create(
            [
                {
                    "ticket_id": ticket.id,
                    "plan_id": plan.id,
                    "wait_for": ticket._get_followup_wait_for(),
                    **self._prepare_asked(ticket),
                    "next_step_id": first_step.id,
                }
                for ticket in tickets
            ]
        )
        tickets.filtered("reminder_count").write({"reminder_count": 0})
        return followups._begin_event(
            self.env["incident.followup.step"], **followups._prepare_renewal(1)
        )

    def _begin_event(self, step, **facts):
        """Write the event of a step whose mail is on its way from now.

        :param facts: more values of the events
        :return: dict of ticket id: event
        """
        events = self._create_events(step, **facts)
        self.write({"due_date": False})
        self._put_events(events)
        self._wake_at(REMIND, facts.get("renew_date"))
        return events

    def _create_events(self, step, **facts):
        """Write the event of a step that is executed now.

        :param step: the step, or nothing for the mail that starts the follow-up
        :param facts: more values of the events
        :return: dict of ticket id: event
        """
        events = self.env["incident.followup.event"].with_context(**{BATCH: True})
        events = events.create(
            [
                {
                    "followup_id": followup.id,
                    "step_id": step.id,
                    "action": step.action,
                    "due_date": followup.due_date,
                    "outcome": QUEUED,
                    **facts,
                }
                for followup in self
            ]
        ).with_env(self.env)
        return {
            followup.ticket_id.id: event
            for followup, event in zip(self, events, strict=True)
        }

    def _begin_without_mail(self):
        """Run the clock from now for follow-ups that no mail started."""
        now = fields.Datetime.now()
        self.event_id.write({"outcome": DONE, "sent_date": now})
        for followup in self:
            followup._schedule(followup.next_step_id, now)

    def _schedule(self, step, sent_date, floor=None):
        """Make a step the next one and set its due date.

        :param step: the step, or nothing at the end of the plan
        :param sent_date: when the previous mail left
        :param floor: not before this moment
        """
        self.ensure_one()
        due_date = self._get_due_date(step, sent_date)
        if due_date and floor:
            due_date = max(due_date, floor)
        self.write(
            {
                "next_step_id": step.id,
                "due_date": due_date,
                "event_id": False,
                "undelivered": False,
            }
        )
        self._wake_at(step.action, due_date)

    def _get_following(self, step, lost=None):
        """Return the step after an executed one, as the plan stands now.

        A step is executed at most once, wherever an admin has moved it since (G1).

        :param step: the executed step, nothing for the mail that started it
        :param lost: steps that are about to be deleted
        """
        self.ensure_one()
        executed = set(self.executed_steps or ())
        steps = self.plan_id._get_steps().filtered(
            lambda other: other.id not in executed
        )
        if lost:
            steps -= lost
        if not step:
            return steps[:1]
        return steps.filtered(
            lambda other: (other.sequence, other.id) > (step.sequence, step.id)
        )[:1]

    def _lead_on(self, lost):
        """Go on with the step that the plan has after the executed one now.

        :param lost: steps that are about to be deleted
        """
        self.ensure_one()
        last = self.event_ids.sorted("id")[-1:]
        step = self._get_following(last.step_id, lost)
        if self.event_id or not last.sent_date:
            self.next_step_id = step
        elif step != self.next_step_id:
            self._schedule(step, last.sent_date, floor=last.announced_date)

    def _get_due_date(self, step, start):
        """Return when a step is due, in the working time of the incident's company.

        :param start: when the mail of the previous step left, naive UTC
        :return: naive UTC, or False where there is no step
        """
        self.ensure_one()
        return bool(step) and step.with_company(self.company_id)._get_due_date(start)

    @api.model
    def _wake_at(self, action, date):
        """Have the scheduled action of a step's kind run at its due date."""
        if date:
            name = "close" if action == CLOSE else "remind"
            self.env["ir.cron"]._wake(f"ir_cron_followup_{name}", date)

    def _finish(self, state, partner=None):
        """End these follow-ups.

        :param state: ``answered``, ``expired`` or ``cancelled``
        :param partner: who ended them
        """
        now = fields.Datetime.now()
        if state != EXPIRED:
            # A reminder that has not left yet says what is no longer true; what an
            # agent has typed is sent all the same.
            events = self.event_id.filtered("step_id")
            events.notice_ids._cancel_unsent()
        for frozen, followups in self.grouped(
            lambda followup: bool(followup.frozen_date and not followup.unfrozen_date)
        ).items():
            followups.write(
                {
                    "state": state,
                    "end_date": now,
                    "ended_by_id": partner and partner.id,
                    "due_date": False,
                    "hold_until": False,
                    **({"unfrozen_date": now} if frozen else {}),
                }
            )
        # Computed now, the hours are written with the rest.
        self._recompute_recordset(["frozen_hours", "waited_hours"])

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if not self.env.su:
            raise UserError(self.env._("Follow-ups are evidence: cancel them instead."))
