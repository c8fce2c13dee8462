"""Rooms: a room calls only rooms below it, and only by the names on their doors.

A room is a folder of models with one concern. Its ``__init__.py`` says what it is, on
which floor it stands, and which of its methods others may call: its door. What stands
directly in ``models/`` is the ground that every room stands on.
"""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CORE, PORTAL = "openip_incident", "openip_incident_portal"

# A move starts and ends follow-ups, a due step moves: the one circle that is wanted.
CIRCLE = {f"{CORE}/lifecycle", f"{CORE}/followup"}

# Users of the rooms that are no rooms: they stand above all of them.
ABOVE = ("wizards", "controllers", "cli", "hooks.py")


# Windows of other rooms than the agents'.
WIZARDS = {
    "incident_anonymise_wizard": "privacy",
    "incident_clock_wizard": "clock",
    "incident_outage_attach_wizard": "outage",
    "incident_outage_publish_wizard": "outage",
    "incident_outage_reply_wizard": "outage",
    "incident_outage_resolve_wizard": "joint",
    "incident_restored_wizard": "health",
}


def get_room(folder):
    return "/".join((folder.parts[-3], folder.name))


def find_rooms():
    return sorted(
        path.parent
        for addon in (CORE, PORTAL)
        for path in (ROOT / addon / "models").glob("*/__init__.py")
    )


def get_name(path):
    """Return the room that a file belongs to, as "addon/room"."""
    addon, *rest = path.relative_to(ROOT).parts
    if rest[0] == "models":
        return f"{addon}/{rest[1]}" if len(rest) > 2 else f"{addon}/ground"
    if (addon, rest[0]) == (CORE, "wizards"):
        # What an act has to be told is asked by the agents' own windows.
        return f"{addon}/{WIZARDS.get(path.stem, 'agent')}"
    return f"{addon}/{rest[0]}"


@cache
def read_door(folder):
    """Return the floor and the door that a room's docstring gives."""
    text = ast.get_docstring(ast.parse((folder / "__init__.py").read_text())) or ""
    floor = re.search(r"^Floor (\d+)\.", text, re.M)
    names = re.findall(r"``([\w.]+)``", text.partition("Door:")[2])
    return int(floor[1]) if floor else None, frozenset(names)


@cache
def get_floor(room):
    addon, name = room.split("/")
    above = 100 if addon == PORTAL else 0
    folder = ROOT / addon / "models" / name
    if (folder / "__init__.py").is_file():
        return above + read_door(folder)[0]
    return above + (90 if name in ABOVE else 0)


def read_map():
    """Return the floors of the rooms that README.rst draws."""
    floors, addon, floor = {}, None, None
    for line in (ROOT / "README.rst").read_text().splitlines():
        if line.strip() in (CORE, PORTAL) and line.startswith(" "):
            addon, floor = line.strip(), None
        elif found := re.match(r" {5,6}(\d+) (\S+) | {8}(\w+) {2,}", line):
            number, first, further = found.groups()
            floor = int(number) if number else floor
            if addon and floor:
                floors[f"{addon}/{first or further}"] = floor
        elif line and not line.startswith(" "):
            addon = None
    return floors


def find_sources():
    return [
        path
        for addon in (CORE, PORTAL)
        for path in sorted((ROOT / addon).rglob("*.py"))
        if not {"tests", "migrations"} & set(path.parts) and path.name[0] != "_"
    ]


def find_functions(tree, base="models."):
    """Return the methods of the models of a module, by name.

    :param base: how a class that counts names its base; any class, for ""
    """
    return {
        node.name: node
        for cls in tree.body
        if isinstance(cls, ast.ClassDef)
        and (not base or any(ast.unparse(b).startswith(base) for b in cls.bases))
        for node in cls.body
        if isinstance(node, ast.FunctionDef)
    }


def calls_super(name, function):
    """Tell whether a method extends one of the same name."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == name
        and isinstance(node.value, ast.Call)
        and getattr(node.value.func, "id", "") == "super"
        for node in ast.walk(function)
    )


@cache
def get_owners():
    """Return the room in which each of our own methods was first defined.

    What extends a method of Odoo's is nobody's: core calls it.
    """
    definitions = {}
    for path in find_sources():
        room = get_name(path)
        for name, function in find_functions(ast.parse(path.read_text())).items():
            extends = calls_super(name, function)
            definitions.setdefault(name, []).append((extends, get_floor(room), room))
    owners = {}
    for name, found in definitions.items():
        own = [room for extends, _floor, room in found if not extends]
        if len(own) == len(found) == 1 or len(own) == 1:
            owners[name] = own[0]
    return owners


@cache
def find_calls():
    """Return who calls whom across rooms: {(caller, owner, name): place}."""
    owners, calls = get_owners(), {}
    for path in find_sources():
        room, tree = get_name(path), ast.parse(path.read_text())
        own = find_functions(tree, base="")
        for node in ast.walk(tree):
            if not isinstance(node, ast.Attribute) or node.attr not in owners:
                continue
            if is_super(node.value):
                continue
            owner = owners[node.attr]
            if owner != room and node.attr not in own:
                place = f"{path.relative_to(ROOT)}:{node.lineno}"
                calls[room, owner, node.attr] = place
    return calls


def is_super(node):
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "super"


@pytest.mark.parametrize("folder", find_rooms(), ids=get_room)
def test_each_room_says_what_it_is(folder):
    floor, _door = read_door(folder)
    assert floor is not None, f"{folder}/__init__.py names no floor"


def test_the_map_shows_each_room_on_its_floor():
    assert read_map() == {
        get_room(folder).replace("models/", ""): read_door(folder)[0]
        for folder in find_rooms()
    }


def test_nobody_calls_upstairs():
    wrong = [
        f"{place}: {caller} calls {name} of {owner}"
        for (caller, owner, name), place in find_calls().items()
        if get_floor(caller) <= get_floor(owner) and {caller, owner} != CIRCLE
    ]
    assert wrong == []


def test_everybody_uses_the_door():
    wrong = [
        f"{place}: {name} is not on the door of {owner}"
        for (_caller, owner, name), place in find_calls().items()
        if (folder := ROOT / owner.replace("/", "/models/") / "__init__.py").is_file()
        and name not in read_door(folder.parent)[1]
    ]
    assert wrong == []


def test_doors_name_what_is_called():
    """A name on a door that nobody calls from outside is no door."""
    called = {(owner, name) for _caller, owner, name in find_calls()}
    idle = [
        f"{get_name(folder / '__init__.py')}: {name}"
        for folder in find_rooms()
        for name in sorted(read_door(folder)[1])
        if (get_name(folder / "__init__.py"), name) not in called
    ]
    assert idle == []


def test_few_abstract_models():
    """A concern of one model extends it; a mixin has several users."""
    found = [
        str(path.relative_to(ROOT))
        for path in find_sources()
        for cls in ast.parse(path.read_text()).body
        if isinstance(cls, ast.ClassDef)
        and any(ast.unparse(base) == "models.AbstractModel" for base in cls.bases)
        and any(
            isinstance(node, ast.Assign)
            and node.targets[0].id == "_name"
            and node.value.value.startswith("incident.")
            for node in cls.body
            if isinstance(node, ast.Assign)
        )
    ]
    # Two of them are presenters, of pages and of forms: other addons extend those.
    assert len(found) <= 13, found
