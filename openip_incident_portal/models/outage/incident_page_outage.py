# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from odoo.addons.openip_incident.models.outages import WORKS
from odoo.addons.openip_incident.models.phases import CLOSED, CLOSURE


class IncidentPage(models.AbstractModel):
    """What a party reads on an incident that is part of an outage.

    While it lasts nothing is expected from anybody outside.
    """

    _inherit = "incident.page"

    def _get_page(self, view):
        return {**super()._get_page(view), "outage": self._get_outage(view)}

    def _get_facts(self, view):
        """Leave to the section of the outage what mails say among the facts."""
        told = dict(view.ticket._get_outage_lines(view.party))
        return [fact for fact in super()._get_facts(view) if fact[0] not in told]

    def _get_outage(self, view):
        """Return what is told of the incident's outage, nothing where there is none."""
        outage = view.ticket.outage_id
        if not outage or not outage._is_public():
            return {}
        return outage._prepare_public_facts(view.party)

    def _is_held(self, view):
        """Tell whether it is our turn, and the reader may know why.

        Of what nobody has confirmed the page says nothing: not by half, either.
        """
        ticket = view.ticket
        return ticket.incident_phase != CLOSED and ticket._is_incident_hit()

    def _get_next(self, view):
        if not self._is_held(view):
            return super()._get_next(view)
        if view.ticket.outage_id.kind == WORKS:
            turn = self.env._(
                "It is our turn: planned works cause this incident. Nothing is "
                "expected from you."
            )
        else:
            turn = self.env._(
                "It is our turn: we are working on what causes this incident. "
                "Nothing is expected from you."
            )
        lines = [turn]
        if view.ticket.incident_phase == CLOSURE:
            lines.append(
                self.env._(
                    "Does everything work for you already? Then you may confirm it."
                )
            )
        lines.append(
            self.env._(
                "While it lasts nobody is reminded, and nothing is closed by itself."
            )
        )
        return {"act": False, "lines": lines}

    def _get_phase_label(self, view, waits=None):
        if not self._is_held(view):
            return super()._get_phase_label(view, waits)
        if view.ticket.outage_id.kind == WORKS:
            return self.env._("Part of planned works: it is our turn")
        return self.env._("Part of an outage: it is our turn")

    # Lists

    def _prepare_list_row(self, ticket, partner):
        row = super()._prepare_list_row(ticket, partner)
        outage = ticket.outage_id
        told = outage and row["phase"] != CLOSED and outage._is_public()
        return {
            **row,
            "outage": told and f"{outage.name} ({outage.state_words})" or "",
        }

    def _is_turn(self, view):
        return not self._is_held(view) and super()._is_turn(view)

    def _get_turn_label(self, view, turn):
        if self._is_held(view):
            return self.env._("Our support")
        return super()._get_turn_label(view, turn)

    def _get_next_date(self, view, waits):
        if not self._is_held(view):
            return super()._get_next_date(view, waits)
        outage = view.ticket.outage_id
        if not outage.expected_end_date:
            return ""
        date = self._format_date(view, outage.expected_end_date)
        if outage.kind == WORKS:
            return self.env._("End of the works planned for %(date)s", date=date)
        return self.env._("End of the outage expected by %(date)s", date=date)
