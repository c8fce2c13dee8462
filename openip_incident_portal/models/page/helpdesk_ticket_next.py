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
    REJECTED,
)


class HelpdeskTicket(models.Model):
    """What comes next, with dates, as a party reads it on its page."""

    _inherit = "helpdesk.ticket"

    def _get_page_next(self, party):
        """Return what is expected from a party, until when, and what follows.

        :return: dict of ``lines``, the sentences, and ``act``: whether it is the
            reader's turn
        """
        if self.incident_phase in ON_HOLD:
            awaited = self._is_awaited_on_page(party)
            lines = (
                self._get_page_answer_lines(party)
                if awaited
                else self._get_page_patience_lines()
            )
            return {"act": awaited, "lines": lines}
        if self.incident_phase == CLOSURE:
            return {"act": True, "lines": self._get_page_closure_lines(party)}
        if self.incident_phase == CLOSED:
            return {"act": False, "lines": self._get_page_closed_lines(party)}
        return {"act": False, "lines": self._get_page_work_lines(party)}

    def _is_awaited_on_page(self, party):
        """Tell whether a party owes the answer that the incident waits for."""
        if self.incident_phase not in ON_HOLD:
            return False
        awaited = self._get_awaited_parties(self.wait_for)
        return party.incident_party_id in awaited.incident_party_id

    # Waiting

    def _get_page_answer_lines(self, party):
        step, date, closing = self._get_page_dates(party)
        if not step:
            lines = [
                self.env._(
                    "Please answer as soon as you can: we cannot go on without your "
                    "answer."
                )
            ]
        elif step.action == CLOSE:
            lines = [
                self.env._(
                    "Please answer before %(date)s; otherwise the incident is closed "
                    "automatically at that moment.",
                    date=date,
                )
            ]
        elif step.action == ANNOUNCE:
            lines = [
                self.env._(
                    "Please answer before %(date)s; otherwise we announce the "
                    "automatic closure of the incident.",
                    date=date,
                )
            ]
        else:
            lines = [
                self.env._(
                    "Please answer before %(date)s; otherwise we remind you.", date=date
                )
            ]
        return lines + self._get_page_closing_lines(closing)

    def _get_page_closing_lines(self, date):
        """Return when the incident closes by itself, nothing where it does not.

        :param date: as the party reads it, or nothing
        """
        if not date:
            return []
        return [
            self.env._(
                "Without any answer the incident closes automatically on %(date)s.",
                date=date,
            )
        ]

    def _get_page_patience_lines(self):
        """Return what to tell the party whose answer is not waited for."""
        awaited = self._get_awaited_parties(self.wait_for)
        if not awaited:
            return [self.env._("Our support checks who can answer our question.")]
        return [
            self.env._(
                "We wait for the answer of %(party)s. Nothing is expected from you at "
                "the moment, but you may add information.",
                party=", ".join(self._get_page_name(party) for party in awaited),
            )
        ]

    # Closure

    def _get_page_closure_lines(self, party):
        step, date, closing = self._get_page_dates(party)
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
                    "Without an answer before %(date)s the incident is closed "
                    "automatically at that moment.",
                    date=date,
                )
            )
        elif step.action == ANNOUNCE:
            lines.append(
                self.env._(
                    "Without an answer before %(date)s we announce the automatic "
                    "closure of the incident.",
                    date=date,
                )
            )
        else:
            lines.append(
                self.env._(
                    "Without an answer before %(date)s we remind you.", date=date
                )
            )
        return lines + self._get_page_closing_lines(closing)

    # Closed

    def _get_page_closed_lines(self, party):
        lines = [self._get_page_closed_line(party)]
        if self._is_incident_reopenable():
            window = timedelta(days=self.team_id.incident_reopen_days)
            until = self._format_page_deadline(self.closed_date + window, party)
            lines.append(
                self.env._(
                    "If the trouble is back, you can write to us here until %(date)s.",
                    date=until,
                )
            )
        else:
            lines.append(
                self.env._(
                    "If the trouble is back, please report it again: a new incident "
                    "is registered."
                )
            )
        return lines

    def _get_page_closed_line(self, party):
        date = self._format_page_deadline(self.closed_date, party)
        if self.close_reason == CONFIRMED and self.closure_decided_by_id:
            return self._get_page_decision_line(party)
        if self.close_reason == CONFIRMED:
            return self.env._(
                "Closed on %(date)s: it was confirmed that everything works.", date=date
            )
        if self.close_reason == NO_ANSWER:
            return self.env._(
                "Closed automatically on %(date)s: nobody had answered our question.",
                date=date,
            )
        if self.close_reason == NOT_CONFIRMED:
            return self.env._(
                "Closed automatically on %(date)s: nobody had confirmed the closure.",
                date=date,
            )
        if self.close_reason == REJECTED:
            return self.env._(
                "Closed on %(date)s: we could not take it up as an incident. The "
                "reason is in the conversation below.",
                date=date,
            )
        return self.env._("Closed on %(date)s by our support.", date=date)

    # Work

    def _get_page_work_lines(self, party):
        if self.incident_phase == REGISTERED:
            return [
                self.env._(
                    "Our support checks what was reported. You receive a mail as soon "
                    "as the incident is opened."
                )
            ]
        lines = [
            self.env._(
                "Nothing is expected from you at the moment. You are informed by mail "
                "of each evolution."
            )
        ]
        if self.closure_decision in ("refused", "withdrawn"):
            lines.insert(0, self._get_page_decision_line(party))
        return lines

    # Dates

    def _get_page_dates(self, party):
        """Return the next step, its date, and that of the automatic closure.

        Nothing while the countdown is held, a mail is on its way, or a scheduled
        action is late: no page promises what is past.

        :return: (step or nothing, date, date of a closure that is not the next step)
        """
        followup = self.followup_id
        rows = followup._project() if followup.state == RUNNING else []
        if not rows or rows[0][1] <= fields.Datetime.now():
            return self.env["incident.followup.step"], "", ""
        (step, date), (last, end) = rows[0], rows[-1]
        closing = last != step and last.action == CLOSE
        return (
            step,
            self._format_page_deadline(date, party),
            self._format_page_deadline(end, party) if closing else "",
        )

    def _format_page_deadline(self, date, party):
        """Return a date as the mails name it: with its day and its zone."""
        return self._format_correspondence_date(date, party, self.env.lang)
