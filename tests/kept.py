"""A plugin of pytest: what Odoo has cached is kept while it stays true.

Odoo's test cases forget everything cached after each test and each class, so that each
compiles the same templates and looks up the same records again. Here each cache gets
back what it held when the test began, because the database does, too. Of what Odoo
forgets whenever something of its kind is created or written, what the test has added
before is kept as well.

Tests that count queries begin with empty caches: what another test has looked up must
not change their count.
"""

import functools
import gc
from contextlib import contextmanager
from types import CodeType
from unittest.mock import patch

import pytest

from .system.compiled import compile_once

COUNTERS = {"assertQueryCount", "sql_log_count"}
GROWING = ("templates", "groups", "stable", "assets", "routing", "routing.rewrites")
# What else lasts as well, by the method that looks it up: what follows from the code,
# or from records whose every change clears the cache. Rules of access do not, whose
# values follow from a user's teams and contacts; nor does what a test replaces.
LASTING = {
    "_are_there",
    "_default_subtypes",
    "_get_action_ids",
    "_get_addresses",
    "_get_allowed_models",
    "_get_auto_subscription_subtypes",
    "_get_bounce_models",
    "_get_company_ids",
    "_get_creation_text",
    "_get_fact_labels",
    "_get_fixed_condition",
    "_get_general",
    "_get_group_ids",
    "_get_known_select",
    "_get_model_defaults",
    "_get_number_formats",
    "_get_phase_labels",
    "_get_reported_labels",
    "_get_set_up_addresses",
    "_get_source",
    "_get_state_texts",
    "_get_team_aliases",
    "_get_trigger_names",
    "_has_current",
    "_has_rule_about",
    "_is_known_active",
    "_read_known",
    "_read_zone",
    "_track_get_fields",
    "_xmlid_lookup",
}
# How test cases begin, where it is not their own way.
BEGIN = {}
# How many new objects Python waits for before it looks for what nobody uses.
NEW_OBJECTS = 50_000


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session):
    """Have test cases ask at their beginning how to begin: pytest notes it before."""
    config = session.config
    # Where others run the tests, none begins here.
    alone = config.getoption("dist", "no") == "no"
    if alone and config.pluginmanager.has_plugin("odoo"):
        from odoo.tests.common import TransactionCase

        from odoo.addons.openip_incident.tests.common import IncidentCommon

        for case in (TransactionCase, IncidentCommon):
            case.setUpClass = _begin_as_told(case, case.setUpClass.__func__)


def _begin_as_told(case, original):
    """Return ``setUpClass`` of a test case.

    :param case: the class, by which somebody may tell how it begins
    :param original: how it begins otherwise
    """

    def begin(cls):
        return BEGIN.get(case, original)(cls)

    begin.original = original
    return classmethod(begin)


@pytest.fixture(scope="session", autouse=True)
def _kept_caches(request):
    """Replace how Odoo's test cases begin, where there is Odoo."""
    if not request.config.pluginmanager.has_plugin("odoo"):
        yield
        return
    request.getfixturevalue("load_registry")
    from odoo.modules.registry import Registry
    from odoo.tests.common import TransactionCase, get_db_name

    caches = Caches(Registry(get_db_name()))
    compile_once()
    _collect_less()
    with (
        _kept_data(caches),
        patch.dict(BEGIN, {TransactionCase: caches.begin_class(TransactionCase)}),
        patch.object(TransactionCase, "setUp", caches.begin_test(TransactionCase)),
    ):
        yield


@contextmanager
def _kept_data(caches):
    """Replace how the classes of the common test case begin."""
    from odoo.addons.mail.tests.common import MailCommon
    from odoo.addons.openip_incident.tests.common import IncidentCommon
    from odoo.addons.openip_incident.tests.followup_common import START

    from .kept_data import KeptData

    data = KeptData(caches.registry, caches)
    begin = data.begin_class(IncidentCommon, MailCommon, {None, START})
    try:
        with patch.dict(BEGIN, {IncidentCommon: begin}):
            yield
    finally:
        data.remove()


