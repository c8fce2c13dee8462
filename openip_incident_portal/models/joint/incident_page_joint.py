# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.tools import is_html_empty

from odoo.addons.openip_incident.models.followups import ANNOUNCE, CLOSE, RUNNING
from odoo.addons.openip_incident.models.phases import CLOSED, CLOSURE

from ..page.view import LinkPaths, View


class IncidentPage(models.AbstractModel):
    """What the page of an outage shows a party of its own incidents."""

    _inherit = "incident.page"

    def _get_joint_page(self, outage, tickets, party, until):
        """Return what there is to decide, and who has decided the rest.

        :param tickets: those of the party, as superuser, in its language
        :param until: timestamp of the end of the link
        """
        rows = [self._prepare_joint_line(ticket, party, until) for ticket in tickets]
        return {
            "number": outage.number,
            "title": outage.name,
            "solution": not is_html_empty(outage.solution) and outage.solution,
            "cause": outage.cause_id.name or "",
            "reader": self._get_name(party),
            "next": self._get_joint_next(tickets, party),
            "open": [row for row in rows if row["open"]],
            # What still fails is what its reader looks for.
            "others": sorted(
                (row for row in rows if not row["open"]), key=lambda row: row["closed"]
            ),
        }

    def _get_joint_next(self, tickets, party):
        """Return what follows if nobody decides, and when: list of sentences.

        Where that differs, each names its incidents.

        :param tickets: those of the party
        """
        known, numbers = {}, {}
        for ticket in tickets:
            followup = ticket.followup_id
            if ticket.incident_phase != CLOSURE or followup.state != RUNNING:
                continue
            # Incidents that have come as far have the same dates.
            progress = followup.due_date, followup._get_progress()
            if progress not in known:
                view = View(ticket, party, LinkPaths())
                known[progress] = tuple(
                    self._get_joint_lines(*self._get_next_dates(view))
                )
            numbers.setdefault(known[progress], []).append(ticket.number)
        if len(numbers) < 2:
            return [line for lines in numbers for line in lines]
        named = self.env._("%(numbers)s: %(sentence)s")
        return [
            named % {"numbers": ", ".join(which), "sentence": line}
            for lines, which in numbers.items()
            for line in lines
        ]

    def _get_joint_lines(self, step, date, closing):
        """Return what a countdown does next, as the page of one incident says it.

        :param step: the next one, or nothing
        :param date: of that, as the party reads it
        :param closing: date of a closure that is not the next step, or nothing
        """
        if not step:
            return []
        if step.action == CLOSE:
            said = self.env._(
                "Without a reply before %(date)s your incidents will be closed "
                "automatically at that time.",
                date=date,
            )
        elif step.action == ANNOUNCE:
            said = self.env._(
                "If we do not hear from you before %(date)s, we will announce the "
                "automatic closure of your incidents.",
                date=date,
            )
        else:
            said = self.env._(
                "If we do not hear from you before %(date)s, we will send a reminder.",
                date=date,
            )
        if not closing:
            return [said]
        end = self.env._(
            "Without any reply your incidents will be closed automatically on "
            "%(date)s.",
            date=closing,
        )
        return [said, end]

    def _prepare_joint_line(self, ticket, party, until):
        view = View(ticket, party, LinkPaths(until))
        is_open = ticket.incident_phase == CLOSURE
        decided = not is_open and ticket.closure_decision
        return {
            **ticket._prepare_joint_row(party),
            "open": is_open,
            "closed": ticket.incident_phase == CLOSED,
            "decided": self._get_decision_line(view) if decided else "",
            "phase": self._get_phase_label(view),
            "path": view.get_path("view"),
        }
