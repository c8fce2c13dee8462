# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

from ...tools.form_words import EARLIEST

# The kinds of properties that one can ask in a plain form.
KINDS = ("boolean", "char", "date", "float", "integer", "selection", "text")

MAX_INTEGER = 2**31 - 1


class IncidentFormField(models.Model):
    """A property of a team's tickets that its incident form asks for."""

    _name = "incident.form.field"
    _description = "Field of the Incident Form"
    _order = "team_id, sequence, id"
    _rec_name = "property_name"

    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        required=True,
        index=True,
        ondelete="cascade",
        help="The team whose form asks for it.",
    )
    category_id = fields.Many2one(
        comodel_name="helpdesk.ticket.category",
        index="btree_not_null",
        ondelete="cascade",
        help="Asked for this category and those below it only.",
    )
    property_name = fields.Selection(
        selection="_select_properties",
        string="Property",
        required=True,
        help="A property of the team's tickets. Properties are added on the form of a "
        "ticket of the team.",
    )
    label = fields.Char(
        translate=True, help="What the form calls it, instead of its own name."
    )
    help_text = fields.Char(
        string="Help", translate=True, help="Shown below the field."
    )
    required = fields.Boolean(
        help="The form cannot be sent without it.",
    )
    sequence = fields.Integer(
        default=10,
        help="The form asks in this order.",
    )

    _property_unique = models.UniqueIndex(
        "(team_id, property_name, COALESCE(category_id, 0))",
        "The form asks for this property already.",
    )

    @api.depends("label", "property_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for field in self:
            field.display_name = field.label or field._get_definition().get("string")

    @api.model
    def _select_properties(self):
        """Offer what can be asked, of all teams: a field's own team is checked."""
        teams = self.env["helpdesk.ticket.team"].search(
            [("incident_process", "=", True)]
        )
        return [
            (definition["name"], f"{definition.get('string')} ({team.name})")
            for team in teams
            for definition in team.ticket_properties or []
            if definition.get("type") in KINDS
        ]

    @api.constrains("team_id", "property_name")
    def _check_property(self):
        for field in self:
            if not field._get_definition():
                raise ValidationError(
                    self.env._(
                        "This property is not one of the team %(team)s.",
                        team=field.team_id.name,
                    )
                )

    def _get_definition(self):
        """Return what the team says of the property, nothing if it was removed."""
        self.ensure_one()
        for definition in self.team_id.ticket_properties or []:
            if definition.get("name") == self.property_name:
                return definition if definition.get("type") in KINDS else {}
        return {}

    # The form

    @api.model_create_multi
    def create(self, vals_list):
        fields_ = super().create(vals_list)
        self._forget_asked()
        return fields_

    def write(self, vals):
        res = super().write(vals)
        self._forget_asked()
        return res

    def unlink(self):
        res = super().unlink()
        self._forget_asked()
        return res

    @api.model
    def _forget_asked(self):
        self.env["incident.address.mixin"]._forget_incident_addresses()

    @api.model
    def _get_asked(self, team):
        """Return the fields that a team's form asks, without those that are gone."""
        found = self.browse(self._get_asked_ids(team.id))
        return found.filtered(lambda field: field._get_definition())

    @api.model
    @ormcache("team_id")
    def _get_asked_ids(self, team_id):
        """Return the ids of a team's fields: most teams have none, at every visit."""
        # SUDO: visitors may not read what their form consists of. It is kept for all
        # of them: without what is particular to whoever comes first.
        fields_ = self.with_env(self.env(su=True, context={}))
        return fields_.search([("team_id", "=", team_id)], order="sequence, id").ids

    def _is_asked_for(self, category):
        """Tell whether the field concerns a category."""
        self.ensure_one()
        path = (category.parent_path or "").split("/")
        return not self.category_id or str(self.category_id.id) in path

    def _prepare_form_field(self, categories):
        """Return what the form's template shows.

        :param categories: those that the form offers
        """
        self.ensure_one()
        definition = self._get_definition()
        concerned = categories.filtered(self._is_asked_for) if self.category_id else []
        return {
            "name": self._get_form_name(),
            "kind": definition["type"],
            "label": self.label or definition.get("string") or "",
            "help": self.help_text or "",
            "required": self.required,
            "options": definition.get("selection") or [],
            "category": self.category_id.name or "",
            "category_ids": " ".join(str(category.id) for category in concerned),
        }

    def _get_form_name(self):
        """Return the name of the field in the form."""
        self.ensure_one()
        return f"field_{self.id}"

    def _read_form_value(self, text):
        """Return what was typed as the property stores it.

        :param text: what the browser sent, cleaned
        :return: the value, and what is wrong with it, or nothing
        """
        self.ensure_one()
        kind = self._get_definition()["type"]
        if kind == "boolean":
            if self.required and not text:
                return False, self.env._("Please tick this.")
            return bool(text), None
        if not text:
            return False, self._get_missing(kind) if self.required else None
        try:
            return getattr(self, f"_read_{kind}")(text), None
        except ValueError:
            return False, self._get_complaint(kind)

    def _get_missing(self, kind):
        if kind == "selection":
            return self._get_complaint(kind)
        return self.env._("Please fill this in.")

    def _get_complaint(self, kind):
        return {
            "date": self.env._("Please write a date, like 2026-11-23."),
            "float": self.env._("Please write a number."),
            "integer": self.env._("Please write a whole number."),
            "selection": self.env._("Please choose one of the answers."),
        }.get(kind, self.env._("This is too long."))

    def _read_char(self, text):
        if len(text) > 250:
            raise ValueError(text)
        return " ".join(text.split())

    def _read_text(self, text):
        if len(text) > 10_000:
            raise ValueError(text)
        return text

    def _read_integer(self, text):
        if not text.isascii() or not text.lstrip("+-").isdecimal():
            raise ValueError(text)
        value = int(text) if len(text) < 20 else MAX_INTEGER + 1
        if abs(value) > MAX_INTEGER:
            raise ValueError(text)
        return value

    def _read_float(self, text):
        value = float(text.replace(",", "."))
        # Neither infinity nor what is no number fits into JSON.
        if not abs(value) < 1e15:
            raise ValueError(text)
        return value

    def _read_date(self, text):
        value = date.fromisoformat(text)
        # Years of less than four digits are written in a way that nothing reads again.
        if value.year < EARLIEST.year:
            raise ValueError(text)
        return fields.Date.to_string(value)

    def _read_selection(self, text):
        keys = [key for key, _label in self._get_definition().get("selection") or []]
        if text not in keys:
            raise ValueError(text)
        return text


class HelpdeskTicketCategory(models.Model):
    _inherit = "helpdesk.ticket.category"

    def unlink(self):
        """The database deletes the fields of a category with it, without a word."""
        res = super().unlink()
        self.env["incident.form.field"]._forget_asked()
        return res