def _collect_less():
    """Look for garbage less often, and never among what Odoo has loaded."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 20, 50)


class Caches:
    """The caches of a registry, whose content is put aside when it is cleared."""

    def __init__(self, registry):
        # One per class and test that has begun.
        self.frames = []
        self.ending = False
        self.registry = registry
        self.caches = registry._Registry__caches
        for name, plain in self.caches.items():
            self.caches[name] = _watched(plain, functools.partial(self.put_aside, name))

    def read(self):
        """Return what the caches hold, by their names."""
        return {name: cache.snapshot for name, cache in self.caches.items()}

    def fill(self, contents):
        """Have the caches hold something else.

        :param contents: what, by their names; the others are emptied
        """
        for name, cache in self.caches.items():
            cache.empty()
            for key, value in contents.get(name, {}).items():
                cache[key] = value

    def begin_class(self, case):
        """Return ``setUpClass`` of a test case, keeping what stays true.

        :param case: the class
        """
        original = case.setUpClass.__func__.original

        def begin(cls):
            # Cleanups run backwards: ours after Odoo's own.
            cls.addClassCleanup(self.leave)
            self.enter()
            original(cls)
            cls.addClassCleanup(self.end)

        return begin

    def begin_test(self, case):
        """Return ``setUp`` of a test case, keeping what stays true.

        :param case: the class
        """
        original = case.setUp

        def begin(test):
            test.addCleanup(self.leave)
            self.enter()
            if counts_queries(test):
                for cache in self.caches.values():
                    cache.clear()
            original(test)
            test.addCleanup(self.end)

        return begin

    def enter(self):
        """Begin to watch: what the caches hold now is true again in the end."""
        self.frames.append(Frame(self.read()))

    def put_aside(self, name):
        """Remember what lasts of another cache before it is cleared.

        :param name: the cache
        """
        if self.frames and not self.ending:
            # What a test has changed is undone when its class goes on.
            self.frames[-1].put_aside(name, self.caches[name])

    def end(self):
        """Remember what lasts, before Odoo clears all caches."""
        for name, cache in self.caches.items():
            self.frames[-1].put_aside(name, cache)
        self.ending = True

    def leave(self):
        """Give back to the caches what was remembered."""
        self.ending = False
        frame = self.frames.pop()
        self.fill({**frame.begun, **frame.lasting})


class Frame:
    """A class or test that has begun: what caches shall hold again, by name.

    :param begun: what they held when it began
    """

    def __init__(self, begun):
        self.begun = begun
        self.lasting = {}

    def put_aside(self, name, cache):
        """Remember once what lasts of a cache, as long as nothing has changed.

        :param name: the cache
        :param cache: the cache itself
        """
        if name not in self.lasting:
            self.lasting[name] = {
                key: value
                for key, value in cache.snapshot.items()
                if _lasts(name, key) or key in self.begun[name]
            }


def _lasts(name, key):
    return name in GROWING or key[1].__name__ in LASTING


def _watched(plain, before_clear):
    """Return a cache that tells before it is cleared.

    :param plain: the cache to replace
    :param before_clear: what to call
    """

    class Watched(type(plain)):
        def clear(self):
            before_clear()
            self.empty()

        def empty(self):
            super().clear()

    return Watched(plain.count, plain.snapshot.items())


def counts_queries(test):
    """Tell whether a test counts queries, itself or by a method of its class.

    :param test: an instance of a test case
    """
    return _counts(getattr(type(test), test._testMethodName), type(test))


@functools.cache
def _counts(function, case):
    return bool(COUNTERS & _names(function, case, set()))


def _names(function, case, seen):
    """Return all names that a function uses, and the methods that it calls."""
    code = getattr(getattr(function, "__wrapped__", function), "__code__", None)
    if code and code not in seen:
        seen.add(code)
        for name in _own_names(code):
            seen.add(name)
            _names(getattr(case, name, None), case, seen)
    return seen


def _own_names(code):
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _own_names(inner)
