# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import fields, models

from odoo.addons.openip_incident.models.followups import ANNOUNCE, CLOSE, RUNNING
from odoo.addons.openip_incident.models.phases import (
    CLOSED,
    CLOSURE,
    CONFIRMED,
    NO_ANSWER,
    NOT_CONFIRMED,
    ON_HOLD,
    REGISTERED,
)
from odoo.addons.openip_incident.tools.full_stop import end_once
from odoo.addons.openip_incident.tools.spoken_date import keep_hours_together

from .helpdesk_ticket_decision import CONFIRM, REFUSE


class IncidentPage(models.AbstractModel):
    """What comes next, with dates, as a party reads it on its page."""

    _inherit = "incident.page"

    def _get_next(self, view):
        """Return what is expected from a party, until when, and what follows.

        :return: dict of ``lines``, the sentences, and ``act``: whether it is the
            reader's turn
        """
        if view.ticket.incident_phase in ON_HOLD:
            awaited = view.ticket._is_incident_awaiting(view.party)
            lines = (
                self._get_answer_lines(view)
                if awaited
                else self._get_patience_lines(view)
            )
            frozen = self._get_frozen_line(view)
            lines = [frozen, *lines] if frozen else lines
            return {"act": awaited, "lines": lines}
        if view.ticket.incident_phase == CLOSURE:
            return {"act": True, "lines": self._get_closure_lines(view)}
        if view.ticket.incident_phase == CLOSED:
            return {"act": False, "lines": self._get_closed_lines(view)}
        return {"act": False, "lines": self._get_work_lines(view)}

    # Waiting

    def _get_answer_lines(self, view):
        step, date, closing = self._get_next_dates(view)
        if not step:
            lines = [
                self.env._(
                    "Please reply as soon as you can: we cannot continue without your "
                    "reply."
                )
            ]
        elif step.action == CLOSE:
            lines = [
                self.env._(
                    "Please reply before %(date)s; otherwise the incident will be "
                    "closed automatically at that time.",
                    date=date,
                )
            ]
        elif step.action == ANNOUNCE:
            lines = [
                self.env._(
                    "Please reply before %(date)s. If we do not hear from you, we will "
                    "announce the automatic closure of the incident.",
                    date=date,
                )
            ]
        else:
            lines = [
                self.env._(
                    "Please reply before %(date)s. If we do not hear from you, we will "
                    "send a reminder.",
                    date=date,
                )
            ]
        return lines + self._get_closing_lines(closing)

    def _get_closing_lines(self, date):
        """Return when the incident closes by itself, nothing where it does not.

        :param date: as the party reads it, or nothing
        """
        if not date:
            return []
        return [
            self.env._(
                "Without any reply the incident will be closed automatically on "
                "%(date)s.",
                date=date,
            )
        ]

    def _get_patience_lines(self, view):
        """Return what to tell the party whose answer is not waited for."""
        awaited = view.ticket._get_awaited_parties(view.ticket.wait_for)
        if not awaited:
            return [self.env._("Our support checks who can answer our request.")]
        names = ", ".join(self._get_name(party) for party in awaited)
        return [
            end_once(
                self.env._(
                    "We are waiting for the reply of %(party)s. Nothing is expected "
                    "from you at the moment, but you may add information.",
                    party=names,
                ),
                names,
            )
        ]

    # Closure

    def _get_closure_lines(self, view):
        step, date, closing = self._get_next_dates(view)
        lines = [
            self.env._(
                "Our support considers the incident solved. Please confirm that "
                "everything works again, or tell us what still does not work."
            )
        ]
        if not step:
            return lines
        if step.action == CLOSE:
            lines.append(
                self.env._(
                    "Without a reply before %(date)s the incident will be closed "
                    "automatically at that time.",
                    date=date,
                )
            )
        elif step.action == ANNOUNCE:
            lines.append(
                self.env._(
                    "If we do not hear from you before %(date)s, we will announce the "
                    "automatic closure of the incident.",
                    date=date,
                )
            )
        else:
            lines.append(
                self.env._(
                    "If we do not hear from you before %(date)s, we will send a "
                    "reminder.",
                    date=date,
                )
            )
        return lines + self._get_closing_lines(closing)

    # Closed

    def _get_closed_lines(self, view):
        lines = [self._get_closed_line(view)]
        renewal = view.ticket._get_incident_renewal()
        if renewal:
            lines.append(
                self.env._(
                    "The problem was reported again: it is now incident %(number)s.",
                    number=renewal.number,
                )
            )
        elif view.ticket._is_incident_reopenable():
            window = timedelta(days=view.ticket._get_incident_reopen_days())
            until = self._format_deadline(view, view.ticket.closed_date + window)
            lines.append(
                self.env._(
                    "If the problem persists or comes back, you can reopen the "
                    "incident here until %(date)s.",
                    date=until,
                )
            )
        else:
            lines.append(
                self.env._(
                    "If the problem is back, you can report it here: a new incident "
                    "will be registered, linked to this one."
                )
            )
        return lines

    def _get_closed_line(self, view):
        date = self._format_deadline(view, view.ticket.closed_date)
        if view.ticket.close_reason == CONFIRMED and view.ticket.closure_decided_by_id:
            return self._get_decision_line(view)
        if view.ticket.close_reason == CONFIRMED:
            return self.env._(
                "Closed on %(date)s: it was confirmed that everything works.", date=date
            )
        if view.ticket.close_reason == NO_ANSWER:
            return self.env._(
                "Closed automatically on %(date)s: nobody had answered our request.",
                date=date,
            )
        if view.ticket.close_reason == NOT_CONFIRMED:
            return self.env._(
                "Closed automatically on %(date)s: nobody had confirmed the closure.",
                date=date,
            )
        if view.ticket._is_incident_refused():
            return self.env._(
                "Closed on %(date)s: we could not take it up as an incident. The "
                "reason is in the conversation below.",
                date=date,
            )
        return self.env._("Closed on %(date)s by our support.", date=date)

    # Work

    def _get_work_lines(self, view):
        if view.ticket.incident_phase == REGISTERED:
            return [
                self.env._(
                    "Our support is checking what was reported. You will receive an "
                    "e-mail as soon as the incident is opened."
                )
            ]
        lines = [
            self.env._(
                "Nothing is expected from you at the moment. You will be informed by "
                "e-mail of each development."
            )
        ]
        if view.ticket.closure_decision in ("refused", "withdrawn"):
            lines.insert(0, self._get_decision_line(view))
        return lines

    # Decisions

    def _get_decision_line(self, view):
        """Return who decided what when, as a party reads it."""
        facts = {
            "party": self._get_name(view.ticket.closure_decided_by_id),
            "date": self._format_deadline(view, view.ticket.closure_decision_date),
        }
        if view.ticket.closure_decision == CONFIRM:
            return self.env._(
                "%(party)s has confirmed on %(date)s that everything works.", **facts
            )
        if view.ticket.closure_decision == REFUSE:
            return self.env._(
                "%(party)s has told us on %(date)s that it still does not work.",
                **facts,
            )
        return self.env._(
            "%(party)s has withdrawn its confirmation on %(date)s.", **facts
        )

    # Dates

    def _get_next_dates(self, view):
        """Return the next step, its date, and that of the automatic closure.

        Nothing while the countdown is held, a mail is on its way, or a scheduled
        action is late: no page promises what is past.

        :return: (step or nothing, date, date of a closure that is not the next step)
        """
        followup = view.ticket.followup_id
        rows = followup._project() if followup.state == RUNNING else []
        if not rows or rows[0][1] <= fields.Datetime.now():
            return self.env["incident.followup.step"], "", ""
        (step, date), (last, end) = rows[0], rows[-1]
        closing = last != step and last.action == CLOSE
        return (
            step,
            self._format_deadline(view, date),
            self._format_deadline(view, end) if closing else "",
        )

    def _format_deadline(self, view, date):
        """Return a date as the mails name it: with its day and its zone."""
        return keep_hours_together(
            view.ticket._format_correspondence_date(date, view.party, self.env.lang)
        )
