# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ...tools.arguments import to_date, to_record
from ..phases import CLOSED, REGISTERED
from ..words import INTERNAL
from .incident_intervention import CANCELLED, PLANNED

PLANNED_TEMPLATE = "openip_incident.mail_template_intervention_planned"
CHANGED_TEMPLATE = "openip_incident.mail_template_intervention_changed"
CANCELLED_TEMPLATE = "openip_incident.mail_template_intervention_cancelled"

# In the context of a move that ends interventions; no RPC can forge the object.
ENDED = "incident_ended_interventions"


class Ended:
    """The interventions that are called off by what closes their incidents."""

    def __init__(self, ids):
        self.ids = ids


class HelpdeskTicket(models.Model):
    """Who comes when: planned, changed and cancelled, and told each time."""

    _inherit = "helpdesk.ticket"

    incident_intervention_ids = fields.One2many(
        comodel_name="incident.intervention",
        inverse_name="ticket_id",
        string="Interventions",
        readonly=True,
        copy=False,
        groups=INTERNAL,
        help="Who comes to mend something, from when to when, and where.",
    )
    # Known with the incident: mails of batches look for interventions where some are.
    incident_intervention_until = fields.Datetime(
        string="Last intervention ends",
        compute="_compute_incident_intervention_until",
        store=True,
        groups=INTERNAL,
        help="When the last intervention that is planned ends.",
    )

    @api.depends(
        "incident_intervention_ids.state", "incident_intervention_ids.end_date"
    )
    def _compute_incident_intervention_until(self):
        for ticket in self:
            planned = ticket.incident_intervention_ids.filtered(
                lambda one: one.state == PLANNED
            )
            dates = planned.mapped("end_date")
            ticket.incident_intervention_until = max(dates) if dates else False

    def _get_incident_planned(self):
        """Return the interventions that are still to be expected, the next first."""
        # SUDO: the parties may know who comes; what is handed on is decided elsewhere.
        ticket = self.sudo()
        until = ticket.incident_intervention_until
        if (
            not until
            or until <= fields.Datetime.now()
            or ticket.incident_phase == CLOSED
        ):
            return ticket.env["incident.intervention"]
        return ticket.incident_intervention_ids.filtered(
            lambda one: one._is_coming()
        ).sorted("begin_date")

    def _get_intervention_place(self):
        """Return where somebody would come to: the customer's address, in one line."""
        address = self.partner_id._display_address(without_company=True)
        return ", ".join(filter(None, map(str.strip, address.splitlines())))

    # Acts

    def _incident_plan_intervention(self, begin, end, place, visitor, body):
        """Plan an intervention, and tell the parties.

        :param begin: naive UTC
        :param end: naive UTC
        :param place: text, or nothing
        :param visitor: text, or nothing
        :param body: HTML that the agent has to say, or nothing
        """
        self._ensure_incident_visitable()
        vals = self._prepare_intervention_vals(begin, end, place, visitor)
        # SUDO: who may act on an incident may plan who comes for it.
        planned = (
            self.env["incident.intervention"]
            .sudo()
            .create([{**vals, "ticket_id": ticket.id} for ticket in self])
        )
        planned._incident_tell(PLANNED_TEMPLATE, body)

    def _incident_change_intervention(
        self, intervention, begin, end, place, visitor, body
    ):
        """Change an intervention that is still to come, and tell the parties.

        :param intervention: ``incident.intervention``
        """
        intervention = self._take_intervention(intervention)
        vals = self._prepare_intervention_vals(begin, end, place, visitor)
        former = (intervention.begin_date, intervention.end_date)
        if all(intervention[name] == value for name, value in vals.items()):
            raise UserError(self.env._("Nothing of the intervention has changed."))
        intervention.write({**vals, "sequence": intervention.sequence + 1})
        intervention._incident_tell(CHANGED_TEMPLATE, body, former=former)

    def _incident_cancel_interventions(self, intervention, body):
        """Call an intervention off, and tell the parties.

        :param intervention: ``incident.intervention``
        """
        intervention = self._take_intervention(intervention)
        intervention._set_cancelled()
        intervention._incident_tell(CANCELLED_TEMPLATE, body)

    def _ensure_incident_visitable(self):
        """Refuse interventions for what was never opened, or is over."""
        for ticket in self:
            if not ticket.is_incident or ticket.incident_phase in (REGISTERED, CLOSED):
                raise UserError(
                    self.env._(
                        "No intervention can be planned for %(number)s in the stage "
                        "%(stage)s.",
                        number=ticket.number,
                        stage=ticket.stage_id.name,
                    )
                )

    def _take_intervention(self, intervention):
        """Return an intervention that may be changed, locked.

        :param intervention: ``incident.intervention``, its id, or nothing for the next
        :raises UserError: where it is none of this incident's, or is over
        """
        self.ensure_one()
        self._ensure_incident_visitable()
        self._incident_lock()
        coming = self._get_incident_planned()
        one = to_record(coming.env, "incident.intervention", intervention)
        one = coming & one if one else coming[:1]
        if not one:
            raise UserError(
                self.env._(
                    "%(number)s has no such intervention that is still to come.",
                    number=self.number,
                )
            )
        return one

    def _prepare_intervention_vals(self, begin, end, place, visitor):
        """Return what was said of an intervention, checked."""
        begin, end = to_date(self.env, begin), to_date(self.env, end)
        if not begin or not end or end <= begin:
            raise UserError(
                self.env._("An intervention needs a beginning and, after it, an end.")
            )
        if end <= fields.Datetime.now():
            raise UserError(
                self.env._(
                    "The intervention must lie in the future: %(date)s.",
                    date=format_datetime(self.env, end),
                )
            )
        return {
            "begin_date": begin,
            "end_date": end,
            "place": (place or "").strip() or False,
            "visitor": (visitor or "").strip() or False,
        }

    # Closing

    def _incident_move(self, stage, **act):
        """End with an incident what was planned for it: the mail of closure tells."""
        if stage.incident_phase != CLOSED:
            return super()._incident_move(stage, **act)
        # SUDO: what a move leaves behind, whoever makes it.
        tickets = self.sudo().filtered("incident_intervention_until")
        planned = tickets.incident_intervention_ids.filtered(
            lambda one: one.state == PLANNED
        )
        if not planned:
            return super()._incident_move(stage, **act)
        self._incident_lock()
        self._ensure_incident_move(stage)
        coming = planned.filtered(lambda one: one._is_coming())
        (planned - coming)._set_done()
        coming._set_cancelled()
        ended = self.with_context(**{ENDED: Ended(coming.ids)})
        return super(HelpdeskTicket, ended)._incident_move(stage, **act)

    def _get_ended_interventions(self):
        """Return what of this incident was called off by the move in progress."""
        ended = self.env.context.get(ENDED)
        ids = ended.ids if isinstance(ended, Ended) else []
        # SUDO: as the process has found them.
        found = self.env["incident.intervention"].sudo().browse(ids)
        return found.filtered(lambda one: one.ticket_id == self)


class IncidentIntervention(models.Model):
    _inherit = "incident.intervention"

    def _set_cancelled(self):
        for intervention in self:
            intervention.write(
                {"state": CANCELLED, "sequence": intervention.sequence + 1}
            )

    def _incident_tell(self, template, body, former=None):
        """Tell the parties of each of these interventions.

        :param template: xml id of the mail
        :param former: beginning and end before a change, naive UTC
        """
        facts = {
            one.ticket_id.id: {"intervention": one, "calendar": one, "former": former}
            for one in self
        }
        # As the agent who acts: its name is on the entry.
        tickets = self.ticket_id.sudo(False)
        tickets._incident_tell_expected(template, body, facts)
