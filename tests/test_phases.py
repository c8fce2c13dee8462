"""Phases are rows of one table: nothing else compares with the name of one.

What is no rule of the process may name a phase: stages, plans and mails are data, and a
filter of a list is the filter of its phase.
"""

import ast
import re
from pathlib import Path

import pytest
from lxml import etree

ROOT = Path(__file__).resolve().parents[1]
ADDONS = ("openip_incident", "openip_incident_portal")
TABLE = ROOT / "openip_incident/models/phases.py"
FIELD = "incident_phase"

# Attributes of a view that decide something.
RULES = re.compile(r"^(invisible|readonly|required|column_invisible|decoration-|t-)")


def read_phases():
    """Return the keys of the table, without Odoo around."""
    tree = ast.parse(TABLE.read_text())
    names = {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
    }
    rows = [
        node.args[0].id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Phase"
    ]
    return frozenset(names[name] for name in rows)


PHASES = read_phases()
LITERAL = re.compile(rf"['\"]({'|'.join(sorted(PHASES))})['\"]")


def find_python():
    return [
        path
        for addon in ADDONS
        for path in sorted((ROOT / addon).rglob("*.py"))
        if not {"tests", "migrations"} & set(path.parts) and path != TABLE
    ]


def get_strings(*nodes):
    return {
        child.value
        for node in nodes
        for child in ast.walk(node)
        if isinstance(child, ast.Constant) and isinstance(child.value, str)
    }


def get_values(node):
    """Return what a node compares a phase with: a comparison, a domain, values."""
    if isinstance(node, ast.Compare):
        return [node] if FIELD in ast.unparse(node) else []
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return [value for key, value in pairs if key and FIELD in get_strings(key)]
    if isinstance(node, ast.Tuple | ast.List) and len(node.elts) == 3:
        first, *rest = node.elts
        return rest if any(name.endswith(FIELD) for name in get_strings(first)) else []
    return []


def find_literals(source):
    """Return the lines of a source that compare a phase with the name of one."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if get_strings(*get_values(node)) & PHASES
    ]


def find_view_literals(source):
    """Return the attributes of a view that decide by the name of a phase."""
    return [
        (element.sourceline, name)
        for element in etree.fromstring(source).iter(etree.Element)
        for name, value in element.attrib.items()
        if RULES.match(name) and FIELD in value and LITERAL.search(value)
    ]


def test_the_table_is_read():
    assert len(PHASES) >= 8
    assert {"waiting", "closed"} <= PHASES


@pytest.mark.parametrize(
    "source",
    [
        "if ticket.incident_phase == 'frozen': pass",
        "if ticket.incident_phase in ('waiting', 'frozen'): pass",
        "domain = [('incident_phase', '!=', 'closed')]",
        "vals = {'incident_phase': 'opened'}",
    ],
)
def test_a_rule_beside_the_table_is_found(source):
    assert find_literals(source)


def test_a_rule_in_a_view_is_found():
    assert find_view_literals(
        b"<form><button invisible=\"incident_phase == 'closed'\"/></form>"
    )


def test_code_compares_with_no_phase_by_name():
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in find_python()
        for line in find_literals(path.read_text())
    ]
    assert found == []


def test_views_decide_by_no_phase_by_name():
    found = [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for addon in ADDONS
        for folder in ("views", "wizards", "static")
        for path in sorted((ROOT / addon / folder).rglob("*.xml"))
        for line, name in find_view_literals(path.read_bytes())
    ]
    assert found == []
