# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What extends a method has something to extend, in the order in which rooms load."""

import ast
import inspect
import textwrap
from functools import cache

from odoo.tests import TransactionCase, tagged

OURS = "odoo.addons.openip_incident"
# Mixins of ours extend what the models have that use them.
MIXIN = "mixin"


@cache
def find_extensions(cls):
    """Return the methods of a class that call the one of the same name above it."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    return [
        function.name
        for function in tree.body[0].body
        if isinstance(function, ast.FunctionDef)
        and any(
            isinstance(node, ast.Attribute)
            and node.attr == function.name
            and isinstance(node.value, ast.Call)
            and getattr(node.value.func, "id", "") == "super"
            for node in ast.walk(function)
        )
    ]


@tagged("post_install", "-at_install")
class TestOverrides(TransactionCase):
    def test_every_extension_extends_something(self):
        """A base that is gone, or loads later, leaves an extension nobody calls."""
        wrong = set()
        for name, model in self.registry.items():
            if name.startswith("incident.") and MIXIN in name:
                continue
            order = model.__mro__
            for place, cls in enumerate(order):
                if not cls.__module__.startswith(OURS) or "tests" in cls.__module__:
                    continue
                if not getattr(cls, "_module", None) or "__init__" == cls.__name__:
                    continue
                try:
                    methods = find_extensions(cls)
                except (OSError, TypeError):
                    # Made by the registry: it has no source.
                    continue
                for method in methods:
                    above = order[place + 1 :]
                    if not any(method in vars(base) for base in above):
                        wrong.add((name, cls.__module__, method))
        self.assertEqual(sorted(wrong), [])
