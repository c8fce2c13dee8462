# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..engine.task import Task
from ..followup.incident_followup_tasks import REMIND_CRON
from ..followups import (
    ANNOUNCE,
    ANNOUNCEMENT_FLOOR,
    CLOSE,
    FAILED,
    HELD,
    QUEUED,
    RUNNING,
)
from ..outages import LASTING

STRAY = Task(
    "stray hold",
    "incident.followup",
    due=lambda followups: followups._get_stray_domain(),
    do=lambda followups: followups._do_release_stray(),
    parent="ticket_id",
    cron=REMIND_CRON,
    fail=lambda followup, error: followup._record_error(error),
)


class IncidentFollowup(models.Model):
    """How an outage holds a wait, and how the wait goes on afterwards.

    Nobody had a chance to answer meanwhile: the current step begins anew with its full
    delay, and what was announced before is announced again.
    """

    _inherit = "incident.followup"

    outage_id = fields.Many2one(
        comodel_name="incident.outage",
        string="Held by the outage",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="While it lasts there is no reminder and no closure.",
    )
    held_besides = fields.Boolean(
        string="Held by somebody, too",
        readonly=True,
        help="An agent or an answer holds the countdown as well: it stays held when "
        "the outage is over.",
    )
    round = fields.Integer(
        string="Times begun anew",
        readonly=True,
        help="How often closure has to be announced again because an outage came "
        "between its announcement and its date.",
    )

    # Hold

    @api.model
    def _start(self, tickets, plan):
        """Hold from the beginning what is asked while an outage lasts."""
        events = super()._start(tickets, plan)
        lasting = tickets.outage_id.filtered(lambda one: one._is_lasting())
        for outage in lasting:
            members = tickets.filtered(lambda one, of=outage: one.outage_id == of)
            outage._hold_followups(members)
        return events

    def _hold_for(self, outage):
        """Hold these follow-ups as long as an outage lasts.

        :param outage: ``incident.outage``
        """
        held = self.filtered(lambda followup: followup.state == HELD)
        held.write({"outage_id": outage.id, "held_besides": True})
        (self - held).write(
            {
                "state": HELD,
                "outage_id": outage.id,
                "held_besides": False,
                "hold_date": fields.Datetime.now(),
                "hold_until": False,
            }
        )

    def _hold(self, until=None):
        """Remember that somebody holds what an outage holds already."""
        self.filtered("outage_id").held_besides = True
        return super()._hold(until)

    @api.model
    def _get_release_domain(self):
        return super()._get_release_domain() & Domain("outage_id", "=", False)

    @api.model
    def _get_remind_tasks(self):
        return (*super()._get_remind_tasks(), STRAY)

    @api.model
    def _get_stray_domain(self):
        """Return what an outage holds that lasts no more.

        Where one transaction ends it and another holds, neither sees the other.
        """
        return Domain(
            [
                ("state", "=", HELD),
                ("outage_id", "!=", False),
                ("outage_id.state", "not in", LASTING),
                ("error", "=", False),
            ]
        )

    def action_resume(self):
        for followup in self.filtered("outage_id"):
            raise UserError(
                self.env._(
                    "%(number)s is held by %(outage)s: take it out of it first.",
                    number=followup.ticket_id.number,
                    outage=followup.outage_id.display_name,
                )
            )
        return super().action_resume()

    def _finish(self, state, partner=None):
        """Note that an outage holds no more what is over."""
        self.filtered("outage_id").outage_id = False
        return super()._finish(state, partner)

    # Release

    def _release_hold(self):
        """Begin the current step anew, with its full delay."""
        now = fields.Datetime.now()
        self._prefetch_deliveries(self.event_id)
        # What was accepted meanwhile is counted before anything is begun anew.
        self.filtered(
            lambda one: one.event_id and one._get_delivery_date(one.event_id)
        )._do_settle()
        for followup in self:
            followup._begin_anew(now)
        besides = self.filtered("held_besides")
        besides.write({"outage_id": False, "held_besides": False, "hold_date": now})
        others = self - besides
        others.write(
            {
                "state": RUNNING,
                "outage_id": False,
                "hold_date": False,
                "hold_until": False,
                "resume_date": now,
            }
        )
        for followup in others:
            followup._wake_next(followup.due_date)

    def _do_release_stray(self):
        """Go on with what nobody released, unless something else holds it as well."""
        self._release_hold()
        self.ticket_id._hold_for_others()

    def _begin_anew(self, now):
        """Set the date of the next step as if what led to it had happened now.

        :param now: naive UTC
        """
        announcement = self._get_announcement()
        if self.next_action == CLOSE and announcement:
            self._announce_again(announcement, now)
        elif self.event_id.action == ANNOUNCE:
            self._announce_again(self.event_id, now)
        elif not self.event_id:
            floor = now + ANNOUNCEMENT_FLOOR if self.next_action == CLOSE else None
            self._schedule(self.next_step_id, now, floor=floor)

    def _announce_again(self, announcement, now):
        """Let an announcement from before the hold count for nothing.

        :param announcement: its ``incident.followup.event``
        :param now: naive UTC
        """
        announcement.notice_ids._cancel_unsent()
        if announcement.outcome == QUEUED:
            announcement.write({"outcome": FAILED, "renew_date": False})
        self.round += 1
        self._schedule(announcement.step_id, now)
