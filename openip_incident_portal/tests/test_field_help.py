# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whoever meets a field of ours may ask what it is."""

import re

from lxml import etree

from odoo.tests import TransactionCase, tagged

ADDONS = ("openip_incident", "openip_incident_portal")
# What people are shown as a page of fields; a search view shows names only.
TYPES = ("form", "list", "kanban", "pivot", "graph", "calendar")
# Fields of Odoo's own that every screen has, and that say what they are.
OF_ODOO = {
    "active",
    "activity_ids",
    "activity_state",
    "color",
    "create_date",
    "display_name",
    "message_ids",
}
# Whose fields are looked at even where another addon has defined them.
OURS = ("incident.", "helpdesk.ticket")
HIDDEN = {"1", "True", "true"}


@tagged("post_install", "-at_install")
class TestFieldHelp(TransactionCase):
    maxDiff = None

    def _get_views(self):
        names = self.env["ir.model.data"].search(
            [("module", "in", ADDONS), ("model", "=", "ir.ui.view")]
        )
        views = self.env["ir.ui.view"].browse(names.mapped("res_id"))
        return views.filtered(lambda view: view.type in TYPES and view.model)

    def _walk(self, node, model):
        """Yield the fields that a piece of a view shows: (model, name, node)."""
        for child in node.iterchildren(etree.Element):
            inner = model
            # With a position, a field is a place to add to, not one that is added.
            shown = child.tag == "field" and not child.get("position")
            if shown and child.get("name") in model._fields:
                field = model._fields[child.get("name")]
                yield model, field, child
                if field.comodel_name:
                    inner = self.env[field.comodel_name]
            elif child.tag == "xpath":
                inner = self._get_place(child.get("expr"), model)
            yield from self._walk(child, inner)

    def _get_place(self, path, model):
        """Return the model that a place within a list of lines belongs to."""
        for name in re.findall(r"field\[@name='(\w+)'\]/+(?:list|form|kanban)", path):
            field = model._fields.get(name)
            if field is not None and field.comodel_name:
                model = self.env[field.comodel_name]
        return model

    def _is_ours(self, model, field):
        ours = field._module in ADDONS or model._name.startswith(OURS)
        return ours and field.name not in OF_ODOO

    def _is_shown(self, node):
        return not HIDDEN & {node.get("invisible"), node.get("column_invisible")}

    def test_every_field_on_a_screen_of_ours_has_a_help(self):
        views = self._get_views()
        self.assertGreater(len(views), 40)
        seen, silent = set(), set()
        for view in views:
            arch = etree.fromstring(view.arch)
            for model, field, node in self._walk(arch, self.env[view.model]):
                if self._is_ours(model, field) and self._is_shown(node):
                    seen.add((model._name, field.name))
                    if not (field.help or node.get("help")):
                        silent.add(f"{model._name}.{field.name} in {view.xml_id}")
        self.assertGreater(len(seen), 200)
        self.assertEqual(sorted(silent), [])

    def test_no_help_only_repeats_its_label(self):
        """What says the same again helps nobody."""
        idle = [
            f"{model._name}.{field.name}: {field.help}"
            for model in self.env.values()
            for field in model._fields.values()
            if field._module in ADDONS
            and field.help
            and field.help.strip(" .").lower() == (field.string or "").lower()
        ]
        self.assertEqual(idle, [])
