# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import ormcache

from ..followups import OPEN_STATES
from ..outages import CANCELLED, LASTING, WORKS


class IncidentOutage(models.Model):
    """What the window of planned works does with the incidents of affected services.

    Those that begin in it are attached; the follow-ups of all of them are held.
    """

    _inherit = "incident.outage"

    @api.model_create_multi
    def create(self, vals_list):
        outages = super().create(vals_list)
        if outages.filtered(lambda one: one.kind == WORKS):
            self.env.registry.clear_cache()
            # Another thread may have looked before these can be seen.
            self.env.cr.postcommit.add(self.env.registry.clear_cache)
        return outages

    def write(self, vals):
        """Hold what becomes affected while the works last, release what no more is."""
        res = super().write(vals)
        if "service_ids" in vals:
            for works in self.filtered(
                lambda one: one.kind == WORKS and one._is_lasting()
            ):
                works._release_unaffected()
                works._begin_hold()
        return res

    @api.model
    @ormcache()
    def _has_works(self):
        """Tell whether works were ever planned: what has none pays no query."""
        # SUDO: whether there are any, of whatever company.
        return bool(self.sudo().with_context(active_test=False)._search_works([]))

    @api.model
    def _search_works(self, domain):
        return self.search([("kind", "=", WORKS), *domain], limit=1)

    # Incidents that begin in the window

    @api.model
    def _find_works(self, begun):
        """Return the works in whose window incidents have begun.

        :param begun: dict of ``helpdesk.ticket``: naive UTC
        :return: dict of ``helpdesk.ticket``: works
        """
        services = self.env["incident.service"].union(
            *(ticket.service_id for ticket in begun)
        )
        works = self.with_context(active_test=False).search(
            [
                ("kind", "=", WORKS),
                ("state", "!=", CANCELLED),
                ("service_ids", "in", services.ids),
                ("begin_date", "<=", max(begun.values())),
            ]
        )
        found = {}
        for ticket, date in begun.items():
            own = works.filtered(
                lambda one, ticket=ticket, date=date: one._has_hit(ticket, date)
            )
            if own:
                found[ticket] = own[0]
        return found

    def _has_hit(self, ticket, date):
        """Tell whether an incident may be of these works.

        :param ticket: ``helpdesk.ticket``
        :param date: when it has begun, naive UTC
        """
        self.ensure_one()
        return (
            ticket.company_id == self.company_id
            and ticket.service_id in self.service_ids
            and self not in ticket.incident_left_outage_ids
            and self.begin_date <= date <= self._get_window_end()
        )

    def _get_window_end(self):
        """Return until when what fails may be of these works."""
        if self.end_date:
            return self.end_date
        now = fields.Datetime.now()
        return (
            max(self.expected_end_date, now)
            if self._is_lasting()
            else (self.expected_end_date)
        )

    def _get_refusal_over(self, tickets):
        """Let what began in the window be attached when it is over, too."""
        if self.kind == WORKS and self.state != CANCELLED:
            begun = tickets._get_incident_begun()
            if all(self._has_hit(ticket, date) for ticket, date in begun.items()):
                return ""
        return super()._get_refusal_over(tickets)

    def _attach_begun(self):
        """Attach the open incidents that have begun in the window."""
        self.ensure_one()
        free = self._get_affected_tickets().filtered(lambda one: not one.outage_id)
        begun = {
            ticket: date
            for ticket, date in free._get_incident_begun().items()
            if self._has_hit(ticket, date)
        }
        free.browse([ticket.id for ticket in begun]).write({"outage_id": self.id})

    # Holding

    def _begin_hold(self):
        """Attach what has begun, and hold whatever concerns these services."""
        if self.kind != WORKS:
            return super()._begin_hold()
        # SUDO: what the process does with incidents, whoever begins the works.
        works = self.sudo()
        works._attach_begun()
        works._hold_followups(works._get_open_tickets() | works._get_affected_tickets())
        return None

    def _get_affected_tickets(self):
        """Return the open incidents of the affected services, members or not.

        Not those that somebody has detached: these are something else.
        """
        domain = self.service_ids._get_open_incident_domain()
        tickets = self.env["helpdesk.ticket"].search(domain)
        return tickets.filtered(
            lambda one: (
                one.company_id == self.company_id
                and self not in one.incident_left_outage_ids
            )
        )

    def _release_unaffected(self):
        """Go on with what is held and whose service is affected no more."""
        # SUDO: follow-ups are written by the process only.
        held = self.env["incident.followup"].sudo()
        held = held.search(
            [("outage_id", "=", self.id), ("state", "in", OPEN_STATES)]
        ).filtered(
            lambda one: (
                one.ticket_id.outage_id != self
                and one.ticket_id.service_id not in self.service_ids
            )
        )
        held.ticket_id._incident_lock()
        held._release_hold()

    def _end_hold(self):
        """Hold further what another outage, or other works, hold as well."""
        # SUDO: follow-ups are written by the process only.
        followups = self.env["incident.followup"].sudo()
        tickets = followups.search(
            [("outage_id", "in", self.ids), ("state", "in", OPEN_STATES)]
        ).ticket_id
        res = super()._end_hold()
        tickets._hold_for_others()
        return res

    @api.model
    def _find_lasting_works(self, services):
        """Return the works that last on services, nothing where there are none."""
        if not services or not self._has_works():
            return self.browse()
        # SUDO: what is held must not depend on what somebody may read.
        return self.sudo().search(
            [
                ("kind", "=", WORKS),
                ("state", "in", LASTING),
                ("service_ids", "in", services.ids),
            ]
        )


class IncidentFollowup(models.Model):
    _inherit = "incident.followup"

    @api.model
    def _start(self, tickets, plan):
        """Hold from the beginning what is asked while works last on its service."""
        events = super()._start(tickets, plan)
        tickets._hold_for_others(works_only=True)
        return events
