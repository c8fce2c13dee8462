"""Code that is known is told from any that another addon has put beside it."""

import re
from functools import wraps
from pathlib import Path

from odoo.addons.openip_incident.tests.elsewhere import write_elsewhere
from odoo.addons.openip_incident.tools.whose_code import is_code_of

ROOT = Path(__file__).resolve().parents[1]
OURS = ("odoo.addons.openip_incident.", __name__)


# Every call makes the chain of classes anew; ``__mro__`` is that which there is.
REMADE = re.compile(r"\.mro\(\)")


class Known:
    def write(self):
        """Do what is known."""

    @staticmethod
    def read():
        """Do what is known, of no object."""


class Extended(Known):
    def write(self):
        """Do what is known, too."""


def ask(cls, *names):
    return is_code_of(OURS, cls.__mro__, names)


def test_code_of_all_classes_is_known():
    assert ask(Extended, "write")
    assert ask(Extended, "write", "unlink")
    assert not is_code_of(("odoo.addons.base.",), Extended.__mro__, ["write"])


def test_function_put_into_a_class_is_not_the_classes_own(monkeypatch):
    monkeypatch.setattr(Known, "write", write_elsewhere(Known.write))
    assert not ask(Extended, "write")
    assert ask(Extended, "read")


def test_wrapped_function_is_asked_for_too(monkeypatch):
    """Core's own decorators take the place of what they wrap."""

    def decorate(function):
        @wraps(function)
        def known(self):
            return function(self)

        return known

    monkeypatch.setattr(Known, "write", decorate(Known.write))
    assert ask(Known, "write")
    monkeypatch.setattr(Known, "write", decorate(write_elsewhere(Known.write)))
    assert not ask(Known, "write")


def test_what_is_no_function_is_known_to_nobody(monkeypatch):
    monkeypatch.setattr(Known, "write", object())
    assert not ask(Known, "write")


def test_no_chain_of_classes_is_made_anew():
    sources = [
        path
        for addon in ("openip_incident", "openip_incident_portal")
        for path in (ROOT / addon).rglob("*.py")
    ]
    assert len(sources) > 100
    assert [path.name for path in sources if REMADE.search(path.read_text())] == []
