"""Which tests run: Odoo's own rules, and `--slow`."""

import unittest

import freezegun

# A test with a simulated clock takes its time by pytest's own clock.
freezegun.configure(extend_ignore_list=["_pytest.timing"])

pytest_plugins = ["tests.kept"]


def pytest_addoption(parser):
    parser.addoption("--slow", action="store_true", help="run the slow tests too")


def pytest_collection_modifyitems(config, items):
    """Keep what Odoo's loader would run; leave out the slow tests and count them."""
    items[:] = [item for item in items if _odoo_would_run(item)]
    slow = [item for item in items if item.get_closest_marker("slow")]
    if slow and not config.getoption("--slow"):
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]


def _odoo_would_run(item):
    """Apply the rules of odoo.tests.loader, which differ from unittest's.

    A test case imported from elsewhere is not run again, inherited tests are not
    repeated, and what is not tagged "standard" is not part of a suite.
    """
    case = getattr(item, "cls", None)
    if not case or not issubclass(case, unittest.TestCase):
        return True
    inherits = getattr(case, "allow_inherited_tests_method", False)
    return (
        case.__module__ == item.module.__name__
        and (inherits or item.name in vars(case))
        and "standard" in getattr(case, "test_tags", {"standard"})
    )
