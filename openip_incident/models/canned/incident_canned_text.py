# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ...tools.placeholders import PLACEHOLDER, find_stray, read_chain

# The acts whose dialogs have an editor.
ACTS = [
    ("request", "Ask the parties"),
    ("update", "Inform the parties"),
    ("answer", "Record an answer"),
    ("escalate", "Escalate"),
    ("resolve", "Solved"),
    ("close", "Close"),
    ("reject", "Reject"),
    ("reopen", "Reopen"),
]

# What can be read behind an incident; nothing else of the database is in its reach.
MODELS = {
    "helpdesk.ticket",
    "helpdesk.ticket.category",
    "helpdesk.ticket.team",
    "incident.cause",
    "incident.escalation.level",
    "incident.service",
    "incident.service.kind",
    "res.company",
    "res.partner",
    "res.users",
}
TYPES = {
    "char",
    "date",
    "datetime",
    "float",
    "integer",
    "many2one",
    "selection",
    "text",
}


class IncidentCannedText(models.Model):
    """A text that is offered in the dialogs of acts, with placeholders for fields.

    A placeholder names a field of the incident, as ``{{ object.number }}`` or
    ``{{ object.partner_id.name }}``: what a program could be written in is refused.
    Its value is read with the rights of the agent who chooses the text.
    """

    _name = "incident.canned.text"
    _description = "Canned Text"
    _order = "sequence, id"

    name = fields.Char(required=True, help="How agents find it.")
    sequence = fields.Integer(default=10, help="The order in which texts are offered.")
    active = fields.Boolean(
        default=True, help="Archived texts are not offered any more."
    )
    act = fields.Selection(
        selection=ACTS, help="The act in whose dialog it is offered. Empty: in all."
    )
    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        help="Offered where a party reads this language. Empty: always.",
    )
    team_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.team",
        string="Teams",
        help="The teams to which it is offered. Empty: to all of them.",
    )
    body = fields.Html(
        string="Text",
        required=True,
        help="What is written into the dialog, where it can still be changed. "
        "Placeholders: {{ object.number }}, {{ object.name }}, "
        "{{ object.partner_id.name }}, {{ object.escalation_reference }}…",
    )

    @api.constrains("body")
    def _check_body(self):
        for text in self:
            trouble = text._find_trouble()
            if trouble:
                raise ValidationError(
                    self.env._(
                        "In the text %(name)s, %(trouble)s is no placeholder. Write "
                        "for instance {{ object.number }}.",
                        name=text.name,
                        trouble=trouble,
                    )
                )

    def _find_trouble(self):
        """Return the first thing that looks like a placeholder and is none."""
        body = str(self.body or "")
        ticket = self.env["helpdesk.ticket"]
        for found in PLACEHOLDER.finditer(body):
            if not self._find_fields(ticket, found[1]):
                return found[0]
        return find_stray(body)

    @api.model
    def _find_fields(self, record, text):
        """Return the fields that a placeholder leads along, nothing for any other.

        :param record: what it starts from
        :param text: what stands between the braces
        """
        chain = []
        for name in read_chain(text) or ():
            field = record._fields.get(name)
            known = field and field.type in TYPES and record._name in MODELS
            if not known or (chain and not chain[-1].relational):
                return []
            chain.append(field)
            record = self.env[field.comodel_name] if field.relational else record
        if chain and chain[-1].relational and record._name not in MODELS:
            return []
        return chain

    # Choosing

    @api.model
    def _get_canned_texts(self, act, tickets):
        """Return the texts that are offered in the dialog of an act.

        :param act: key of the dialog's act
        :param tickets: the incidents that it is about
        """
        parties = tickets.partner_id | tickets.integrator_id
        langs = [False, *{party.lang for party in parties if party.lang}]
        texts = self.search(
            Domain("act", "in", [False, act]) & Domain("lang", "in", langs)
        )
        teams = tickets.team_id
        return texts.filtered(lambda text: not text.team_ids or teams <= text.team_ids)

    # Rendering

    def _render_canned(self, ticket):
        """Return the text for one incident, its placeholders filled in.

        :param ticket: ``helpdesk.ticket``, with the rights of who chooses the text
        :return: ``Markup``, not yet sanitised
        """
        self.ensure_one()
        return self._fill_in(self.body, ticket)

    def _fill_in(self, body, ticket):
        """Return a text with the placeholders of this one filled in.

        :param body: HTML, the text or what an agent has made of it
        """
        zone = ticket._get_reader_zone(ticket.partner_id)
        ticket = ticket.with_context(lang=self.lang or self.env.lang, tz=zone)

        def fill(found):
            chain = self._find_fields(ticket, found[1])
            if not chain:
                return found[0]
            return str(escape(self._read_along(ticket, chain)))

        return Markup(PLACEHOLDER.sub(fill, str(body or "")))

    def _read_along(self, record, chain):
        """Return what a chain of fields leads to, as a text.

        :raises UserError: where the user may not read it
        """
        try:
            for field in chain[:-1]:
                record.check_access("read")
                record = record[field.name]
            field = chain[-1]
            # Checks the groups of the field as well as the rules of the record.
            [values] = record.read([field.name]) or [{}]
        except AccessError as error:
            raise UserError(
                self.env._(
                    "The text %(name)s names something that you may not read.",
                    name=self.name,
                )
            ) from error
        return self._format_value(record, field, values.get(field.name))

    def _format_value(self, record, field, value):
        if value is None or value is False:
            return ""
        if field.type == "many2one":
            return value[1]
        if field.type == "selection":
            return dict(field._description_selection(record.env)).get(value, "")
        if field.type == "datetime":
            # Both parties read it, each by its own clock: its zone is named.
            mixin = record.env["incident.correspondence.mixin"]
            return mixin._format_date_in(value, str(record.env.tz), record.env.lang)
        if field.type == "date":
            return format_date(record.env, value)
        return str(value)
