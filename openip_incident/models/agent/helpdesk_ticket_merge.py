# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from functools import wraps

from odoo import models
from odoo.exceptions import UserError

from ..phases import CLOSED

# The dialog of OCA's addon `helpdesk_mgmt_merge`, where that is installed.
MERGE = "helpdesk.ticket.merge"


class HelpdeskTicket(models.Model):
    """Merging by OCA's addon, which need not be there and knows no incidents.

    Its method is wrapped while it is there, as automation rules wrap methods: a model
    that may be missing cannot be extended.
    """

    _inherit = "helpdesk.ticket"

    def _register_hook(self):
        res = super()._register_hook()
        merging = self.env.registry.get(MERGE)
        if merging is not None and not hasattr(
            merging.merge_tickets, "incident_origin"
        ):
            merging.merge_tickets = _wrap(merging.merge_tickets)
        return res

    def _unregister_hook(self):
        res = super()._unregister_hook()
        merging = self.env.registry.get(MERGE)
        if merging is not None and _is_wrapped(vars(merging).get("merge_tickets")):
            del merging.merge_tickets
        return res

    def _incident_merge(self, wizard, merge):
        """Merge tickets some of which are incidents.

        What was said on an incident of other parties is not theirs to read: it stays
        where it is, and the incident is closed as a duplicate.

        :param wizard: ``helpdesk.ticket.merge``
        :param merge: what merges plain tickets
        :return: the action that shows the ticket that goes on
        """
        tickets, target = wizard.ticket_ids, wizard.dst_ticket_id
        if wizard.create_new_ticket:
            target = target.browse()
        incidents = tickets.filtered("is_incident") - target
        incidents._ensure_mergeable(target, wizard.dst_helpdesk_team_id)
        (tickets | target).check_access("write")
        first = target or incidents[:1]
        strangers = incidents.filtered(
            lambda one: one != first and not one._has_parties_of(first)
        )
        first._ensure_of_parties(tickets - incidents - target)
        wizard.ticket_ids = tickets - strangers
        if wizard.ticket_ids - target:
            # SUDO: core lets nobody but admins move messages; whoever may write all of
            # these tickets may merge them.
            action = merge(wizard.sudo())
            target = wizard.dst_ticket_id
        else:
            action = target.get_formview_action()
        target._settle_files()
        target._incident_take_over(incidents)
        return action

    def _ensure_of_parties(self, tickets):
        """Refuse plain tickets of others: their texts would be on the parties' page."""
        companies = self._get_incident_parties().incident_party_id
        for ticket in tickets:
            if ticket.partner_id.incident_party_id not in companies:
                raise UserError(
                    self.env._(
                        "%(number)s was not sent by a party of %(incident)s.",
                        number=ticket.number,
                        incident=self.number,
                    )
                )

    def _ensure_mergeable(self, target, team):
        """Refuse to merge incidents into what is none, or is over.

        :param target: the ticket that goes on, nothing for a new one
        :param team: of a new one
        """
        goes_on = target.is_incident if target else team.incident_process
        if self and not goes_on:
            raise UserError(
                self.env._("Incidents can only be merged into an incident.")
            )
        if self and target.incident_phase == CLOSED:
            raise UserError(
                self.env._(
                    "%(number)s is closed: reopen it first, or merge into another one.",
                    number=target.number,
                )
            )


def _is_wrapped(method):
    return hasattr(method, "incident_origin")


def _wrap(merge):
    """Return a method that hands incidents to us, and plain tickets on."""

    @wraps(merge)
    def merge_tickets(wizard):
        tickets = wizard.ticket_ids | wizard.dst_ticket_id
        if not any(ticket.is_incident for ticket in tickets):
            return merge(wizard)
        return wizard.env["helpdesk.ticket"]._incident_merge(wizard, merge)

    merge_tickets.incident_origin = merge
    return merge_tickets
