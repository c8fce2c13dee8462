# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from odoo.addons.openip_incident.models.phases import REGISTERED
from odoo.addons.openip_incident.tools.foreign_html import tame_html
from odoo.addons.openip_incident.tools.spoken_date import keep_hours_together


class IncidentForm(models.AbstractModel):
    """What a form has led to, and what a copy of it says beyond that."""

    _inherit = "incident.form"

    @api.model
    def _prepare_recap(self, ticket):
        """Return what was sent, as whoever holds the same link may see it.

        Once support has taken the incident up, its texts are support's, too: from
        then on parties read them on pages of their own.

        :return: dict of ``title``, ``description`` and ``lines`` of (label, text)
        """
        if ticket.incident_phase != REGISTERED:
            return {}
        party = ticket.partner_id
        facts = [
            *self._get_typed_customer(ticket),
            *ticket._get_reported_facts(party),
        ]
        return {
            "title": ticket.name,
            "description": tame_html(ticket.description),
            "lines": [
                *((name, keep_hours_together(text)) for name, text in facts if text),
                *ticket._get_recap(ticket._get_sent_names()),
            ],
        }

    @api.model
    def _get_typed_customer(self, ticket):
        """Return the customer on no contact that a known reporter has named."""
        if ticket.partner_id:
            return []
        name = ticket._get_told_customer(ticket.incident_reporter_id)
        return [(self.env._("Customer"), name)]

    @api.model
    def _compose_text(self, form, values):
        """Return as one text what was typed into a form that was sent already.

        :param values: texts by field
        """
        impacts = dict(
            self.env["helpdesk.ticket"]
            ._fields["incident_impact"]
            ._description_selection(self.env)
        )
        chosen = self._get_chosen(form.services, values["known_service"])
        said = [
            (self.env._("In a few words"), values["subject"]),
            (self.env._("Impact"), impacts.get(values["impact"])),
            (
                self.env._("Service or line"),
                chosen.display_name or values["service"],
            ),
            (self.env._("Since"), values["since"].replace("T", " ")),
            (self.env._("Already tried"), values["tried"]),
            (self.env._("Contact on site"), values["onsite"]),
        ]
        lines = [
            self.env._("%(label)s: %(text)s", label=label, text=text)
            for label, text in said
            if text
        ]
        return "\n\n".join(filter(None, (values["description"], "\n".join(lines))))
